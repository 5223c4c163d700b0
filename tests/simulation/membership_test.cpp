#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <zanni/actor.hpp>
#include <zanni/simulated_convention.hpp>

namespace zanni::test {

using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

struct TellHeard {};
struct Heard {
    Words words;
};
struct Offer {
    std::string key;
    std::optional<std::string> value;
};
struct Offered {};

/// Notes what it hears of the convention, and changes what its host offers.
class Registrar : public Actor {
public:
    static constexpr auto actor_name = "test.Registrar";
    Registrar() { notify_on_convention_changes(); }
    void hear(const ConventionUpdate& update) {
        const char* const kinds[] = {"", "joined ", "changed ", "left "};
        words_.push_back(kinds[update.kind] + update.host + (update.capabilities.contains("GPU") ? " with GPU" : ""));
    }
    Heard tell(const TellHeard&) { return {words_}; }
    Offered offer(const Offer& offer) {
        std::optional<CapabilityValue> value;
        if (offer.value) value = *offer.value;
        return update_capability(offer.key, value) ? Offered{} : throw std::runtime_error("not taken");
    }
    using Behavior = zanni::Behavior<&Registrar::hear, &Registrar::tell, &Registrar::offer>;

private:
    Words words_;
};

Words heard(System& system, const Address& registrar) {
    return system.ask<Heard>(registrar, TellHeard{}, 1s).value().words;
}

Registry with_registrars() {
    Registry registry;
    registry.add<Registrar>();
    return registry;
}

}  // namespace

TEST_CASE("a host that was cut off for too long is seen to leave and to join again, by itself", "[simulation][D5]") {
    const Registry registry = with_registrars();
    SimulatedConvention convention({.seed = 1, .hosts = {{"leader"}, {"north"}, {"south"}}, .registry = &registry});
    System& application = convention.application("leader");
    const Address here = application.create("test.Registrar");
    const Address there =
        convention.application("south").create("test.Registrar");  // the leader tells the other members too
    Words joined = heard(application, here);
    std::ranges::sort(joined);
    CHECK(joined == Words{"joined north", "joined south"});

    convention.cut("north", "leader");
    convention.cut("leader", "north");
    convention.run_for(7s);
    convention.heal();
    convention.run_for(7s);

    Words all = heard(application, here);
    CHECK(Words(all.begin() + 2, all.end()) == Words{"left north", "joined north"});
    all = heard(application, there);
    CHECK(Words(all.begin() + 2, all.end()) == Words{"left north", "joined north"});
}

TEST_CASE("a host that offers something else is changed for the others, and ends who needs what it had",
          "[simulation][D4]") {
    const Registry registry = with_registrars();
    SimulatedConvention convention(
        {.seed = 1, .hosts = {{"leader"}, {"north", {{"GPU", true}, {"North", true}}}}, .registry = &registry});
    System& application = convention.application("leader");
    const Address here = application.create("test.Registrar");
    const Address there = application.create("test.Registrar", {.requirements = {{"North", true}}});
    const Address needy = application.create("test.Registrar", {.requirements = {{"GPU", true}}});
    REQUIRE(application.ask<Heard>(needy, TellHeard{}, 1s));

    REQUIRE(application.ask<Offered>(there, Offer{"GPU", std::nullopt}, 1s));
    convention.run_for(1s);

    CHECK(heard(application, here) == Words{"joined north with GPU", "changed north"});
    CHECK(application.ask<Heard>(needy, TellHeard{}, 1s).error().code == Error::dead_target);
    CHECK(application.ask<Heard>(there, TellHeard{}, 1s));
    CHECK_FALSE(application.create("test.Registrar", {.requirements = {{"GPU", true}}}));

    REQUIRE(application.ask<Offered>(there, Offer{"GPU", "new"}, 1s));
    convention.run_for(1s);
    CHECK(application.create("test.Registrar", {.requirements = {{"GPU", true}}}));
    convention.run_for(100ms);  // what was sent last is acknowledged too
    convention.check_accounts();
}

}  // namespace zanni::test
