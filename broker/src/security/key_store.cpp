#include "security/key_store.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "log.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

constexpr std::string_view member_format = "zanni-member";
constexpr std::string_view token_format = "zanni-token";
/// A file system notes times so roughly that a second change may look like the first.
constexpr auto settling = std::chrono::seconds(1);

std::string text_of(const KnownKey& key) {
    return std::string(member_format) + " 1\n" + to_text(key.key) + " " + to_string(key.role) +
           (key.revoked ? " revoked" : "") + "\n";
}

std::string text_of(const KeyStore::StoredToken& token) {
    return std::string(token_format) + " 1\n" + to_text(token.key) + " " + to_string(token.role) + " " +
           std::to_string(token.expires_s) + "\n";
}

struct Entry {
    PublicKey key;
    Role role = Role::client;
    std::string rest;
};

/// "FORMAT 1", then key, role, and one word more or none.
Entry read_entry(const std::filesystem::path& file, std::string_view format) {
    std::istringstream text(read_private_file(file));
    std::string name;
    std::string version;
    std::string key;
    std::string role;
    Entry entry;
    text >> name >> version >> key >> role >> entry.rest;
    const auto open = parse_public_key(key);
    const auto known_role = parse_role(role);
    if (name != format || version != "1" || !open || !known_role)
        throw std::runtime_error(file.string() + ": not a file of 'zanni keys'");
    entry.key = *open;
    entry.role = *known_role;
    return entry;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(folder))
        if (check_key_name(file.path().filename().string())) files.push_back(file.path());
    std::ranges::sort(files);
    return files;
}

}  // namespace

std::int64_t wall_clock_s() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void KeyStore::make(const std::filesystem::path& folder, const std::string& admin_name) {
    make_private_folder(folder);
    for (const char* const name : {"leader.key", "own.key", "leader.pub"})
        if (std::filesystem::exists(folder / name))
            throw std::runtime_error((folder / name).string() +
                                     ": there are keys already, and they are not overwritten");
    const KeyPair leader = make_key_pair();
    const KeyPair own = make_key_pair();
    make_private_folder(folder / "members");
    make_private_folder(folder / "tokens");
    bool is_new = write_private_file(folder / "own.key", transport::text_of(own));
    is_new = is_new && write_private_file(folder / "members" / admin_name,
                                          broker::text_of(KnownKey{own.open, Role::admin, admin_name, false}));
    is_new = is_new && write_private_file(folder / "leader.pub", transport::text_of(leader.open));
    is_new = is_new && write_private_file(folder / "leader.key", transport::text_of(leader));
    if (!is_new) throw std::runtime_error(folder.string() + ": somebody else makes keys there");
}

KeyStore::KeyStore(std::filesystem::path folder) : folder_(std::move(folder)) {
    check_private_folder(folder_);
    if (!std::filesystem::exists(folder_ / "leader.key"))
        throw std::runtime_error(
            folder_.string() +
            ": no leader's key is here; 'zanni keys init' makes one, for a new convention; --keys none does without");
    check_private_folder(members());
    check_private_folder(tokens_folder());
}

KeyPair KeyStore::leader() const {
    const KeyPair pair = read_key_pair(folder_ / "leader.key");
    if (read_leader_key(folder_ / "leader.pub") != pair.open)
        throw std::runtime_error((folder_ / "leader.pub").string() + ": not the public key of leader.key beside it");
    return pair;
}

std::vector<KnownKey> KeyStore::keys() const {
    std::vector<KnownKey> keys;
    for (const auto& file : files_in(members())) {
        const Entry entry = read_entry(file, member_format);
        keys.push_back({entry.key, entry.role, file.filename().string(), entry.rest == "revoked"});
    }
    return keys;
}

std::vector<KeyStore::StoredToken> KeyStore::tokens() const {
    std::vector<StoredToken> tokens;
    for (const auto& file : files_in(tokens_folder())) {
        const Entry entry = read_entry(file, token_format);
        std::int64_t expires = 0;
        std::from_chars(entry.rest.data(), entry.rest.data() + entry.rest.size(), expires);
        tokens.push_back({entry.key, entry.role, expires});
    }
    return tokens;
}

bool KeyStore::add(const KnownKey& key) { return write_private_file(members() / key.name, text_of(key)); }

Token KeyStore::make_token(Role role, std::int64_t now_s, std::int64_t valid_s) {
    for (const StoredToken& old : tokens())
        if (old.expires_s <= now_s) std::filesystem::remove(tokens_folder() / to_text(old.key));
    const KeyPair pair = make_key_pair();
    const StoredToken token{pair.open, role, now_s + valid_s};
    write_private_file(tokens_folder() / to_text(pair.open), text_of(token));
    return {leader().open, pair.secret, token.expires_s};
}

bool KeyStore::revoke(const std::string& name_or_key) {
    for (KnownKey key : keys()) {
        if (key.name != name_or_key && to_text(key.key) != name_or_key) continue;
        key.revoked = true;
        return write_private_file(members() / key.name, text_of(key), true);
    }
    return false;
}

// ---- While a broker runs

bool KeyStore::has_changed() {
    const auto changed =
        std::max(std::filesystem::last_write_time(members()), std::filesystem::last_write_time(tokens_folder()));
    if (read_at_ == changed && is_settled_) return false;
    read_at_ = changed;
    is_settled_ = std::filesystem::file_time_type::clock::now() - changed > settling;
    return true;
}

std::optional<KeyRing> KeyStore::read_if_changed(TimePoint now) {
    try {
        if (!has_changed()) return {};
        KeyRing ring{keys(), {}};
        for (const StoredToken& token : tokens())
            ring.tokens.push_back(
                {token.key, token.role, now + std::chrono::seconds(token.expires_s - wall_clock_s())});
        last_error_.clear();
        return ring;
    } catch (
        const std::exception& error) {  // a file that has just gone, or one that is bad: the keys stay as they were
        if (std::exchange(last_error_, error.what()) != error.what())
            log::warn(std::string("the keys stay as they were: ") + error.what());
        is_settled_ = false;
        return {};
    }
}

void KeyStore::keep(const Enrolment& enrolment) {
    try {
        if (!add(enrolment.key)) log::error("there is a key named " + enrolment.key.name + " already");
        std::filesystem::remove(tokens_folder() / to_text(enrolment.token));
    } catch (const std::exception& error) {
        log::error(std::string("the key of ") + enrolment.key.name + " is lost when this broker ends: " + error.what());
    }
}

}  // namespace zanni::broker
