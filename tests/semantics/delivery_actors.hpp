#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "notebook.hpp"

namespace zanni::semantics {

/// To one with a small mailbox: fill it with numbers, from 1 on, in one handler; tell the reader which of them you get.
struct Flood {
    Address reader;
    std::int32_t numbers = 0;
    bool two_kinds = false;  ///< behind each number the same as a text
    bool then_exit = false;  ///< send yourself an ExitRequest last
};

/// Has a mailbox for three messages. What it sends itself lies there until its handler returns.
class Crowded : public Notebook {
public:
    void flood(const Flood& order) {
        reader_ = order.reader;
        for (std::int32_t number = 1; number <= order.numbers; ++number) {
            send(address(), number);
            if (order.two_kinds) send(address(), Say{"text " + std::to_string(number)});
        }
        if (order.then_exit) send(address(), ExitRequest{});
    }
    void pass_number(const std::int32_t& number) { send(reader_, number); }
    void pass_say(const Say& say) { send(reader_, say); }

private:
    Address reader_;
};

#define ZANNI_CROWDED(NAME, POLICY)                                                                        \
    struct NAME : Crowded {                                                                                \
        static constexpr MailboxLimit mailbox{.messages_max = 3, .policy = MailboxPolicy::POLICY};         \
        using Behavior = zanni::Behavior<&NAME::knock, &NAME::flood, &NAME::pass_number, &NAME::pass_say>; \
    }
ZANNI_CROWDED(DropsNewest, drop_newest);
ZANNI_CROWDED(DropsOldest, drop_oldest);
ZANNI_CROWDED(KeepsLatest, keep_latest);
#undef ZANNI_CROWDED

/// To a Producer: so many bursts of `burst` messages to a SlowConsumer of yours. The answer is a Production.
struct Produce {
    std::int32_t bursts = 0;
};
struct NextBurst {};
struct Consumed {};
struct Production {
    std::int32_t consumed = 0;
    std::int32_t ahead_max = 0;  ///< how many it has sent, at most, whose Consumed it has not seen
};

struct SlowConsumer : Actor {
    static constexpr MailboxLimit mailbox{.messages_max = 10};
    Consumed consume(const std::int32_t&) { return {}; }
    using Behavior = zanni::Behavior<&SlowConsumer::consume>;
};

class Producer : public Actor {
public:
    static constexpr std::int32_t burst = 5;

    void produce(const Produce& order, const Address& asker) {
        consumer_ = create<SlowConsumer>();
        bursts_ = order.bursts;
        expected_ = order.bursts * burst;
        asker_ = asker;
        send(address(), NextBurst{});
    }
    void next(const NextBurst&) {
        for (std::int32_t i = 0; i < burst; ++i) send(consumer_, ++sent_);
        production_.ahead_max = std::max(production_.ahead_max, sent_ - production_.consumed);
        if (--bursts_ > 0) send(address(), NextBurst{});
    }
    void consumed(const Consumed&) {
        if (++production_.consumed == expected_) send(asker_, production_);
    }
    using Behavior = zanni::Behavior<&Producer::produce, &Producer::next, &Producer::consumed>;

private:
    Address consumer_, asker_;
    std::int32_t bursts_ = 0, expected_ = 0, sent_ = 0;
    Production production_;
};

}  // namespace zanni::semantics
