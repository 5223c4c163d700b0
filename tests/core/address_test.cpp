#include <catch2/catch.hpp>

#include <set>
#include <sstream>
#include <unordered_set>
#include <vector>

#include <zanni/actor.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using test::on_every_base;
using test::patience;

struct WhoAreYou {};

class Named : public Actor {
public:
    Address own(const WhoAreYou&) { return address(); }
    using Behavior = zanni::Behavior<&Named::own>;
};

struct AskHim {
    Address whom;
};

/// Asks at an address that came in a message, and passes the answer on.
class Messenger : public Actor {
public:
    void ask(const AskHim& request, const Address& sender) {
        asker_ = sender;
        send(request.whom, WhoAreYou{});
    }
    void answer(const Address& answer) { send(asker_, answer); }
    using Behavior = zanni::Behavior<&Messenger::ask, &Messenger::answer>;

private:
    Address asker_;
};

Address make(std::uint64_t process, std::uint64_t actor) { return detail::make_address({process, actor}); }

}  // namespace

TEST_CASE("an actor knows the address it was created under", "[A2]") {
    on_every_base([](System& system) {
        const auto first = system.create<Named>();
        const auto second = system.create<Named>();

        CHECK(system.ask<Address>(first, WhoAreYou{}, patience) == first.value());
        CHECK(system.ask<Address>(second, WhoAreYou{}, patience) == second.value());
        CHECK(first.value() != second.value());
    });
}

TEST_CASE("an address that came in a message is as good as any", "[A2]") {
    on_every_base([](System& system) {
        const auto named = system.create<Named>();
        const auto messenger = system.create<Messenger>();

        const auto answer = system.ask<Address>(messenger, AskHim{named}, patience);

        CHECK(answer == named.value());
    });
}

TEST_CASE("addresses of two systems differ, and mean nothing in the other one", "[A2]") {
    ActorSystem one;
    ActorSystem other;
    const auto here = one.create<Named>();
    const auto there = other.create<Named>();

    const auto answer = one.ask<Address>(there, WhoAreYou{}, patience);

    CHECK(here.value() != there.value());
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Error::dead_target);
}

TEST_CASE("an address that was never set names no actor", "[A2]") {
    on_every_base([](System& system) {
        const auto answer = system.ask<Address>(Address{}, WhoAreYou{}, patience);

        CHECK_FALSE(Address{});
        CHECK(make(1, 1));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == Error::no_address);
    });
}

TEST_CASE("addresses are ordered and hashed", "[A2]") {
    const std::vector<Address> addresses{make(1, 2), make(1, 1), make(2, 1), make(1, 1)};

    CHECK(std::set<Address>(addresses.begin(), addresses.end()) ==
          std::set<Address>{make(1, 1), make(1, 2), make(2, 1)});
    CHECK(std::unordered_set<Address>(addresses.begin(), addresses.end()).size() == 3);
    CHECK(make(1, 2) < make(2, 1));
}

TEST_CASE("an address reads back from what it prints", "[A2]") {
    for (const Address& address : {make(0xfedcba9800000007, 0x123), make(1, 0xffffffffffffffff), Address{}}) {
        std::ostringstream out;
        out << address;

        CHECK(out.str() == address.to_string());
        CHECK(Address::parse(out.str()) == address);
    }
    CHECK(make(0xfedcba9800000007, 0x123).to_string() == "fedcba98.7.123");
}

TEST_CASE("text that is no address is refused, and named in the error", "[A2]") {
    for (const char* text : {"", "echo", "1.2", "1.2.", "1.2.3.4", ".1.2", "1.2.g", "123456789.1.2", "1.2.-3", " 1.2.3",
                             "1.2.12345678123456789"}) {
        CAPTURE(text);
        const auto address = Address::parse(text);

        REQUIRE_FALSE(address);
        CHECK(address.error().code == Error::bad_input);
        CHECK_THAT(address.error().context, Catch::Contains("'" + std::string(text) + "'"));
    }
}

}  // namespace zanni
