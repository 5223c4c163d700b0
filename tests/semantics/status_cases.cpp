#include <algorithm>

#include "cases.hpp"
#include "helper_actors.hpp"
#include "status_actors.hpp"

namespace zanni::semantics {

namespace {

void an_actor_tells_its_status(Bed& bed) {
    const Address parent = bed.create<Puppet>();
    const Address child = bed.child_of(parent);
    const Address watcher = bed.create_near<Puppet>();
    bed.watch(watcher, child);

    const auto of_parent = bed.ask<ActorStatus>(parent, StatusRequest{});
    CHECK(of_parent.address == parent);
    CHECK(of_parent.type == "zanni.semantics.Puppet");
    CHECK_FALSE(of_parent.parent);
    CHECK(of_parent.children == std::vector<Address>{child});
    CHECK(of_parent.children_count == 1);
    CHECK(of_parent.taken >= 2);  // the order for the child, and the request
    CHECK(of_parent.failures == 0);

    const auto of_child = bed.ask<ActorStatus>(child, StatusRequest{});
    CHECK(of_child.parent == parent);
    CHECK(of_child.children.empty());
    CHECK(of_child.watchers == 1);
}

void what_is_begun_and_not_ended(Bed& bed) {
    const Address juggler = bed.create<Juggler>();
    bed.ask<Done>(juggler, StartTimers{3});
    for (int i = 0; i < 4; ++i) bed.tell(juggler, PutAside{});
    for (int i = 0; i < 2; ++i) bed.tell(juggler, WaitLong{});
    bed.tell(juggler, Fail{});

    const auto status = bed.ask<ActorStatus>(juggler, StatusRequest{});
    CHECK(status.timers == 3);
    CHECK(status.stashed == 4);
    CHECK(status.waiting_handlers == 2);
    CHECK(status.failures == 1);
    CHECK(status.restarts == 0);
}

void restarts_are_counted(Bed& bed) {
    const Address parent = bed.create<Puppet>();
    const Address child =
        bed.child_of(parent, {.supervision = {.on_failure = SupervisionPolicy::OnFailure::restart, .restarts_max = 5}});
    for (int i = 0; i < 2; ++i) bed.tell(child, Fail{});

    const auto status = bed.ask<ActorStatus>(child, StatusRequest{});
    CHECK(status.failures == 2);
    CHECK(status.restarts == 2);
}

void in_its_turn(Bed& bed) {
    const Address juggler = bed.create_near<Juggler>();
    const auto status = bed.ask<ActorStatus>(juggler, AskAmidNumbers{5, 7});
    CHECK(status.waiting <= 7);
    CHECK(status.taken >= 6);
}

void its_own_answer_wins(Bed& bed) {
    CHECK(bed.ask<std::string>(bed.create<Spokesman>(), StatusRequest{}) == "no comment");
}

void a_troupe_tells_its_own(Bed& bed) {
    const Address troupe = bed.create<Worker>();
    bed.ask<Address>(troupe, Knock{});
    const auto status = bed.ask<ActorStatus>(troupe, StatusRequest{});
    CHECK(status.address == troupe);
    CHECK(status.children_count >= 1);
}

void nobody_tells_for_the_dead(Bed& bed) {
    const Address puppet = bed.create<Puppet>();
    const Address watcher = bed.create<Puppet>();
    bed.watch(watcher, puppet);
    bed.tell(puppet, ExitRequest{});
    bed.whole_notes(watcher, 1);
    CHECK(bed.ask_in_vain<ActorStatus>(puppet, StatusRequest{}) == Error::dead_target);
}

constexpr Case cases[] = {
    {"D10", "any actor tells its status: type, parent, children, watchers", an_actor_tells_its_status},
    {"D10", "a status counts timers, what is put aside, handlers that wait, failures", what_is_begun_and_not_ended},
    {"D10", "a status counts restarts", restarts_are_counted},
    {"D10", "a status is asked for in turn with other messages", in_its_turn},
    {"D10", "an actor may answer for itself", its_own_answer_wins},
    {"D10", "a troupe's address tells of the troupe", a_troupe_tells_its_own},
    {"D10", "a dead actor's status is not to be had", nobody_tells_for_the_dead},
};

}  // namespace

std::span<const Case> status_cases() { return cases; }

}  // namespace zanni::semantics
