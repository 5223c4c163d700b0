#pragma once

#include <cstdint>
#include <string>

#include <zanni/actor_status.hpp>

#include "notebook.hpp"

namespace zanni::semantics {

/// To a Juggler: start so many timers that are not due for long.
struct StartTimers {
    std::int32_t count = 0;
};
/// To a Juggler: put this aside.
struct PutAside {};
/// To a Juggler: wait in your handler for long.
struct WaitLong {};
/// To a Juggler: send yourself so many numbers, and the question how you fare for this asker in their midst.
struct AskAmidNumbers {
    std::int32_t before = 0;
    std::int32_t after = 0;
};

/// Has begun much and ended nothing.
class Juggler : public Notebook {
public:
    Done start_timers(const StartTimers& order) {
        for (std::int32_t i = 0; i < order.count; ++i) wakeup_after(std::chrono::hours(1));
        return {};
    }
    void put_aside(const PutAside&) { stash(); }
    Task<> wait_long(const WaitLong&) { co_await sleep_for(std::chrono::hours(1)); }
    void number(const std::int32_t&) {}
    void wakeup(const Wakeup&) {}
    Task<ActorStatus> ask_amid_numbers(const AskAmidNumbers& order) {
        for (std::int32_t i = 0; i < order.before; ++i) send(address(), i);
        auto question = ask<ActorStatus>(address(), StatusRequest{}, std::chrono::seconds(20));
        for (std::int32_t i = 0; i < order.after; ++i) send(address(), i);
        const auto status = co_await question;
        co_return status ? *status : ActorStatus{};
    }
    using Behavior =
        zanni::Behavior<&Juggler::knock, &Juggler::fail, &Juggler::start_timers, &Juggler::put_aside,
                        &Juggler::wait_long, &Juggler::number, &Juggler::wakeup, &Juggler::ask_amid_numbers>;
};

/// Has an answer of its own, and takes anything else.
class Spokesman : public Notebook {
public:
    std::string tell(const StatusRequest&) { return "no comment"; }
    void rest(const AnyMessage&) {}
    using Behavior = zanni::Behavior<&Spokesman::tell, &Spokesman::rest>;
};

}  // namespace zanni::semantics
