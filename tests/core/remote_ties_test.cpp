#include <catch2/catch.hpp>

#include "process.hpp"
#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;
using detail::Undeliverable;
using detail::Unwatch;
using detail::Watch;

const Address far_actor = detail::make_address({far_process, 7});
const Address other_far = detail::make_address({far_process, 8});
const Address nearer = detail::make_address({far_process + 1, 7});
const ExitCause killed{ExitCause::signal, 9, {}};

/// A process with one puppet in it.
struct Bed {
    Bed() {
        Stage::current().clear();
        puppet = process.create<Puppet>();
        Stage::current().call(puppet, "p");
        Stage::current().call(far_actor, "far");
        Stage::current().call(other_far, "other far");
    }
    ~Bed() { CHECK(process.all_accounted_for()); }
    void have(Act act) { process.send(puppet, Stage::current().act(std::move(act))); }

    Process process;
    Address puppet;
};

struct AskFar {
    Address far;
};
/// Asks another process, and notes how that ends.
class Asker : public Actor {
public:
    Task<> ask_far(const AskFar& order) {
        const auto answer = co_await ask<int>(order.far, true, 1h);
        note(answer ? std::to_string(*answer) : std::string(to_string(answer.error().code)));
    }
    void late(const int& number) { note("late " + std::to_string(number)); }
    using Behavior = zanni::Behavior<&Asker::ask_far, &Asker::late>;
};

/// The address that the one question which was posted came from.
Address question_of(Process& process) {
    Address from;
    for (const auto& envelope : process.gateway.posted)
        if (envelope->get<bool>()) from = envelope->sender;
    return from;
}

}  // namespace

TEST_CASE("who watches into a process that is lost hears of it once, with the cause", "[A7]") {
    Bed bed;
    bed.have([](Puppet& me) {
        me.watch(far_actor);
        me.watch(far_actor);
        me.watch(other_far);
        me.unwatch(other_far);
        me.watch(nearer);
    });
    CHECK(bed.process.posted<Watch>().size() == 3);
    CHECK(bed.process.posted<Unwatch>().size() == 1);

    for (int i = 0; i < 2; ++i) bed.process->process_gone(far_process, killed);
    bed.process.run();

    CHECK(notes() == Notes{"p: down far"});
}

TEST_CASE("a Down from elsewhere is delivered once, though the process is lost behind it", "[A7]") {
    Bed bed;
    bed.have([](Puppet& me) { me.watch(far_actor); });

    bed.process.deliver(bed.puppet, Down{far_actor, {}}, far_actor);
    bed.process->process_gone(far_process, killed);
    bed.process.run();

    CHECK(notes() == Notes{"p: down far"});
}

TEST_CASE("a watch that comes back because nobody is there is a Down", "[A7]") {
    Bed bed;
    bed.have([](Puppet& me) { me.watch(far_actor); });
    EnvelopePtr watch = std::move(bed.process.gateway.posted.back());
    bed.process.gateway.posted.pop_back();

    bed.process->undeliverable(std::move(watch), Error::dead_target);
    bed.process.run();

    CHECK(notes() == Notes{"p: down far"});
}

TEST_CASE("who is watched from elsewhere tells of its end, unless that process is lost before", "[A7]") {
    for (const bool lost : {false, true}) {
        Bed bed;
        bed.process.deliver(bed.puppet, Watch{}, far_actor);
        if (lost) bed.process->process_gone(far_process, killed);
        bed.process.run();

        bed.have([](Puppet& me) { me.exit(); });

        CHECK(bed.process.posted<Down>().size() == (lost ? 0 : 1));
    }
}

TEST_CASE("who is linked into a process that is lost ends, whichever side linked", "[A7]") {
    for (const bool by_far : {false, true}) {
        Bed bed;
        if (by_far)
            bed.process.deliver(bed.puppet, Watch{.linked = true}, far_actor);
        else
            bed.have([](Puppet& me) { me.link(far_actor); });

        bed.process->process_gone(far_process, killed);
        bed.process.run();

        CHECK(bed.process->actor_count() == 0);
    }
}

TEST_CASE("an actor that has ended leaves no bond behind", "[A7]") {
    Bed bed;
    bed.have([](Puppet& me) {
        me.watch(far_actor);
        me.link(far_actor);
        me.exit();
    });
    REQUIRE(bed.process->actor_count() == 0);
    const auto sent = bed.process->counters().of(detail::Counters::sent);

    bed.process->process_gone(far_process, killed);

    CHECK(bed.process->counters().of(detail::Counters::sent) == sent);
}

TEST_CASE("a question into a process that is lost ends at once", "[B5]") {
    Bed bed;
    const Address asker = bed.process.create<Asker>();
    bed.process.send(asker, AskFar{far_actor});
    REQUIRE(notes().empty());

    bed.process->process_gone(far_process, killed);
    bed.process.run();

    CHECK(notes() == Notes{"dead_target"});
    CHECK(bed.process->timer_count() == 0);
}

TEST_CASE("a question that comes back from elsewhere ends at once, for the reason it came back", "[B5]") {
    Bed bed;
    const Address asker = bed.process.create<Asker>();
    bed.process.send(asker, AskFar{far_actor});
    EnvelopePtr question = std::move(bed.process.gateway.posted.back());
    bed.process.gateway.posted.pop_back();

    bed.process->undeliverable(std::move(question), Error::too_large);
    bed.process.run();

    CHECK(notes() == Notes{"too_large"});
}

TEST_CASE("an answer from elsewhere is taken once; a second one is a message like any other", "[B5]") {
    Bed bed;
    const Address asker = bed.process.create<Asker>();
    bed.process.send(asker, AskFar{far_actor});
    const Address question = question_of(bed.process);

    bed.process.deliver(question, 1, far_actor);
    bed.process.deliver(question, 2, far_actor);
    bed.process->process_gone(far_process, killed);
    bed.process.run();

    CHECK(notes() == Notes{"1", "late 2"});
}

TEST_CASE("an answer to an actor that has ended is a dead letter, also where another has taken its place", "[B5][B9]") {
    Bed bed;
    const Address asker = bed.process.create<Asker>();
    bed.process.send(asker, AskFar{far_actor});
    const Address question = question_of(bed.process);
    bed.process.send(asker, ExitRequest{});
    CHECK(bed.process->counters().dead_letters() == 1);  // whose handler waited
    for (int i = 0; i < 3; ++i) bed.process.create<Asker>();

    bed.process.deliver(question, 1, far_actor);

    CHECK(notes().empty());
    CHECK(bed.process->counters().dead_letters() == 2);
}

TEST_CASE("a policy travels with the creation to another process", "[A8]") {
    Bed bed;
    SupervisionPolicy policy;
    policy.on_failure = SupervisionPolicy::OnFailure::restart;
    policy.scope = SupervisionPolicy::Scope::all_for_one;
    policy.restarts_max = 7;
    policy.period = 3min;

    bed.have([&](Puppet& me) {
        CreateOptions options;
        options.supervision = policy;
        me.create_far(options);
    });

    const auto created = bed.process.posted<detail::CreateActor>();
    REQUIRE(created.size() == 1);
    CHECK(created[0].supervision.on_failure == policy.on_failure);
    CHECK(created[0].supervision.scope == policy.scope);
    CHECK(created[0].supervision.restarts_max == 7);
    CHECK(created[0].supervision.period == 3min);
}

TEST_CASE("a child here whose parent is elsewhere restarts by the policy that came with its creation", "[A8]") {
    Bed bed;
    bed.process.registry.add<Puppet>();
    const Address chosen = detail::make_address({own_process, detail::minted_bit | 5});
    const Address itself = detail::make_address({own_process, detail::process_itself});
    SupervisionPolicy policy;
    policy.on_failure = SupervisionPolicy::OnFailure::restart;
    policy.restarts_max = 1;
    bed.process.deliver(
        itself, detail::CreateActor{chosen, far_actor, {}, std::string(message_name<Puppet>()), {}, policy}, far_actor);
    Stage::current().call(chosen, "child");
    Stage::current().set_at_birth([](Puppet& puppet) { puppet.says("born"); });

    bed.process.deliver(chosen, failing(), far_actor);
    CHECK(notes() == Notes{"child: born"});
    bed.process.deliver(chosen, failing(), far_actor);

    CHECK(bed.process.posted<PoisonMessage>().size() == 2);
    CHECK(bed.process.posted<detail::Escalated>().size() == 1);
    CHECK(bed.process.posted<ChildExited>().size() == 1);
}

}  // namespace zanni
