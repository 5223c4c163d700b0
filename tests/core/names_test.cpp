#include <catch2/catch.hpp>

#include <atomic>
#include <semaphore>
#include <set>
#include <thread>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

CreateOptions named(const std::string& name) {
    CreateOptions options;
    options.name = name;
    return options;
}

std::counting_semaphore<> may_be_born{0};
std::atomic<int> births{0};
class SlowlyUnborn : public Actor {
public:
    SlowlyUnborn() {
        ++births;
        static_cast<void>(may_be_born.try_acquire_for(patience));
        throw std::runtime_error("no name could help");
    }
    void number(const int&) {}
    using Behavior = zanni::Behavior<&SlowlyUnborn::number>;
};

}  // namespace

TEST_CASE("eight threads that create the same name make one actor, and all get its address", "[C4]") {
    on_threads([](System& system) {
        for (int round = 0; round < 50; ++round) {
            Stage::current().clear();
            Stage::current().set_at_birth([](Puppet&) { note("born"); });
            std::vector<Address> addresses(8);
            std::vector<std::thread> threads;
            for (Address& address : addresses)
                threads.emplace_back([&] { address = system.create<Puppet>(named("registry")).value_or(Address{}); });
            for (auto& thread : threads) thread.join();

            REQUIRE(std::set<Address>(addresses.begin(), addresses.end()).size() == 1);
            REQUIRE(addresses[0]);
            REQUIRE(notes() == Notes{"born"});
            REQUIRE(system.find("registry") == addresses[0]);
            system.tell(addresses[0], ExitRequest{});
            REQUIRE(comes_true(system, [&] { return system.actor_count() == 0; }));
        }
    });
}

TEST_CASE("a name is free after its actor's end, and names another one then", "[C4]") {
    play([](System& system) {
        const Address first = make_puppet(system, "first", named("registry"));
        CHECK(make_puppet(system, "again", named("registry")) == first);
        system.tell(first, ExitRequest{});
        REQUIRE(comes_true(system, [&] { return system.actor_count() == 0; }));
        CHECK_FALSE(system.find("registry"));

        const Address second = make_puppet(system, "second", named("registry"));

        CHECK(second != first);
        CHECK(system.find("registry") == second);
    });
}

TEST_CASE("a named actor has no parent, and lives on when its creator ends", "[C4]") {
    play([](System& system) {
        const auto creator = make_puppet(system, "creator");
        Address made;
        have(system, creator, [&](Puppet& me) { made = me.create<Puppet>(named("registry")); });
        system.tell(creator, ExitRequest{});
        REQUIRE(comes_true(system, [&] { return system.actor_count() == 1; }));

        have(system, made, [](Puppet& me) { CHECK_FALSE(me.parent()); });
        CHECK(Stage::current().count("creator: lost ?") == 0);
    });
}

TEST_CASE("a name whose constructor throws is told to all who waited for it, and is free", "[C4]") {
    ActorSystem system(ActorSystem::Options{.workers = 2, .capabilities = {}, .registry = nullptr});
    births = 0;
    std::vector<Error> errors(2);
    const auto create = [&](Error& error) {
        const auto created = system.create<SlowlyUnborn>(named("unborn"));
        if (!created) error = created.error();
    };
    std::vector<std::thread> threads;
    threads.emplace_back([&] { create(errors[0]); });
    while (births == 0) std::this_thread::yield();
    const auto sent = system.counters().sent;
    threads.emplace_back([&] { create(errors[1]); });
    while (system.counters().sent == sent) std::this_thread::yield();  // it asks to be told
    may_be_born.release();
    for (auto& thread : threads) thread.join();

    for (const Error& error : errors) CHECK(error == Error{Error::start_failed, "no name could help"});
    CHECK(births == 1);
    CHECK_FALSE(system.find("unborn"));
    check_at_rest(system);
}

TEST_CASE("a name of 257 bytes is refused, one of 256 is not", "[C4]") {
    play([](System& system) {
        CHECK(system.create<Puppet>(named(std::string(256, 'x'))));
        const auto refused = system.create<Puppet>(named(std::string(257, 'x')));

        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Error::bad_input);
    });
}

}  // namespace zanni
