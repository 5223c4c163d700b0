#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "bases.hpp"
#include "log.hpp"

namespace zanni::log {

namespace {

using namespace test;

struct TestForwarder final : Forwarder {
    explicit TestForwarder(std::uint64_t of_process = 1) : own(of_process) { add_forwarder(*this); }
    ~TestForwarder() override { remove_forwarder(*this); }
    TestForwarder(const TestForwarder&) = delete;
    TestForwarder& operator=(const TestForwarder&) = delete;

    void forward(const Record& record) override {
        texts.emplace_back(record.text);
        actors.push_back(record.actor);
        error("about forwarding");
    }
    std::uint64_t process() const override { return own; }

    std::uint64_t own;
    std::vector<std::string> texts;
    std::vector<Address> actors;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("records of warn and above are forwarded, and what is logged meanwhile isn't", "[D11]") {
    TestForwarder forwarder;

    debug("a");
    info("b");
    warn("c");
    error("d");

    CHECK(forwarder.texts == Texts{"c", "d"});
}

TEST_CASE("records about forwarding, and those from other processes, are never forwarded", "[D11]") {
    TestForwarder forwarder;

    {
        const Local local;
        error("no room");
    }
    write_received({Level::error, "from elsewhere"}, false);
    warn("own");

    CHECK(forwarder.texts == Texts{"own"});
}

TEST_CASE("of several systems in a process each forwards its actors' records, and one those of nobody", "[D11]") {
    TestForwarder first(1);
    TestForwarder second(2);

    write({Level::warn, "of the second", detail::make_address({2, 7})});
    write({Level::warn, "of the first", detail::make_address({1, 7})});
    warn("of nobody");

    CHECK(first.texts == Texts{"of the first", "of nobody"});
    CHECK(second.texts == Texts{"of the second"});
}

namespace {

struct Grumbler : Actor {
    void grumble(const std::string& text) {
        log_debug(text);
        log_info(text);
        log_warn(text);
    }
    using Behavior = zanni::Behavior<&Grumbler::grumble>;
};

}  // namespace

TEST_CASE("what an actor logs has its type and address, on one line", "[D11]") {
    SteppedSystem system;
    const Address grumbler = system.create<Grumbler>();
    TestForwarder forwarder;

    system.tell(grumbler, std::string("no\nfood"));
    system.run_until_idle();

    REQUIRE(forwarder.texts.size() == 1);
    CHECK_THAT(forwarder.texts[0], Catch::Contains("Grumbler " + grumbler.to_string() + ": no food"));
    CHECK(forwarder.actors[0] == grumbler);
}

}  // namespace zanni::log
