#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

struct Day {
    int customers = 0;
    std::size_t chairs = 0;
};
struct Closed {
    std::vector<Address> customers;
    std::vector<Address> shaved;  ///< in order, as the barber noted
    int interrupted = 0;          ///< times a customer sat down on another's lap
    int waiting_max = 0;
    int turned_away = 0;               ///< as the waiting room noted
    int turned_away_by_customers = 0;  ///< as they say
};

struct Enter {};
struct Full {};
struct Shave {};
struct Shaved {};
struct GoHome {
    int turned_away = 0;
};

class Customer : public Actor {
public:
    Customer() { send(parent(), Enter{}); }
    Enter come_back(const Full&) {
        ++turned_away_;
        return {};
    }
    Shaved shave(const Shave&) {
        send(parent(), GoHome{turned_away_});
        exit();
        return {};
    }
    using Behavior = zanni::Behavior<&Customer::come_back, &Customer::shave>;

private:
    int turned_away_ = 0;
};

struct Next {
    Address customer;
};
struct Free {};
struct Close {};
struct Shift {
    std::vector<Address> shaved;
    int interrupted = 0;
};

class Barber : public Actor {
public:
    void next(const Next& next) {
        if (std::exchange(busy_, true)) ++shift_.interrupted;
        shift_.shaved.push_back(next.customer);
        send(next.customer, Shave{});
    }
    void shaved(const Shaved&) {
        busy_ = false;
        send(parent(), Free{});
    }
    Shift close(const Close&) const { return shift_; }
    using Behavior = zanni::Behavior<&Barber::next, &Barber::shaved, &Barber::close>;

private:
    bool busy_ = false;
    Shift shift_;
};

/// The parent of all. Sends one customer at a time in to the barber, and closes when each has been and gone.
class WaitingRoom : public Actor {
public:
    void open(const Day& day, const Address& asker) {
        asker_ = asker;
        chairs_ = day.chairs;
        to_come_ = 2 * day.customers;
        for (int i = 0; i < day.customers; ++i) closed_.customers.push_back(create<Customer>());
    }
    void enter(const Enter&, const Address& customer) {
        if (!barber_sleeps_ && waiting_.size() == chairs_) {
            ++closed_.turned_away;
            return send(customer, Full{});
        }
        waiting_.push_back(customer);
        if (std::exchange(barber_sleeps_, false)) return send_in();
        closed_.waiting_max = std::max(closed_.waiting_max, static_cast<int>(waiting_.size()));
    }
    void barber_free(const Free&) {
        barber_sleeps_ = waiting_.empty();
        if (!barber_sleeps_) send_in();
        tick_off();
    }
    void go_home(const GoHome& customer) { closed_.turned_away_by_customers += customer.turned_away; }
    void gone(const ChildExited&) { tick_off(); }
    void close(const Shift& shift) {
        closed_.shaved = shift.shaved;
        closed_.interrupted = shift.interrupted;
        send(asker_, closed_);
        exit();
    }
    using Behavior = zanni::Behavior<&WaitingRoom::open, &WaitingRoom::enter, &WaitingRoom::barber_free,
                                     &WaitingRoom::go_home, &WaitingRoom::gone, &WaitingRoom::close>;

private:
    void send_in() {
        send(barber_, Next{waiting_.front()});
        waiting_.pop_front();
    }
    /// The barber says when he is done with a customer, and the customer's end comes besides.
    void tick_off() {
        if (--to_come_ == 0) send(barber_, Close{});
    }

    Address asker_;
    Address barber_ = create<Barber>();
    bool barber_sleeps_ = true;
    std::size_t chairs_ = 0;
    std::deque<Address> waiting_;
    int to_come_ = 0;  // notices that a customer is done
    Closed closed_;
};

}  // namespace

TEST_CASE("a sleeping barber shaves every customer once, however often they are turned away", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        const Day day = size == Size::full ? Day{300, 8} : Day{15, 3};
        const auto room = system.create<WaitingRoom>();

        auto closed = system.ask<Closed>(room, day, patience);

        REQUIRE(closed);
        std::ranges::sort(closed->customers);
        std::ranges::sort(closed->shaved);
        CHECK(std::cmp_equal(closed->customers.size(), day.customers));
        CHECK(closed->shaved == closed->customers);
        CHECK(closed->interrupted == 0);
        CHECK(std::cmp_less_equal(closed->waiting_max, day.chairs));
        CHECK(closed->turned_away == closed->turned_away_by_customers);
    });
}

}  // namespace zanni
