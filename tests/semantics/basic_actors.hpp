#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <zanni/actor.hpp>

#include "notebook.hpp"

namespace zanni::semantics {

struct AskForSum {};
struct Sum {
    std::int64_t sum = 0;
    std::int64_t overlaps = 0;  ///< times that a handler began while another ran
};

/// Adds up, and sees whether it is ever called twice at a time.
class Adder : public Actor {
public:
    void add(const std::int32_t& number) {
        if (running_) ++sum_.overlaps;
        running_ = true;
        for (int i = 0; i < 100; ++i) sum_.sum = sum_.sum + (i == 0 ? number : 0);
        running_ = false;
    }
    Sum sum(const AskForSum&) const { return sum_; }
    using Behavior = zanni::Behavior<&Adder::add, &Adder::sum>;

private:
    volatile bool running_ = false;  // to be read each time
    Sum sum_;
};

/// To a Counter: send that adder the numbers from 1 to here.
struct SendNumbers {
    Address adder;
    std::int32_t last = 0;
};
/// To a Counter: make so many round trips to that Puppet, one after another.
struct MakeRoundTrips {
    Address partner;
    std::int32_t count = 0;
};
class Counter : public Actor {
public:
    Done send_numbers(const SendNumbers& order) {
        for (std::int32_t number = 1; number <= order.last; ++number) send(order.adder, number);
        return {};
    }
    void begin(const MakeRoundTrips& order, const Address& asker) {
        order_ = order;
        asker_ = asker;
        done_ = 0;
        send(order.partner, Knock{});
    }
    void answer(const Address& from) {
        if (from != order_.partner) return;
        if (++done_ < order_.count)
            send(from, Knock{});
        else
            send(asker_, done_);
    }
    using Behavior = zanni::Behavior<&Counter::send_numbers, &Counter::begin, &Counter::answer>;

private:
    MakeRoundTrips order_;
    Address asker_;
    std::int32_t done_ = 0;
};

enum class Colour : std::uint8_t { red, green };

/// A field of every kind.
struct Everything {
    bool flag = false;
    std::int64_t number = 0;
    double real = 0;
    Colour colour = Colour::red;
    std::string text;
    std::vector<std::byte> bytes;
    Address address;
    std::chrono::milliseconds time{};
    std::vector<std::string> list;
    std::array<std::uint16_t, 3> array{};
    std::map<std::string, std::int32_t> map;
    std::optional<std::int32_t> some, none;
    std::variant<std::string, double> choice;

    friend bool operator==(const Everything&, const Everything&) = default;
};

struct Parcel {
    std::string content;
};
struct Weight {
    std::uint64_t bytes = 0;
};

class Mirror : public Actor {
public:
    Everything everything(const Everything& message) { return message; }
    AnyMessage any(const AnyMessage& message) { return message; }
    Weight weigh(const Parcel& parcel) { return {parcel.content.size()}; }
    using Behavior = zanni::Behavior<&Mirror::everything, &Mirror::any, &Mirror::weigh>;
};

/// Changes what it is given, which is its own.
class Scribbler : public Actor {
public:
    std::string scribble(std::string text) noexcept {
        text += " scribbled on";
        return text;
    }
    using Behavior = zanni::Behavior<&Scribbler::scribble>;
};

}  // namespace zanni::semantics
