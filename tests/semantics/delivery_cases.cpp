#include "cases.hpp"
#include "delivery_actors.hpp"

namespace zanni::semantics {

namespace {

Address listener(Bed& bed) {
    const Address listener = bed.create<Puppet>();
    bed.ask<Done>(listener, HandleDeadLetters{});
    return listener;
}

Address dead_one(Bed& bed) {
    const Address dead = bed.create<Puppet>();
    bed.tell(dead, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(dead, Knock{}) == Error::dead_target);
    return dead;
}

// ---- B9

void dead_letters_go_to_each_handler(Bed& bed) {
    const Address first = listener(bed), second = listener(bed);
    const Address dead = dead_one(bed);

    bed.tell(dead, Say{"lost"});

    for (const Address& listener : {first, second}) {
        const auto letters = bed.whole_notes(listener, 1);
        REQUIRE(letters.size() == 1);
        CHECK(letters[0].text == "lost dead_target");
        CHECK(letters[0].who == dead);
    }
}

void dead_letters_of_actors(Bed& bed) {
    const Address hearing = listener(bed), sender = bed.create_near<Puppet>();
    const Address dead = dead_one(bed);
    bed.tell(sender, Tell{dead, "lost"});
    CHECK(bed.notes(hearing, 1) == Bed::Texts{"lost dead_target"});
}

void dead_letters_to_no_address(Bed& bed) {
    const Address hearing = listener(bed);
    bed.tell(hearing, Tell{Address{}, "to nobody"});
    CHECK(bed.notes(hearing, 1) == Bed::Texts{"to nobody no_address"});
}

void dead_letters_no_more(Bed& bed) {
    const Address first = listener(bed), second = listener(bed);
    const Address dead = dead_one(bed);
    bed.ask<Done>(first, HandleDeadLetters{false});

    bed.tell(dead, Say{"lost"});

    CHECK(bed.notes(second, 1).size() == 1);
    bed.settle(first, second);
    CHECK(bed.notes(first, 0).empty());
}

void dead_letters_to_a_dead_handler(Bed& bed) {
    const Address first = listener(bed), second = listener(bed);
    bed.tell(first, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(first, Knock{}) == Error::dead_target);
    const Address dead = dead_one(bed);
    bed.tell(dead, Say{"lost"});
    CHECK(bed.notes(second, 1) == Bed::Texts{"lost dead_target"});
}

/// The counters are those of the test's own process.
void dead_letters_are_counted(Bed& bed) {
    const Address puppet = bed.create_near<Puppet>();
    bed.tell(puppet, ExitRequest{});
    CHECK(bed.ask_in_vain<Address>(puppet, Knock{}) == Error::dead_target);
    const auto before = bed.system().counters().dead_letters;

    bed.tell(puppet, Say{"lost"});
    bed.tell(Address{}, Say{"lost"});
    CHECK(bed.ask_in_vain<Address>(puppet, Knock{}) == Error::dead_target);

    CHECK(bed.system().counters().dead_letters == before + 3);
}

// ---- B10. Not in a simulation: there a message is under way until it is drawn, so when a mailbox fills is up to the
// seed.

constexpr Bases where_mailboxes_fill{on_steps | on_threads | on_bus};

void newest_dropped(Bed& bed) {
    const Address hearing = listener(bed), reader = bed.create_near<Puppet>();
    bed.tell(bed.create<DropsNewest>(), Flood{reader, 5});
    CHECK(bed.notes(reader, 3) == Bed::Texts{"1", "2", "3"});
    CHECK(bed.notes(hearing, 2) == Bed::Texts{"4 overloaded", "5 overloaded"});
}

void oldest_dropped(Bed& bed) {
    const Address hearing = listener(bed), reader = bed.create_near<Puppet>();
    bed.tell(bed.create<DropsOldest>(), Flood{reader, 5});
    CHECK(bed.notes(reader, 3) == Bed::Texts{"3", "4", "5"});
    CHECK(bed.notes(hearing, 2) == Bed::Texts{"1 overloaded", "2 overloaded"});
}

void latest_kept(Bed& bed) {
    const Address hearing = listener(bed), reader = bed.create_near<Puppet>();
    bed.tell(bed.create<KeepsLatest>(), Flood{reader, 3});
    CHECK(bed.notes(reader, 1) == Bed::Texts{"3"});
    CHECK(bed.notes(hearing, 2) == Bed::Texts{"1 superseded", "2 superseded"});
}

void latest_kept_of_each_type(Bed& bed) {
    const Address hearing = listener(bed), reader = bed.create_near<Puppet>();
    bed.tell(bed.create<KeepsLatest>(), Flood{.reader = reader, .numbers = 2, .two_kinds = true});
    CHECK(bed.notes(reader, 2) == Bed::Texts{"2", "text 2"});
    CHECK(bed.notes(hearing, 2) == Bed::Texts{"1 superseded", "text 1 superseded"});
}

void exit_requests_are_not_dropped(Bed& bed) {
    const Address watcher = bed.create_near<Puppet>(), reader = bed.create_near<Puppet>();
    const Address crowded = bed.create<DropsNewest>();
    bed.watch(watcher, crowded);
    bed.tell(crowded, Flood{.reader = reader, .numbers = 5, .then_exit = true});
    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: requested"});
    CHECK(bed.notes(reader, 3) == Bed::Texts{"1", "2", "3"});
}

void fast_senders_are_paused(Bed& bed) {
    constexpr std::int32_t bursts = 200;
    const Address producer = bed.create<Producer>();
    const auto production = bed.ask<Production>(producer, Produce{bursts});
    CHECK(production.consumed == bursts * Producer::burst);
    CHECK(production.ahead_max <= 60);  // the limit, one burst, and the Consumed that wait behind a NextBurst
}

constexpr Case cases[] = {
    {"B9", "every actor that handles dead letters gets what could not be delivered", dead_letters_go_to_each_handler},
    {"B9", "it gets what actors of other processes have sent", dead_letters_of_actors},
    {"B9", "it gets what was sent to no address, with that reason", dead_letters_to_no_address},
    {"B9", "an actor can give up handling dead letters", dead_letters_no_more},
    {"B9", "an actor that has ended handles none", dead_letters_to_a_dead_handler},
    {"B9", "dead letters are counted", dead_letters_are_counted},
    {"B10", "drop newest: what doesn't fit is a dead letter", newest_dropped, where_mailboxes_fill},
    {"B10", "drop oldest: what has waited longest is a dead letter", oldest_dropped, where_mailboxes_fill},
    {"B10", "keep latest: a newer message takes the place of an older one", latest_kept, where_mailboxes_fill},
    {"B10", "keep latest: of each type", latest_kept_of_each_type, where_mailboxes_fill},
    {"B10", "an exit request is never dropped", exit_requests_are_not_dropped, where_mailboxes_fill},
    {"B10", "back-pressure: a sender that is too fast is paused, and nothing is lost", fast_senders_are_paused,
     where_mailboxes_fill},
};

}  // namespace

std::span<const Case> delivery_cases() { return cases; }

}  // namespace zanni::semantics
