#include <algorithm>

#include "cases.hpp"

namespace zanni::semantics {

namespace {

using OnFailure = SupervisionPolicy::OnFailure;
using Scope = SupervisionPolicy::Scope;

Make with(SupervisionPolicy policy) { return {.supervision = policy}; }

void resumed(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child = bed.child_of(parent);

    bed.tell(child, Say{"before"});
    bed.tell(child, Fail{});
    bed.tell(child, Say{"after"});

    CHECK(bed.notes(child, 4) == Bed::Texts{"before", "attempt", "attempt", "after"});
    bed.settle(parent, child);
    CHECK(bed.notes(parent, 0).empty());
}

void restarted(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child = bed.child_of(parent, with({.on_failure = OnFailure::restart}));

    bed.tell(child, Say{"before"});
    bed.tell(child, Fail{});
    for (std::int32_t number = 1; number <= 3; ++number) bed.tell(child, number);

    CHECK(bed.notes(child, 3) == Bed::Texts{"1", "2", "3"});
    CHECK(bed.ask<Address>(child, Knock{}) == child);
    CHECK(bed.ask<Address>(child, AskForParent{}) == parent);
    bed.settle(parent, child);
    CHECK(bed.notes(parent, 0).empty());
}

void top_level_restarted(Bed& bed) {
    const Address puppet = bed.create<Puppet>({.supervision = {.on_failure = OnFailure::restart}});

    bed.tell(puppet, Say{"before"});
    bed.tell(puppet, Fail{});
    bed.tell(puppet, Say{"after"});

    CHECK(bed.notes(puppet, 1) == Bed::Texts{"after"});
}

void stopped(Bed& bed) {
    const Address puppet = bed.create<Puppet>({.supervision = {.on_failure = OnFailure::stop}});
    const Address watcher = bed.create_near<Puppet>();
    bed.watch(watcher, puppet);

    bed.tell(puppet, Fail{});

    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: exception: no flour"});
    CHECK(bed.ask_in_vain<Address>(puppet, Knock{}) == Error::dead_target);
}

void escalated_to_one_that_stops(Bed& bed) {
    const Address grandparent = bed.create_near<Puppet>();
    const Address parent = bed.child_of(grandparent, with({.on_failure = OnFailure::stop}));
    const Address child = bed.child_of(parent, with({.on_failure = OnFailure::escalate}));
    const Address sibling = bed.child_of(parent);
    const Address watcher = bed.create_near<Puppet>();
    bed.watch(watcher, sibling);

    bed.tell(child, Fail{});

    CHECK(bed.notes(grandparent, 1) == Bed::Texts{"child exited: exception: no flour"});
    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: requested"});
    CHECK(bed.ask_in_vain<Address>(child, Knock{}) == Error::dead_target);
}

void escalated_to_one_that_restarts(Bed& bed) {
    const Address parent = bed.create_near<Puppet>({.supervision = {.on_failure = OnFailure::restart}});
    bed.tell(parent, Say{"before"});
    const Address child = bed.child_of(parent, with({.on_failure = OnFailure::escalate}));
    const Address watcher = bed.create_near<Puppet>();
    bed.watch(watcher, child);

    bed.tell(child, Fail{});

    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: exception: no flour"});
    for (int looks = 0; looks < 1'000 && bed.notes(parent, 1)[0] == "before"; ++looks) bed.let_pass(1ms);
    CHECK(bed.notes(parent, 1) == Bed::Texts{"child exited: exception: no flour"});
}

void escalated_to_one_that_resumes(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    bed.tell(parent, Say{"before"});
    const Address child = bed.child_of(parent, with({.on_failure = OnFailure::escalate}));

    bed.tell(child, Fail{});

    CHECK(bed.notes(parent, 2) == Bed::Texts{"before", "child exited: exception: no flour"});
}

void all_for_one_restart(Bed& bed) {
    const SupervisionPolicy together{.on_failure = OnFailure::restart, .scope = Scope::all_for_one};
    const Address parent = bed.create_near<Puppet>();
    const Address failing = bed.child_of(parent, with(together)), sibling = bed.child_of(parent, with(together));
    const Address apart = bed.child_of(parent, with({.on_failure = OnFailure::restart}));
    for (const Address& child : {failing, sibling, apart}) {
        bed.tell(child, Say{"before"});
        CHECK(bed.notes(child, 1) == Bed::Texts{"before"});
    }

    bed.tell(failing, Fail{});
    bed.settle(failing, failing);
    bed.settle(parent, failing);  // it has told the others to restart
    bed.settle(parent, sibling);

    CHECK(bed.notes(failing, 0).empty());
    CHECK(bed.notes(sibling, 0).empty());
    CHECK(bed.notes(apart, 0) == Bed::Texts{"before"});
    CHECK(bed.notes(parent, 0).empty());
}

void all_for_one_stop(Bed& bed) {
    const SupervisionPolicy together{.on_failure = OnFailure::stop, .scope = Scope::all_for_one};
    const Address parent = bed.create_near<Puppet>();
    const Address failing = bed.child_of(parent, with(together));
    bed.child_of(parent, with(together));
    const Address apart = bed.child_of(parent, with({.on_failure = OnFailure::stop}));

    bed.tell(failing, Fail{});

    auto ends = bed.notes(parent, 2);
    std::ranges::sort(ends);
    CHECK(ends ==
          Bed::Texts{"child exited: exception: a sibling failed: no flour", "child exited: exception: no flour"});
    CHECK(bed.ask<Address>(apart, Knock{}) == apart);
}

void too_many_restarts(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child =
        bed.child_of(parent, with({.on_failure = OnFailure::restart, .restarts_max = 2, .period = 1h}));

    for (int i = 0; i < 2; ++i) bed.tell(child, Fail{});
    CHECK(bed.ask<Address>(child, Knock{}) == child);
    bed.tell(child, Fail{});

    CHECK(bed.notes(parent, 1) == Bed::Texts{"child exited: exception: restarted too often: no flour"});
}

void restarts_of_long_ago(Bed& bed) {
    const Address child = bed.child_of(bed.create_near<Puppet>(),
                                       with({.on_failure = OnFailure::restart, .restarts_max = 1, .period = 5ms}));

    for (int i = 0; i < 4; ++i) {
        bed.tell(child, Fail{});
        CHECK(bed.ask<Address>(child, Knock{}) == child);
        bed.let_pass(5ms);
    }
}

void ties_outlive_a_restart(Bed& bed) {
    const Address child = bed.child_of(bed.create_near<Puppet>(), with({.on_failure = OnFailure::restart}));
    const Address watcher = bed.create_near<Puppet>(), linked = bed.create_near<Puppet>();
    bed.watch(watcher, child);
    bed.watch(watcher, linked);
    bed.ask<Done>(linked, LinkTo{child});
    bed.settle(linked, child);

    bed.tell(child, Fail{});
    bed.settle(watcher, child);
    CHECK(bed.notes(watcher, 0).empty());
    bed.tell(child, ExitRequest{});

    auto downs = bed.notes(watcher, 2);
    std::ranges::sort(downs);
    CHECK(downs == Bed::Texts{"down: requested", "down: requested: linked to " + child.to_string()});
}

void children_go_at_a_restart(Bed& bed) {
    const Address puppet = bed.create_near<Puppet>({.supervision = {.on_failure = OnFailure::restart}});
    const Address child = bed.child_of(puppet);
    const Address watcher = bed.create<Puppet>();
    bed.watch(watcher, child);
    bed.tell(puppet, Say{"before"});

    bed.tell(puppet, Fail{});

    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: requested"});
    CHECK(bed.notes(puppet, 1) == Bed::Texts{"child exited: requested"});
}

void own_watches_go_at_a_restart(Bed& bed) {
    const Address puppet = bed.create_near<Puppet>({.supervision = {.on_failure = OnFailure::restart}});
    const Address watched = bed.create<Puppet>(), other = bed.create<Puppet>();
    bed.watch(puppet, watched);

    bed.tell(puppet, Fail{});
    bed.tell(watched, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(watched, Knock{}) == Error::dead_target);

    bed.settle(puppet, other);
    CHECK(bed.notes(puppet, 0).empty());
}

constexpr Case cases[] = {
    {"A8", "resume, the default: the actor goes on with its state", resumed},
    {"A8", "restart: a new instance has the address, the parent and the mailbox", restarted},
    {"A8", "a top-level actor restarts too", top_level_restarted},
    {"A8", "stop: the actor ends with the exception", stopped},
    {"A8", "escalate: the parent counts as failed, and its policy says stop", escalated_to_one_that_stops},
    {"A8", "escalate to a parent whose policy says restart", escalated_to_one_that_restarts},
    {"A8", "escalate to a parent that resumes", escalated_to_one_that_resumes},
    {"A8", "all for one: siblings of that policy restart too, others don't", all_for_one_restart},
    {"A8", "all for one: siblings of that policy stop too, others don't", all_for_one_stop},
    {"A8", "more restarts than allowed in the period escalate", too_many_restarts},
    {"A8", "restarts before the period don't count", restarts_of_long_ago},
    {"A8", "watchers and links outlive a restart", ties_outlive_a_restart},
    {"A8", "the children of the old instance are asked to exit", children_go_at_a_restart},
    {"A8", "the watches of the old instance are undone", own_watches_go_at_a_restart},
};

}  // namespace

std::span<const Case> supervision_cases() { return cases; }

}  // namespace zanni::semantics
