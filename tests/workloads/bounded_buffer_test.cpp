#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

struct Trade {
    int producers = 0;
    int consumers = 0;
    int items = 0;  ///< of each producer
    int capacity = 0;
};
struct Item {
    int producer = 0;
    int number = 0;
    friend auto operator<=>(const Item&, const Item&) = default;
};
struct Traded {
    std::vector<std::vector<Item>> consumed;  ///< by consumer, in order
    int buffered_max = 0;
};

struct Begin {
    int producer = 0;
    int items = 0;
};
struct Offer {};
struct Produce {};

/// Offers an item, and makes it once the buffer says that there is room.
class Producer : public Actor {
public:
    Offer begin(const Begin& begin) {
        begin_ = begin;
        return {};
    }
    void produce(const Produce&) {
        send(parent(), Item{begin_.producer, made_++});
        if (made_ < begin_.items) return send(parent(), Offer{});
        exit();
    }
    using Behavior = zanni::Behavior<&Producer::begin, &Producer::produce>;

private:
    Begin begin_;
    int made_ = 0;
};

struct Open {};
struct Ready {};
struct Close {};
struct Consumed {
    std::vector<Item> items;
};

class Consumer : public Actor {
public:
    Ready open(const Open&) { return {}; }
    Ready consume(const Item& item) {
        consumed_.push_back(item);
        return {};
    }
    Consumed close(const Close&) {
        exit();
        return {consumed_};
    }
    using Behavior = zanni::Behavior<&Consumer::open, &Consumer::consume, &Consumer::close>;

private:
    std::vector<Item> consumed_;
};

class Buffer : public Actor {
public:
    void open(const Trade& trade, const Address& asker) {
        asker_ = asker;
        trade_ = trade;
        for (int i = 0; i < trade.producers; ++i) send(create<Producer>(), Begin{i, trade.items});
        for (int i = 0; i < trade.consumers; ++i) send(create<Consumer>(), Open{});
    }
    void offer(const Offer&, const Address& producer) {
        offering_.push_back(producer);
        move_on();
    }
    void store(const Item& item) {
        --coming_;
        items_.push_back(item);
        traded_.buffered_max = std::max(traded_.buffered_max, static_cast<int>(items_.size()));
        move_on();
    }
    void ready(const Ready&, const Address& consumer) {
        idle_.push_back(consumer);
        move_on();
    }
    void consumed(const Consumed& consumed) { traded_.consumed.push_back(consumed.items); }
    void gone(const ChildExited&) {
        if (++gone_ < trade_.producers + trade_.consumers) return;
        send(asker_, traded_);
        exit();
    }
    using Behavior = zanni::Behavior<&Buffer::open, &Buffer::offer, &Buffer::store, &Buffer::ready, &Buffer::consumed,
                                     &Buffer::gone>;

private:
    void move_on() {
        for (; !items_.empty() && !idle_.empty(); ++handed_out_) send(taken_from(idle_), taken_from(items_));
        for (; !offering_.empty() && std::cmp_less(items_.size() + coming_, trade_.capacity); ++coming_)
            send(taken_from(offering_), Produce{});
        const bool all_done = handed_out_ == trade_.producers * trade_.items;
        if (!all_done || std::cmp_less(idle_.size(), trade_.consumers)) return;
        while (!idle_.empty()) send(taken_from(idle_), Close{});
    }
    template <class T>
    static T taken_from(std::deque<T>& queue) {
        const T first = queue.front();
        queue.pop_front();
        return first;
    }

    Address asker_;
    Trade trade_;
    std::deque<Address> offering_;
    std::deque<Item> items_;
    std::deque<Address> idle_;
    std::size_t coming_ = 0;  // items that have been let in, but aren't here yet
    int handed_out_ = 0;
    int gone_ = 0;
    Traded traded_;
};

}  // namespace

TEST_CASE("a bounded buffer stays within its bound, and passes every item on once and in order", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        const Trade trade = size == Size::full ? Trade{8, 5, 5'000, 20} : Trade{4, 3, 20, 5};
        const auto buffer = system.create<Buffer>();

        const auto traded = system.ask<Traded>(buffer, trade, patience);

        std::vector<Item> produced;
        for (int producer = 0; producer < trade.producers; ++producer)
            for (int number = 0; number < trade.items; ++number) produced.push_back({producer, number});
        REQUIRE(traded);
        std::vector<Item> consumed;
        for (const auto& items : traded->consumed) {
            auto by_producer = items;
            std::ranges::stable_sort(by_producer, {}, &Item::producer);
            CHECK(std::ranges::is_sorted(by_producer));  // so its numbers came in order
            consumed.insert(consumed.end(), items.begin(), items.end());
        }
        std::ranges::sort(consumed);
        CHECK((consumed == produced));
        CHECK(traded->buffered_max <= trade.capacity);
    });
}

}  // namespace zanni
