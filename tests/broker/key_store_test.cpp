#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <catch2/catch.hpp>

#include "security/key_store.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

struct Keys {
    Keys() {
        std::string name = (std::filesystem::temp_directory_path() / "zanni-store-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = std::filesystem::path(name) / "keys";
        KeyStore::make(folder, "ada");
    }
    ~Keys() { std::filesystem::remove_all(folder.parent_path()); }
    Keys(const Keys&) = delete;
    Keys& operator=(const Keys&) = delete;

    std::filesystem::path folder;
};

constexpr std::int64_t today_s = 1'800'000'000;
constexpr TimePoint now{std::chrono::hours(1)};

}  // namespace

TEST_CASE("new keys are the leader's and an admin's", "[security]") {
    const Keys keys;
    const KeyStore store(keys.folder);

    const ClientKeys admin = read_client_keys(keys.folder);
    CHECK(admin.leader == store.leader().open);
    REQUIRE(store.keys().size() == 1);
    CHECK(store.keys()[0].key == admin.own.open);
    CHECK(store.keys()[0].role == Role::admin);
    CHECK(store.keys()[0].name == "ada");
    CHECK_THROWS_WITH(KeyStore::make(keys.folder, "eve"), Catch::Contains("there are keys already"));
    CHECK(store.leader().open == admin.leader);
}

TEST_CASE("a token is kept until it is spent or a later one finds it expired", "[security]") {
    const Keys keys;
    KeyStore store(keys.folder);

    const Token old = store.make_token(Role::client, today_s, 60);
    CHECK(old.expires_s == today_s + 60);
    CHECK(old.leader == store.leader().open);
    REQUIRE(store.tokens().size() == 1);
    CHECK(store.tokens()[0].key == public_key_of(old.secret));
    CHECK(store.tokens()[0].role == Role::client);

    const Token next = store.make_token(Role::host, today_s + 60, 60);
    REQUIRE(store.tokens().size() == 1);
    CHECK(store.tokens()[0].key == public_key_of(next.secret));

    const PublicKey newcomer = make_key_pair().open;
    store.keep({public_key_of(next.secret), {newcomer, Role::host, "nora", false}});
    CHECK(store.tokens().empty());
    REQUIRE(store.keys().size() == 2);
    CHECK(store.keys()[1].key == newcomer);
    CHECK(store.keys()[1].name == "nora");
    CHECK_FALSE(store.add({make_key_pair().open, Role::host, "nora", false}));
}

TEST_CASE("a key is revoked by its name or its digits, and stays listed", "[security]") {
    const Keys keys;
    KeyStore store(keys.folder);
    const PublicKey key = make_key_pair().open;
    store.add({key, Role::client, "clara", false});

    CHECK_FALSE(store.revoke("nobody"));
    CHECK(store.revoke("ada"));
    CHECK(store.revoke(to_text(key)));

    CHECK(store.keys()[0].revoked);
    CHECK(store.keys()[1].revoked);
    CHECK(store.keys()[1].role == Role::client);
}

TEST_CASE("a running broker sees what changed, and keeps what it had when a file is bad", "[security]") {
    const Keys keys;
    KeyStore store(keys.folder);
    KeyStore command(keys.folder);

    REQUIRE(store.read_if_changed(now)->keys.size() == 1);
    command.make_token(Role::host, wall_clock_s(), 600);
    const auto ring = store.read_if_changed(now);
    REQUIRE(ring);
    REQUIRE(ring->tokens.size() == 1);
    CHECK(ring->tokens[0].expires - now <= std::chrono::seconds(600));
    CHECK(ring->tokens[0].expires - now >= std::chrono::seconds(500));

    write_private_file(keys.folder / "members" / "broken", "nonsense");
    CHECK_FALSE(store.read_if_changed(now));
    std::filesystem::remove(keys.folder / "members" / "broken");
    CHECK(store.read_if_changed(now)->keys.size() == 1);
}

TEST_CASE("a folder without a leader's key is no leader's", "[security]") {
    const Keys keys;
    std::filesystem::remove(keys.folder / "leader.key");

    CHECK_THROWS_WITH(KeyStore(keys.folder), Catch::Contains("no leader's key is here"));
}

}  // namespace zanni::broker
