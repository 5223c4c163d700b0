#include <algorithm>

#include "cases.hpp"

namespace zanni::semantics {

namespace {

void watcher_hears_once(Bed& bed) {
    const Address watcher = bed.create_near<Puppet>();
    const Address watched = bed.create<Puppet>(), other = bed.create<Puppet>();
    bed.watch(watcher, watched);
    bed.watch(watcher, watched);

    bed.tell(watched, ExitRequest{});

    const auto downs = bed.whole_notes(watcher, 1);
    CHECK(downs[0].text == "down: requested");
    CHECK(downs[0].who == watched);
    bed.settle(watcher, other);
    CHECK(bed.notes(watcher, 0).size() == 1);
}

void watcher_from_afar(Bed& bed) {
    const Address watcher = bed.create<Puppet>();
    const Address watched = bed.create_near<Puppet>();
    bed.watch(watcher, watched);

    bed.tell(watched, Leave{});

    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: requested"});
}

void watching_the_dead(Bed& bed) {
    const Address watcher = bed.create_near<Puppet>();
    const Address dead = bed.create<Puppet>();
    bed.tell(dead, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(dead, Knock{}) == Error::dead_target);

    bed.ask<Done>(watcher, WatchIt{dead});

    const auto downs = bed.whole_notes(watcher, 1);
    CHECK(downs[0].text == "down: gone");
    CHECK(downs[0].who == dead);
}

void watching_again_after_the_end(Bed& bed) {
    const Address watcher = bed.create_near<Puppet>();
    const Address watched = bed.create<Puppet>();
    bed.watch(watcher, watched);
    bed.tell(watched, ExitRequest{});
    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: requested"});

    bed.ask<Done>(watcher, WatchIt{watched});

    CHECK(bed.notes(watcher, 2) == Bed::Texts{"down: requested", "down: gone"});
}

void unwatched(Bed& bed) {
    const Address watcher = bed.create_near<Puppet>();
    const Address watched = bed.create<Puppet>(), other = bed.create<Puppet>();
    bed.watch(watcher, watched);
    bed.watch(watcher, other);
    bed.ask<Done>(watcher, UnwatchIt{watched});

    bed.tell(watched, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(watched, Knock{}) == Error::dead_target);
    bed.tell(other, ExitRequest{});

    const auto downs = bed.whole_notes(watcher, 1);
    REQUIRE(downs.size() == 1);
    CHECK(downs[0].who == other);
}

void a_parent_that_watches(Bed& bed) {
    const Address parent = bed.create_near<Puppet>();
    const Address child = bed.child_of(parent);
    bed.watch(parent, child);

    bed.tell(child, ExitRequest{});

    auto notes = bed.notes(parent, 2);
    std::ranges::sort(notes);
    CHECK(notes == Bed::Texts{"child exited: requested", "down: requested"});
}

void all_watchers_hear(Bed& bed) {
    const Address watched = bed.create<Puppet>();
    std::vector<Address> watchers;
    for (int i = 0; i < 10; ++i) {
        watchers.push_back(i % 2 == 0 ? bed.create<Puppet>() : bed.create_near<Puppet>());
        bed.watch(watchers.back(), watched);
    }

    bed.tell(watched, ExitRequest{});

    for (const Address& watcher : watchers) CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: requested"});
}

/// `one` is linked to `other`; the end of either ends both.
void linked(Bed& bed, bool the_other_ends) {
    const Address one = bed.create_near<Puppet>(), other = bed.create<Puppet>();
    const Address watcher = bed.create_near<Puppet>();
    bed.watch(watcher, one);
    bed.watch(watcher, other);
    bed.ask<Done>(one, LinkTo{other});
    bed.settle(one, other);

    bed.tell(the_other_ends ? other : one, ExitRequest{});

    auto downs = bed.notes(watcher, 2);
    std::ranges::sort(downs);
    CHECK(downs[0] == "down: requested");
    CHECK(downs[1] == "down: requested: linked to " + (the_other_ends ? other : one).to_string());
}
void link_of_the_near_one(Bed& bed) { linked(bed, false); }
void link_of_the_far_one(Bed& bed) { linked(bed, true); }

void linked_to_the_dead(Bed& bed) {
    const Address one = bed.create_near<Puppet>(), dead = bed.create<Puppet>();
    const Address watcher = bed.create_near<Puppet>();
    bed.watch(watcher, one);
    bed.tell(dead, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(dead, Knock{}) == Error::dead_target);

    bed.tell(one, LinkTo{dead});

    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: gone: linked to " + dead.to_string()});
}

void unlinked(Bed& bed) {
    const Address one = bed.create_near<Puppet>(), other = bed.create<Puppet>(), third = bed.create<Puppet>();
    bed.ask<Done>(one, LinkTo{other});
    bed.ask<Done>(one, UnlinkFrom{other});
    bed.settle(one, other);

    bed.tell(other, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(other, Knock{}) == Error::dead_target);

    bed.settle(one, third);
    CHECK(bed.ask<Address>(one, Knock{}) == one);
}

constexpr Case cases[] = {
    {"A7", "a watcher hears once that the watched one has ended", watcher_hears_once},
    {"A7", "a watcher in another process hears of it", watcher_from_afar},
    {"A7", "who watches the dead hears at once", watching_the_dead},
    {"A7", "who watches again after the end hears again", watching_again_after_the_end},
    {"A7", "unwatch undoes watch", unwatched},
    {"A7", "a parent that watches its child hears both", a_parent_that_watches},
    {"A7", "each of many watchers hears", all_watchers_hear},
    {"A7", "two that are linked end together when the one ends", link_of_the_near_one},
    {"A7", "two that are linked end together when the other ends", link_of_the_far_one},
    {"A7", "who is linked to the dead ends", linked_to_the_dead},
    {"A7", "unlink undoes link", unlinked},
};

}  // namespace

std::span<const Case> ties_cases() { return cases; }

}  // namespace zanni::semantics
