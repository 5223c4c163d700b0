#include "cases.hpp"
#include "timer_actors.hpp"

namespace zanni::semantics {

namespace {

// ---- B7

void in_the_order_of_their_times(Bed& bed) {
    const Address alarm = bed.create<Alarm>();
    bed.tell(alarm, SetAlarms{{30ms, 10ms, 20ms, 10ms}});
    CHECK(bed.notes(alarm, 4) == Bed::Texts{"10 after 10", "10 after 10", "20 after 20", "30 after 30"});
}

void in_order_though_it_was_busy(Bed& bed) {
    const Address alarm = bed.create<Alarm>();
    bed.tell(alarm, SetAlarms{{3ms, 1ms, 2ms}, true});
    CHECK(bed.notes(alarm, 3) == Bed::Texts{"1 after 1", "2 after 2", "3 after 3"});
}

void not_before_their_time(Bed& bed) {
    const Address alarm = bed.create<Alarm>();
    bed.tell(alarm, SetAlarms{{1h}});
    bed.let_pass(5ms);
    CHECK(bed.notes(alarm, 0).empty());
}

void without_payload(Bed& bed) {
    const Address alarm = bed.create<Alarm>();
    bed.tell(alarm, SetPlain{2ms});
    CHECK(bed.notes(alarm, 1) == Bed::Texts{"nothing after 2"});
}

void periodic(Bed& bed) {
    const Address alarm = bed.create<Alarm>();
    bed.tell(alarm, SetPeriodic{2ms, 3});
    CHECK(bed.notes(alarm, 4) == Bed::Texts{"again after 2", "again after 2", "again after 2", "silence after 6"});
}

void cancelled(Bed& bed) {
    const Address alarm = bed.create<Alarm>();
    bed.tell(alarm, SetAndCancel{2ms});
    CHECK(bed.notes(alarm, 3) == Bed::Texts{"cancelled it", "no such timer", "end after 4"});
}

void timers_go_at_a_restart(Bed& bed) {
    const Address alarm = bed.create<Alarm>({.supervision = {.on_failure = SupervisionPolicy::OnFailure::restart}});
    bed.tell(alarm, SetAlarms{{5ms}});
    bed.tell(alarm, Fail{});
    bed.tell(alarm, SetAlarms{{10ms}});
    CHECK(bed.notes(alarm, 1) == Bed::Texts{"10 after 10"});
}

// ---- B8

void readable_until_unwatched(Bed& bed) {
    const Address reader = bed.create<PipeReader>();

    bed.ask<Done>(reader, Write{"ab"});
    CHECK(bed.notes(reader, 2) == Bed::Texts{"a", "b"});
    bed.ask<Done>(reader, Write{"c"});
    CHECK(bed.notes(reader, 3) == Bed::Texts{"a", "b", "c"});

    bed.ask<Done>(reader, StopReading{});
    bed.ask<Done>(reader, Write{"d"});
    bed.let_pass(5ms);
    CHECK(bed.notes(reader, 0).size() == 3);
}

void a_plain_file(Bed& bed) {
    const Address reader = bed.create<PipeReader>();
    bed.tell(reader, WatchPlainFile{});
    CHECK(bed.notes(reader, 1) == Bed::Texts{"can't be watched"});
}

void files_are_unwatched_at_a_restart(Bed& bed) {
    const Address reader =
        bed.create<PipeReader>({.supervision = {.on_failure = SupervisionPolicy::OnFailure::restart}});
    bed.tell(reader, Fail{});
    bed.ask<Done>(reader, Write{"a"});
    CHECK(bed.notes(reader, 1) == Bed::Texts{"a"});
}

constexpr Case cases[] = {
    {"B7", "wakeups come in the order of their times, each with its payload", in_the_order_of_their_times},
    {"B7", "they do when the actor was busy meanwhile", in_order_though_it_was_busy, on_a_real_clock},
    {"B7", "a wakeup doesn't come before its time", not_before_their_time},
    {"B7", "a wakeup needs no payload", without_payload},
    {"B7", "a periodic wakeup comes until it is cancelled", periodic},
    {"B7", "a cancelled wakeup doesn't come", cancelled},
    {"B7", "the timers of the old instance go with a restart", timers_go_at_a_restart},
    {"B8", "a file descriptor is told of while it can be read, until it is unwatched", readable_until_unwatched},
    {"B8", "a plain file can't be watched", a_plain_file},
    {"B8", "a restart unwatches the files of the old instance", files_are_unwatched_at_a_restart},
};

}  // namespace

std::span<const Case> timers_cases() { return cases; }

}  // namespace zanni::semantics
