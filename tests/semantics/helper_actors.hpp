#pragma once

#include <cstdint>
#include <string>

#include "notebook.hpp"

namespace zanni::semantics {

/// To a Worker: take so long, then answer with your address.
struct Job {
    std::chrono::milliseconds time{};
};
/// To a Worker: end instead.
struct LastJob {};
struct JobDone {
    Address by;
};

class Worker : public Actor {
public:
    static constexpr Troupe troupe{.members_max = 3, .idle_max = 1};

    Task<JobDone> work(const Job& job) {
        co_await sleep_for(job.time);
        co_return JobDone{address()};
    }
    void last(const LastJob&) { exit(); }
    Address knock(const Knock&) { return address(); }
    using Behavior = zanni::Behavior<&Worker::work, &Worker::last, &Worker::knock>;
};

struct Mayfly : Notebook {
    static constexpr Transient transient{.lifetime = std::chrono::milliseconds(20)};
    using Behavior = zanni::Behavior<&Mayfly::knock>;
};

struct Idler : Notebook {
    static constexpr Transient transient{.idle = std::chrono::milliseconds(20)};
    using Behavior = zanni::Behavior<&Idler::knock>;
};

struct Settings {
    std::string text;
};
struct Peers {
    std::int32_t count = 0;
};

/// Handles nothing before it has its Settings and its Peers.
class Novice : public Notebook {
public:
    using Initializing = zanni::Initializing<Settings, Peers>;

    void settings(const Settings& settings) { note("settings " + settings.text); }
    void peers(const Peers& peers) { note("peers " + std::to_string(peers.count)); }
    Notes report(const Knock&) { return {}; }
    using Behavior = zanni::Behavior<&Novice::say, &Novice::fail, &Novice::await_notes, &Novice::settings,
                                     &Novice::peers, &Novice::report>;
};

}  // namespace zanni::semantics
