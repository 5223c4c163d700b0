#include <catch2/catch.hpp>

#include <chrono>

#include "name_book.hpp"
#include "process_id.hpp"

namespace zanni::broker {

using namespace std::chrono_literals;
using namespace transport;

namespace {

constexpr std::uint32_t north = 0xa1000001, south = 0xb2000001;

Address actor(std::uint32_t host, std::uint32_t process, std::uint64_t number = 1) {
    return zanni::detail::make_address({process_id(host, process), number});
}

const TimePoint now = TimePoint{} + 1h;

NameClaim wants(const std::string& name, const Address& claimer) { return {name, claimer}; }
NameClaim has(const std::string& name, const Address& claimer, Duration since) { return {name, claimer, true, since}; }

}  // namespace

TEST_CASE("whoever claims a name first has it, and all others are told who", "[C4]") {
    NameBook book;
    const Address first = actor(north, 2), second = actor(south, 2);

    CHECK(book.claim(wants("registry", first), now, false)->owner == first);
    CHECK(book.claim(wants("registry", second), now, false)->owner == first);
    CHECK(book.claim(wants("registry", first), now, false)->owner == first);
    CHECK(book.claim(wants("other", second), now, false)->owner == second);
    CHECK(book.find("registry") == first);
    CHECK_FALSE(book.find("nobody's"));
}

TEST_CASE("only its owner releases a name, and then another gets it", "[C4]") {
    NameBook book;
    const Address first = actor(north, 2), second = actor(south, 2);
    book.claim(wants("registry", first), now, false);

    book.release("registry", second);
    CHECK(book.find("registry") == first);
    book.release("registry", first);
    CHECK_FALSE(book.find("registry"));
    CHECK(book.claim(wants("registry", second), now, false)->owner == second);
}

TEST_CASE("the names of a process or host that is gone are free, those of others stay", "[C4]") {
    NameBook book;
    book.claim(wants("a", actor(north, 2)), now, false);
    book.claim(wants("b", actor(north, 3)), now, false);
    book.claim(wants("c", actor(south, 2)), now, false);

    book.process_gone(process_id(north, 2));
    CHECK_FALSE(book.find("a"));
    CHECK(book.find("b"));
    book.host_gone(north);
    CHECK_FALSE(book.find("b"));
    CHECK(book.find("c"));
}

TEST_CASE("of a host that has joined again the names of processes that ended meanwhile are free", "[C4]") {
    NameBook book;
    book.claim(wants("a", actor(north, 2)), now, false);
    book.claim(wants("b", actor(north, 3)), now, false);
    book.claim(wants("c", actor(south, 2)), now, false);

    book.keep_only(north, {process_id(north, 3)});

    CHECK_FALSE(book.find("a"));
    CHECK(book.find("b"));
    CHECK(book.find("c"));
}

TEST_CASE("a leader that was started again gives no name that a member may have yet", "[C4]") {
    NameBook book;
    const Address owner = actor(north, 2), other = actor(south, 2);

    CHECK_FALSE(book.claim(wants("registry", other), now, true));
    CHECK(book.claim(has("registry", owner, 10s), now, true)->owner == owner);
    CHECK(book.claim(wants("registry", other), now, true)->owner == owner);
    CHECK(book.claim(wants("free", other), now, false)->owner == other);
}

TEST_CASE("of two that have had a name the older keeps it, whoever comes first", "[C4]") {
    const Address older = actor(south, 2), younger = actor(north, 2);
    const bool older_first = GENERATE(true, false);
    NameBook book;
    const NameClaim claims[] = {has("registry", older, 20s), has("registry", younger, 10s)};
    CHECK(book.claim(claims[older_first ? 0 : 1], now, false)->owner);

    const auto verdict = book.claim(claims[older_first ? 1 : 0], now, false);

    CHECK(verdict->owner == older);
    CHECK(verdict->evicted == younger);
    CHECK(book.find("registry") == older);
}

TEST_CASE("of two that have had a name for as long the lower address keeps it", "[C4]") {
    const Address low = actor(north, 2), high = actor(south, 2);
    NameBook book;
    book.claim(has("registry", high, 10s), now, false);

    const auto verdict = book.claim(has("registry", low, 10s), now, false);

    CHECK(verdict->owner == low);
    CHECK(verdict->evicted == high);
}

TEST_CASE("a full book gives no further name, and still says who has the others", "[C4]") {
    NameBook book;
    for (std::size_t i = 0; i < NameBook::names_max; ++i)
        book.claim(wants(std::to_string(i), actor(north, 2, i + 1)), now, false);

    CHECK_FALSE(book.claim(wants("one more", actor(south, 2)), now, false)->owner);
    CHECK(book.claim(wants("0", actor(south, 2)), now, false)->owner == actor(north, 2, 1));
}

}  // namespace zanni::broker
