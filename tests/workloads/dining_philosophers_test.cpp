#include <array>
#include <utility>
#include <vector>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

struct Dinner {
    int seats = 0;
    int meals = 0;  ///< for each philosopher
};
struct Dined {
    std::vector<int> meals;  ///< by seat
    int conflicts = 0;
};

struct PickUp {};
struct PickedUp {
    bool was_free = false;
};
struct PutDown {};
struct IsDown {};

/// Knows nothing of the arbiter, so it can tell whether that keeps neighbours apart.
class Fork : public Actor {
public:
    PickedUp pick_up(const PickUp&) { return {!std::exchange(held_, true)}; }
    IsDown put_down(const PutDown&) {
        held_ = false;
        return {};
    }
    using Behavior = zanni::Behavior<&Fork::pick_up, &Fork::put_down>;

private:
    bool held_ = false;
};

struct Place {
    int seat = 0;
    int meals = 0;
    std::array<Address, 2> forks{};
};
struct Hungry {
    int seat = 0;
};
struct MayEat {};
struct Sated {
    int seat = 0;
};
struct Leaving {
    int seat = 0;
    int meals = 0;
    int conflicts = 0;
};

class Philosopher : public Actor {
public:
    Hungry sit_down(const Place& place) {
        place_ = place;
        return {place.seat};
    }
    void may_eat(const MayEat&) {
        for (const Address& fork : place_.forks) send(fork, PickUp{});
    }
    void picked_up(const PickedUp& fork) {
        if (!fork.was_free) ++conflicts_;
        if (++in_hand_ < 2) return;
        ++eaten_;
        for (const Address& used : place_.forks) send(used, PutDown{});
    }
    void put_down(const IsDown&) {
        if (--in_hand_ > 0) return;
        send(parent(), Sated{place_.seat});
        if (eaten_ < place_.meals) return send(parent(), Hungry{place_.seat});
        send(parent(), Leaving{place_.seat, eaten_, conflicts_});
        exit();
    }
    using Behavior =
        zanni::Behavior<&Philosopher::sit_down, &Philosopher::may_eat, &Philosopher::picked_up, &Philosopher::put_down>;

private:
    Place place_;
    int in_hand_ = 0;
    int eaten_ = 0;
    int conflicts_ = 0;
};

/// Lets a philosopher eat when both neighbours don't; who has waited longest comes first.
class Arbiter : public Actor {
public:
    void lay_table(const Dinner& dinner, const Address& host) {
        host_ = host;
        in_use_.resize(dinner.seats);
        dined_.meals.resize(dinner.seats);
        std::vector<Address> forks(dinner.seats);
        for (Address& fork : forks) fork = create<Fork>();
        for (int seat = 0; seat < dinner.seats; ++seat) {
            philosophers_.push_back(create<Philosopher>());
            send(philosophers_.back(), Place{seat, dinner.meals, {forks[seat], forks[right_of(seat)]}});
        }
    }
    void hungry(const Hungry& philosopher) {
        waiting_.push_back(philosopher.seat);
        serve();
    }
    void sated(const Sated& philosopher) {
        in_use_[philosopher.seat] = in_use_[right_of(philosopher.seat)] = false;
        serve();
    }
    void leaving(const Leaving& philosopher) {
        dined_.meals[philosopher.seat] = philosopher.meals;
        dined_.conflicts += philosopher.conflicts;
    }
    void left(const ChildExited&) {
        if (++left_ < philosophers_.size()) return;
        send(host_, dined_);
        exit();  // and the forks with it
    }
    using Behavior =
        zanni::Behavior<&Arbiter::lay_table, &Arbiter::hungry, &Arbiter::sated, &Arbiter::leaving, &Arbiter::left>;

private:
    std::size_t right_of(std::size_t seat) const { return (seat + 1) % in_use_.size(); }
    void serve() {
        for (auto seat = waiting_.begin(); seat != waiting_.end();) {
            if (in_use_[*seat] || in_use_[right_of(*seat)]) {
                ++seat;
                continue;
            }
            in_use_[*seat] = in_use_[right_of(*seat)] = true;
            send(philosophers_[*seat], MayEat{});
            seat = waiting_.erase(seat);
        }
    }

    Address host_;
    std::vector<Address> philosophers_;
    std::vector<bool> in_use_;  // by fork: the one on the left of the seat
    std::vector<int> waiting_;
    std::size_t left_ = 0;
    Dined dined_;
};

}  // namespace

TEST_CASE("dining philosophers all eat their meals, and never two neighbours at once", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        const Dinner dinner = size == Size::full ? Dinner{20, 1'000} : Dinner{5, 10};
        const auto arbiter = system.create<Arbiter>();

        const auto dined = system.ask<Dined>(arbiter, dinner, patience);

        REQUIRE(dined);
        CHECK(dined->meals == std::vector<int>(dinner.seats, dinner.meals));
        CHECK(dined->conflicts == 0);
    });
}

}  // namespace zanni
