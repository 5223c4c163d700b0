#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "notebook.hpp"

namespace zanni::semantics {

/// To an Alarm: wake up after each of these times, with the time as payload.
struct SetAlarms {
    std::vector<std::chrono::milliseconds> times;
    bool busy = false;  ///< be busy in this handler until all of them are over
};
/// To an Alarm: wake up after each period, so many times, then cancel it, and after three periods note "silence".
struct SetPeriodic {
    std::chrono::milliseconds period{};
    std::int32_t times = 0;
};
/// To an Alarm: set one that is due first, and one for "end"; cancel the first; note what cancel says, twice.
struct SetAndCancel {
    std::chrono::milliseconds time{};
};
/// To an Alarm: wake up without a payload.
struct SetPlain {
    std::chrono::milliseconds time{};
};

class Alarm : public Notebook {
public:
    void set(const SetAlarms& order) {
        const TimePoint began = now();
        std::chrono::milliseconds last{};
        for (const auto time : order.times) {
            wakeup_after(time, Say{std::to_string(time.count())});
            last = std::max(last, time);
        }
        while (order.busy && now() < began + 2 * last) {
        }
    }
    void set_periodic(const SetPeriodic& order) {
        left_ = order.times;
        periodic_ = wakeup_every(order.period, Say{"again"});
    }
    void set_and_cancel(const SetAndCancel& order) {
        const TimerId first = wakeup_after(order.time, Say{"cancelled"});
        wakeup_after(2 * order.time, Say{"end"});
        note(cancel(first) ? "cancelled it" : "no such timer");
        note(cancel(first) ? "cancelled it" : "no such timer");
    }
    void set_plain(const SetPlain& order) { wakeup_after(order.time); }
    void wakeup(const Wakeup& wakeup) {
        const auto say = wakeup.payload.as<Say>();
        const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(wakeup.delay).count();
        note((say ? say->text : "nothing") + " after " + std::to_string(delay));
        if (wakeup.timer == periodic_ && --left_ == 0) {
            cancel(periodic_);
            wakeup_after(3 * wakeup.delay, Say{"silence"});
        }
    }
    using Behavior = zanni::Behavior<&Alarm::knock, &Alarm::fail, &Alarm::await_notes, &Alarm::set,
                                     &Alarm::set_periodic, &Alarm::set_and_cancel, &Alarm::set_plain, &Alarm::wakeup>;

private:
    TimerId periodic_;
    std::int32_t left_ = 0;
};

/// To a PipeReader: put this into the pipe.
struct Write {
    std::string text;
};
struct StopReading {};
/// To a PipeReader: watch what can't be watched.
struct WatchPlainFile {};

/// Notes what comes out of a pipe, byte by byte.
class PipeReader : public Notebook {
public:
    PipeReader();
    ~PipeReader() override;

    Done write(const Write& order);
    void readable(const Readable& readable);
    Done stop(const StopReading&);
    void watch_plain_file(const WatchPlainFile&);
    using Behavior =
        zanni::Behavior<&PipeReader::knock, &PipeReader::fail, &PipeReader::await_notes, &PipeReader::write,
                        &PipeReader::readable, &PipeReader::stop, &PipeReader::watch_plain_file>;

private:
    int out_ = -1;
    int in_ = -1;
};

}  // namespace zanni::semantics
