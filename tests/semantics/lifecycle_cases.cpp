#include "cases.hpp"

namespace zanni::semantics {

namespace {

/// A near one, its far child, that one's child and so on.
std::vector<Address> dynasty(Bed& bed, std::size_t generations) {
    std::vector<Address> actors{bed.create_near<Puppet>()};
    while (actors.size() < generations) actors.push_back(bed.child_of(actors.back()));
    return actors;
}

Address watcher_of(Bed& bed, const std::vector<Address>& actors) {
    const Address watcher = bed.create_near<Puppet>();
    for (const Address& actor : actors) bed.watch(watcher, actor);
    return watcher;
}

// ---- A5

void exit_request_is_shown(Bed& bed) {
    const Address friend_ = bed.create_near<Puppet>();
    const Address puppet = bed.create<Puppet>();
    bed.ask<Done>(puppet, LastWordsTo{friend_});

    bed.tell(puppet, ExitRequest{});

    CHECK(bed.notes(friend_, 1) == Bed::Texts{"farewell"});
    CHECK(bed.ask_in_vain<Address>(puppet, Knock{}) == Error::dead_target);
}

void exit_request_ends_whatever_happens(Bed& bed) {
    const Address friend_ = bed.create_near<Puppet>();
    const Address puppet = bed.create<Puppet>();
    bed.ask<Done>(puppet, LastWordsTo{friend_, true});

    bed.tell(puppet, ExitRequest{});

    CHECK(bed.ask_in_vain<Address>(puppet, Knock{}) == Error::dead_target);
    CHECK(bed.notes(friend_, 2) == Bed::Texts{"farewell", "farewell"});
}

void children_end_with_their_parent(Bed& bed) {
    const auto actors = dynasty(bed, 4);
    const Address watcher = watcher_of(bed, actors);

    bed.tell(actors[0], ExitRequest{});

    CHECK(bed.notes(watcher, 4) == Bed::Texts(4, "down: requested"));
}

void children_stay_when_so_wished(Bed& bed) {
    const auto actors = dynasty(bed, 3);
    const Address watcher = watcher_of(bed, actors);

    bed.tell(actors[0], ExitRequest{.recursive = false});

    const auto ends = bed.whole_notes(watcher, 1);
    CHECK(ends[0].who == actors[0]);
    CHECK(bed.ask<Address>(actors[1], Knock{}) == actors[1]);
    CHECK(bed.ask<Address>(actors[2], AskForParent{}) == actors[1]);
    bed.settle(watcher, actors[1]);
    CHECK(bed.notes(watcher, 0).size() == 1);
    bed.tell(actors[1], ExitRequest{});
    CHECK(bed.notes(watcher, 3).size() == 3);
}

void what_is_behind_an_exit_request_is_dead(Bed& bed) {
    const Address listener = bed.create<Puppet>();
    bed.ask<Done>(listener, HandleDeadLetters{});
    const Address puppet = bed.create<Puppet>();

    bed.tell(puppet, ExitBeforeNumbers{5});

    CHECK(bed.notes(listener, 5) ==
          Bed::Texts{"1 dead_target", "2 dead_target", "3 dead_target", "4 dead_target", "5 dead_target"});
}

void what_an_outsider_sends_behind_it_is_dead(Bed& bed) {
    const Address listener = bed.create<Puppet>();
    bed.ask<Done>(listener, HandleDeadLetters{});
    const Address puppet = bed.create<Puppet>();

    bed.tell(puppet, ExitRequest{});
    for (std::int32_t number = 1; number <= 5; ++number) bed.tell(puppet, number);

    CHECK(bed.notes(listener, 5) ==
          Bed::Texts{"1 dead_target", "2 dead_target", "3 dead_target", "4 dead_target", "5 dead_target"});
}

void an_exit_request_to_the_dead_is_no_dead_letter(Bed& bed) {
    const Address puppet = bed.create_near<Puppet>();
    bed.tell(puppet, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(puppet, Knock{}) == Error::dead_target);
    const auto before = bed.system().counters().dead_letters;

    bed.tell(puppet, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(puppet, Knock{}) == Error::dead_target);

    CHECK(bed.system().counters().dead_letters == before + 1);  // the Knock
}

// ---- A6

void the_parent_hears_once(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child = bed.child_of(parent), sibling = bed.child_of(parent);

    bed.tell(child, ExitRequest{});

    const auto ends = bed.whole_notes(parent, 1);
    CHECK(ends[0].text == "child exited: requested");
    CHECK(ends[0].who == child);
    bed.tell(child, ExitRequest{});
    bed.settle(parent, sibling);
    CHECK(bed.notes(parent, 0).size() == 1);
}

void the_parent_hears_last_what_the_child_said_before(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child = bed.child_of(parent);

    bed.tell(child, Leave{"I go"});

    CHECK(bed.notes(parent, 2) == Bed::Texts{"I go", "child exited: requested"});
}

void the_parent_hears_of_the_exception(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child = bed.child_of(parent, {.supervision = {.on_failure = SupervisionPolicy::OnFailure::stop}});

    bed.tell(child, Fail{"no salt"});

    CHECK(bed.notes(parent, 1) == Bed::Texts{"child exited: exception: no salt"});
}

void only_the_parent_hears(Bed& bed) {
    const auto actors = dynasty(bed, 4);

    bed.tell(actors[3], ExitRequest{});

    const auto ends = bed.whole_notes(actors[2], 1);
    CHECK(ends[0].who == actors[3]);
    bed.settle(actors[1], actors[2]);
    bed.settle(actors[0], actors[2]);
    CHECK(bed.notes(actors[1], 0).empty());
    CHECK(bed.notes(actors[0], 0).empty());
    CHECK(bed.ask<Address>(actors[2], Knock{}) == actors[2]);
}

void a_top_level_actor_has_no_parent(Bed& bed) {
    auto caller = bed.endpoint();
    const Address puppet = bed.create<Puppet>();
    CHECK_FALSE(caller.ask<Address>(puppet, AskForParent{}, patience).value());

    caller.tell(puppet, ExitRequest{});

    CHECK(caller.ask<Address>(puppet, Knock{}, patience).error().code == Error::dead_target);
    CHECK_FALSE(caller.listen<ChildExited>(0ms));
}

void a_signal_is_told_of_with_its_number(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child = bed.child_of(parent), other = bed.child_of(parent);
    const Address watcher = watcher_of(bed, {child}), linked = bed.create_near<Puppet>();
    bed.ask<Done>(linked, LinkTo{child});
    bed.watch(watcher, linked);
    bed.settle(linked, child);  // so that the child knows of its link

    CHECK(bed.ask_in_vain<Done>(child, KillProcess{9}) == Error::dead_target);

    CHECK(bed.notes(parent, 2) == Bed::Texts(2, "child exited: signal 9 (Killed)"));
    const auto downs = bed.notes(watcher, 2);
    CHECK(downs[0] == "down: signal 9 (Killed)");
    CHECK_THAT(downs[1], Catch::StartsWith("down: signal 9 (Killed): linked to"));
    CHECK(bed.ask_in_vain<Address>(other, Knock{}) == Error::dead_target);
    bed.await_far();
}

constexpr Case cases[] = {
    {"A5", "an exit request is shown to the actor, then ends it", exit_request_is_shown},
    {"A5", "an exit request ends an actor whose handler throws", exit_request_ends_whatever_happens},
    {"A5", "children end with their parent", children_end_with_their_parent},
    {"A5", "children stay when the request is not recursive", children_stay_when_so_wished},
    {"A5", "five messages behind an exit request to a busy actor are dead letters, in order",
     what_is_behind_an_exit_request_is_dead},
    {"A5", "so are those that come from outside", what_an_outsider_sends_behind_it_is_dead},
    {"A5", "an exit request to the dead is no dead letter", an_exit_request_to_the_dead_is_no_dead_letter},
    {"A6", "the parent hears once that a child has ended", the_parent_hears_once},
    {"A6", "a child's last message comes before the notice of its end",
     the_parent_hears_last_what_the_child_said_before},
    {"A6", "the parent hears of the exception that ended a child", the_parent_hears_of_the_exception},
    {"A6", "only its parent hears of a great-grandchild's end", only_the_parent_hears},
    {"A6", "a top-level actor has no parent to tell", a_top_level_actor_has_no_parent},
    {"A6", "a signal is told of, with its number, to parents, watchers, linked ones and askers",
     a_signal_is_told_of_with_its_number, on_bus},
};

}  // namespace

std::span<const Case> lifecycle_cases() { return cases; }

}  // namespace zanni::semantics
