#include <map>
#include <set>

#include "cases.hpp"
#include "helper_actors.hpp"

namespace zanni::semantics {

namespace {

// ---- C1

/// Who did these jobs, and how many each.
std::map<Address, int> do_jobs(Bed& bed, PrivateEndpoint& caller, const Address& troupe, int jobs) {
    for (int i = 0; i < jobs; ++i) caller.tell(troupe, Job{5ms});
    std::map<Address, int> done_by;
    for (int i = 0; i < jobs; ++i) {
        const auto done = caller.listen<JobDone>(patience);
        if (!done) FAIL("job " << i << ": " << done.error());
        ++done_by[done->by];
    }
    CHECK_FALSE(done_by.contains(troupe));
    static_cast<void>(bed);
    return done_by;
}

void all_members_work(Bed& bed) {
    auto caller = bed.endpoint();
    const auto done_by = do_jobs(bed, caller, bed.create<Worker>(), 12);
    CHECK(done_by.size() == 3);
}

void one_job_one_member(Bed& bed) {
    auto caller = bed.endpoint();
    const Address troupe = bed.create<Worker>();
    std::set<Address> members;
    for (int i = 0; i < 5; ++i) {
        const auto done = caller.ask<JobDone>(troupe, Job{}, patience);
        REQUIRE(done.has_value());
        members.insert(done->by);
        bed.let_pass(1ms);
    }
    CHECK(members.size() <= 2);  // the next job may come before the member has said that it is idle
}

void members_without_work_end(Bed& bed) {
    auto caller = bed.endpoint();
    const Address troupe = bed.create<Worker>();
    const auto done_by = do_jobs(bed, caller, troupe, 9);
    const Address watcher = bed.create_near<Puppet>();
    for (const auto& [member, count] : done_by) bed.ask<Done>(watcher, WatchIt{member});

    CHECK(bed.notes(watcher, done_by.size() - Worker::troupe.idle_max).size() == 2);
    CHECK(caller.ask<JobDone>(troupe, Job{}, patience).has_value());
}

void no_job_is_lost_with_a_member(Bed& bed) {
    auto caller = bed.endpoint();
    const Address troupe = bed.create<Worker>();
    for (int i = 0; i < 20; ++i) {
        if (i % 4 == 1) caller.tell(troupe, LastJob{});
        caller.tell(troupe, Job{1ms});
    }
    for (int i = 0; i < 20; ++i) CHECK(caller.listen<JobDone>(patience).has_value());
}

void a_troupe_ends_as_one(Bed& bed) {
    auto caller = bed.endpoint();
    const Address troupe = bed.create<Worker>();
    const auto done = caller.ask<JobDone>(troupe, Job{}, patience);
    REQUIRE(done.has_value());
    const Address watcher = bed.create_near<Puppet>();
    bed.watch(watcher, done->by);
    bed.watch(watcher, troupe);

    bed.tell(troupe, ExitRequest{});

    CHECK(bed.notes(watcher, 2) == Bed::Texts(2, "down: requested"));
}

void a_troupe_of_a_parent(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address troupe = bed.child_of(parent, {.kind = "Worker"});
    auto caller = bed.endpoint();
    CHECK(do_jobs(bed, caller, troupe, 6).size() == 3);

    bed.tell(troupe, ExitRequest{});

    CHECK(bed.notes(parent, 1) == Bed::Texts{"child exited: requested"});
}

// ---- C2

void ends_after_its_lifetime(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    bed.child_of(parent, {.kind = "Mayfly"});
    CHECK(bed.notes(parent, 1) == Bed::Texts{"child exited: requested"});
}

void ends_without_messages(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child = bed.child_of(parent, {.kind = "Idler"});
    CHECK(bed.notes(parent, 1) == Bed::Texts{"child exited: requested"});
    CHECK(bed.ask_in_vain<Address>(child, Knock{}) == Error::dead_target);
}

void messages_keep_it(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address idler = bed.child_of(parent, {.kind = "Idler"});
    const Address mayfly = bed.child_of(parent, {.kind = "Mayfly"});

    for (int i = 0; i < 6; ++i) {
        bed.let_pass(15ms);
        CHECK(bed.ask<Address>(idler, Knock{}) == idler);
    }

    const auto ends = bed.whole_notes(parent, 1);
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].who == mayfly);
}

// ---- C3

void others_wait(Bed& bed) {
    const Address novice = bed.create<Novice>();

    bed.tell(novice, Say{"one"});
    bed.tell(novice, Peers{2});
    bed.tell(novice, Say{"two"});
    bed.tell(novice, Settings{"dark"});
    bed.tell(novice, Say{"three"});

    CHECK(bed.notes(novice, 5) == Bed::Texts{"peers 2", "settings dark", "one", "two", "three"});
}

void one_of_two_is_not_enough(Bed& bed) {
    auto caller = bed.endpoint();
    const Address novice = bed.create<Novice>();

    caller.tell(novice, Settings{"dark"});
    caller.tell(novice, Settings{"light"});
    CHECK(caller.ask<Notes>(novice, Knock{}, 5ms).error().code == Error::timeout);
    caller.tell(novice, Peers{1});

    CHECK(bed.notes(novice, 3) == Bed::Texts{"settings dark", "peers 1", "settings light"});
    CHECK(caller.listen<Notes>(patience).has_value());
}

void an_exit_request_does_not_wait(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address novice = bed.child_of(parent, {.kind = "Novice"});
    bed.tell(novice, Say{"one"});
    bed.tell(novice, ExitRequest{});
    CHECK(bed.notes(parent, 1) == Bed::Texts{"child exited: requested"});
}

void initialized_again_after_a_restart(Bed& bed) {
    const Address novice = bed.create<Novice>({.supervision = {.on_failure = SupervisionPolicy::OnFailure::restart}});
    bed.tell(novice, Settings{"dark"});
    bed.tell(novice, Peers{2});
    bed.tell(novice, Fail{});
    bed.tell(novice, Say{"after"});
    CHECK(bed.notes(novice, 3) == Bed::Texts{"settings dark", "peers 2", "after"});
}

// ---- C4

void one_of_that_name(Bed& bed) {
    const Address first = bed.create_near<Puppet>({.name = "registry"});
    const auto second = bed.system().create<Puppet>({.name = "registry"});
    REQUIRE(second.has_value());
    CHECK(*second == first);
    CHECK(bed.system().find("registry") == first);
    CHECK_FALSE(bed.system().find("another"));
}

void created_once_in_a_race(Bed& bed) {
    auto caller = bed.endpoint();
    std::vector<Address> racers;
    for (int i = 0; i < 10; ++i) racers.push_back(bed.create_near<Puppet>());

    for (const Address& racer : racers) caller.tell(racer, Make{.here = true, .name = "prize"});

    std::set<Address> prizes;
    for (int i = 0; i < 10; ++i) prizes.insert(caller.listen<Address>(patience).value());
    CHECK(prizes.size() == 1);
    CHECK(bed.system().find("prize") == *prizes.begin());
    bed.tell(*prizes.begin(), ExitRequest{});
}

void the_named_have_no_parent(Bed& bed) {
    const Address creator = bed.create_near<Puppet>(), other = bed.create_near<Puppet>();
    const Address named = bed.child_of(creator, {.here = true, .name = "orphan"});
    CHECK_FALSE(bed.ask<Address>(named, AskForParent{}));

    bed.tell(creator, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(creator, Knock{}) == Error::dead_target);

    CHECK(bed.ask<Address>(named, Knock{}) == named);
    CHECK(bed.child_of(other, {.here = true, .name = "orphan"}) == named);
    bed.tell(named, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(named, Knock{}) == Error::dead_target);
    bed.settle(other, other);
    CHECK(bed.notes(other, 0).empty());
}

void a_name_is_free_after_its_actor(Bed& bed) {
    const Address first = bed.create_near<Puppet>({.name = "seat"});
    bed.tell(first, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(first, Knock{}) == Error::dead_target);

    CHECK_FALSE(bed.system().find("seat"));
    const Address second = bed.create_near<Puppet>({.name = "seat"});
    CHECK(second != first);
    CHECK(bed.ask<Address>(second, Knock{}) == second);
}

void a_name_outlives_a_restart(Bed& bed) {
    const Address named = bed.create_near<Puppet>(
        {.name = "phoenix", .supervision = {.on_failure = SupervisionPolicy::OnFailure::restart}});
    bed.tell(named, Fail{});
    CHECK(bed.ask<Address>(named, Knock{}) == named);
    CHECK(bed.system().find("phoenix") == named);
}

constexpr Case cases[] = {
    {"C1", "a troupe has no more members than it may, and all of them work", all_members_work},
    {"C1", "work goes to an idle member", one_job_one_member},
    {"C1", "members without work end, down to the minimum", members_without_work_end},
    {"C1", "no job is lost with a member", no_job_is_lost_with_a_member},
    {"C1", "a troupe's members end with it", a_troupe_ends_as_one},
    {"C1", "a troupe is one child to its parent", a_troupe_of_a_parent},
    {"C2", "a transient actor ends after its lifetime", ends_after_its_lifetime},
    {"C2", "a transient actor ends when no message has come for its time", ends_without_messages},
    {"C2", "messages keep a transient actor from ending for want of them, and not from its lifetime", messages_keep_it,
     on_a_manual_clock},
    {"C3", "messages wait, in order, until the actor is initialised", others_wait},
    {"C3", "each of the initialising messages must come", one_of_two_is_not_enough},
    {"C3", "an exit request doesn't wait", an_exit_request_does_not_wait},
    {"C3", "a new instance gets what the old one was initialised with", initialized_again_after_a_restart},
    {"C4", "there is one actor of a name", one_of_that_name},
    {"C4", "it is created once though ten race for it", created_once_in_a_race},
    {"C4", "an actor with a name has no parent", the_named_have_no_parent},
    {"C4", "a name is free when its actor has ended", a_name_is_free_after_its_actor},
    {"C4", "a name outlives a restart", a_name_outlives_a_restart},
};

}  // namespace

std::span<const Case> helpers_cases() { return cases; }

}  // namespace zanni::semantics
