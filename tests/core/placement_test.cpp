#include <catch2/catch.hpp>

#include <stdexcept>

#include "process.hpp"

/// Where the runtime of a process creates an actor: here, or where its gateway says.
namespace zanni {

namespace {

using namespace test;
using detail::CreateActor;
using detail::CreateReply;

const Address far_actor = detail::make_address({far_process, 7});
const Address far_caller = detail::make_address({far_process, detail::endpoint_bit | detail::actor_id(1, 1)});
const Address near_actor = detail::make_address({own_process + 1, 7});  // another process of this host
const Address chosen = detail::make_address({own_process, detail::minted_bit | 5});

class Plain : public Actor {
public:
    void nothing(int) {}
    using Behavior = zanni::Behavior<&Plain::nothing>;
};

/// Asks for more than equal values can say.
class Choosy : public Actor {
public:
    static constexpr auto actor_name = "test.Choosy";
    static Requirements requirements() { return {capability("Cores") >= 4}; }
    static bool accepts(const Capabilities& capabilities, const Requirements& extra) {
        if (!extra.empty() && extra.front().key == "Throw") throw std::runtime_error("no idea");
        return std::get<std::int64_t>(capabilities.at("Cores")) % 2 == 0;
    }
    void nothing(int) {}
    using Behavior = zanni::Behavior<&Choosy::nothing>;
};

template <class T>
Address create(Process& process, const CreateOptions& options) {
    const Address created = process->create({&actor_type<T>(), actor_type<T>().name, options, far_actor, {}});
    process.run();
    return created;
}

bool is_here(const Address& actor) { return detail::parts_of(actor).process == own_process; }

std::string refusal(Process& process) {
    const auto ends = process.posted<ChildExited>();
    return ends.empty() ? "" : ends.back().cause.detail;
}

}  // namespace

TEST_CASE("spread and pack leave the choice to the convention, which may choose this process", "[D3]") {
    Process process;
    const CreateOptions options{.placement = GENERATE(Placement::spread(), Placement::pack())};

    CHECK_FALSE(is_here(create<Plain>(process, options)));
    CHECK(process.gateway.wanted_placement == options.placement);
    CHECK(process->actor_count() == 0);

    process.gateway.placement = own_process;
    CHECK(is_here(create<Plain>(process, options)));
    CHECK(process->actor_count() == 1);

    process.gateway.placement = std::unexpected(Error{Error::unknown_type, "nobody else has it"});
    CHECK(is_here(create<Plain>(process, options)));
    CHECK(process->actor_count() == 2);
}

TEST_CASE("an actor is created with another on its host", "[D3]") {
    Process process;

    CHECK(is_here(create<Plain>(process, {.placement = Placement::with(near_actor)})));
    CHECK_FALSE(is_here(create<Plain>(process, {.placement = Placement::with(far_actor)})));
    CHECK(process.gateway.wanted_placement == Placement::with(far_actor));

    process.gateway.placement = std::unexpected(Error{Error::unmet_requirement, "no host for it: beta is not there"});
    create<Plain>(process, {.placement = Placement::with(far_actor)});
    CHECK(refusal(process) == "unmet_requirement: no host for it: beta is not there");
    CHECK(process->actor_count() == 1);
}

TEST_CASE("an actor is created apart from another", "[D3]") {
    Process process;

    CHECK(is_here(create<Plain>(process, {.placement = Placement::apart_from(far_actor)})));
    CHECK_FALSE(is_here(create<Plain>(process, {.placement = Placement::apart_from(near_actor)})));
    CHECK(process.gateway.wanted_placement == Placement::apart_from(near_actor));
}

TEST_CASE("a program that runs alone refuses what takes another host, and says so", "[D3]") {
    ManualClock clock;
    SeededRandom random{1};
    Registry registry;
    detail::Stepper stepper{clock};
    detail::Runtime runtime{{stepper, clock, random, registry, nullptr, {}, own_process}};
    stepper.start(runtime);
    const auto create = [&](const Placement& placement) {
        runtime.create({&actor_type<Plain>(), "test.Plain", {.placement = placement}, {}, {}});
        return runtime.actor_count();
    };

    CHECK(create(Placement::spread()) == 1);
    CHECK(create(Placement::pack()) == 2);
    CHECK(create(Placement::with(near_actor)) == 3);
    CHECK(create(Placement::apart_from(near_actor)) == 3);
    CHECK(create(Placement::with(far_actor)) == 3);
}

TEST_CASE("a type's accepts() is asked where the actor would run, and its no is explained", "[D2]") {
    Process process;
    process.registry.add<Choosy>();
    const auto ask = [&](std::int64_t cores, const Requirements& extra = {}) {
        process.gateway.offers = {{"Cores", cores}};
        process.deliver(detail::make_address({own_process, detail::process_itself}),
                        CreateActor{chosen, far_actor, far_caller, "test.Choosy", extra});
        return process.posted<CreateReply>().back().context;
    };

    CHECK(ask(2) == "test.Choosy needs Cores >= 4 (has 2)");
    CHECK(ask(5) == "test.Choosy can't run here: this host is not accepted by the type");
    CHECK(ask(6, {{"Throw", false}}) ==
          "test.Choosy can't run here: this host is not accepted by the type, whose accepts() threw: no idea");
    CHECK(process->actor_count() == 0);
    CHECK(ask(6).empty());
    CHECK(process->actor_count() == 1);
}

TEST_CASE("where a type's accepts() says no, the creator looks for another host", "[D2]") {
    Process process;
    process.gateway.offers = {{"Cores", std::int64_t{5}}};

    CHECK_FALSE(is_here(create<Choosy>(process, {})));
    CHECK(process.gateway.refused_here == "is not accepted by the type");

    process.gateway.offers = {{"Cores", std::int64_t{8}}};
    CHECK(is_here(create<Choosy>(process, {})));
}

TEST_CASE("an actor whose type no longer accepts what its host offers ends", "[D4]") {
    Process process;
    process.gateway.offers = {{"Cores", std::int64_t{8}}};
    REQUIRE(is_here(create<Choosy>(process, {})));

    process.gateway.offers = {{"Cores", std::int64_t{6}}};
    process->capabilities_changed();
    process.run();
    CHECK(process->actor_count() == 1);

    process.gateway.offers = {{"Cores", std::int64_t{7}}};
    process->capabilities_changed();
    process.run();
    CHECK(process->actor_count() == 0);
}

TEST_CASE("where an actor with a name runs, its placement says too", "[C4][D3]") {
    Process process;
    process.gateway.shares = true;
    const auto create_named = [&](const std::string& name, const Placement& placement) {
        CreateOptions options{.name = name};
        options.placement = placement;
        const auto created = process.posted<CreateActor>().size();
        process->create({&actor_type<Plain>(), actor_type<Plain>().name, options, {}, {}});
        process.run();
        return process.posted<CreateActor>().size() == created;  // here
    };

    CHECK(create_named("nearest", {}));
    CHECK(create_named("with", Placement::with(near_actor)));
    CHECK_FALSE(create_named("with far", Placement::with(far_actor)));
    CHECK_FALSE(create_named("spread", Placement::spread()));
    CHECK(process.gateway.wanted_placement == Placement::spread());

    process.gateway.placement = std::unexpected(Error{Error::unknown_type, "nobody else has it"});
    CHECK(create_named("spread alone", Placement::spread()));
}

}  // namespace zanni
