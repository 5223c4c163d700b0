#include <algorithm>
#include <deque>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <zanni/zanni.hpp>

#include "primes.hpp"

/// How many primes are there below six million? Troupes on several hosts count, this program gives out the work: each
/// troupe has some ranges at a time, and gets the next one when it has counted one. A troupe that ends, with its
/// process or its host, has left ranges uncounted: they go to the others.
namespace {

using namespace std::chrono_literals;
using primes::Counted, primes::Range;

constexpr std::uint64_t limit = 6'000'000;
constexpr std::uint64_t range_size = 25'000;
constexpr std::size_t ranges_at_a_time = 8;  // of one troupe: twice as many as it has members

struct Start {
    std::vector<std::string> rooms;  ///< the capability `Room` of each host
};
struct Total {
    std::uint64_t primes = 0;
};

class Dispatcher : public zanni::Actor {
public:
    void start(const Start& start, const zanni::Address& asker) {
        asker_ = asker;
        for (std::uint64_t first = 0; first < limit; first += range_size)
            left_.push_back({first, std::min(first + range_size, limit)});
        ranges_ = left_.size();
        for (const std::string& room : start.rooms) {
            const zanni::Address troupe = create("primes.Counter", {.requirements = {{"Room", room}}});
            watch(troupe);
            at_work_[troupe].room = room;
            give_out(troupe);
        }
    }
    /// It comes from a member, whom nobody knows; the range tells which troupe has had it.
    void counted(const Counted& counted) {
        const auto work = std::ranges::find_if(
            at_work_, [&](const auto& entry) { return entry.second.ranges.contains(counted.range.first); });
        if (work == at_work_.end()) return;
        work->second.ranges.erase(counted.range.first);
        primes_ += counted.primes;
        if (++counted_ % 40 == 0) say(std::to_string(counted_) + " of " + std::to_string(ranges_) + " ranges");
        if (counted_ == ranges_) return send(asker_, Total{primes_});
        give_out(work->first);
    }
    /// Also of a troupe that could not be created.
    void ended(const zanni::Down& end) {
        const auto found = at_work_.find(end.address);
        if (found == at_work_.end()) return;
        say("the troupe in the room " + found->second.room +
            " is gone: " + std::to_string(found->second.ranges.size()) + " ranges go to others");
        for (const auto& [first, range] : found->second.ranges) left_.push_front(range);
        at_work_.erase(found);
        if (at_work_.empty()) return say("nobody is left to count"), send(asker_, Total{});
        for (auto& [troupe, work] : at_work_) give_out(troupe);
    }
    void child_ended(const zanni::ChildExited&) {}  // it is watched, and hears of that
    using Behavior =
        zanni::Behavior<&Dispatcher::start, &Dispatcher::counted, &Dispatcher::ended, &Dispatcher::child_ended>;

private:
    struct Work {
        std::string room;
        std::map<std::uint64_t, Range> ranges;
    };

    static void say(const std::string& what) { std::cout << what << '\n' << std::flush; }
    void give_out(const zanni::Address& troupe) {
        auto& ranges = at_work_.at(troupe).ranges;
        for (; ranges.size() < ranges_at_a_time && !left_.empty(); left_.pop_front()) {
            ranges.emplace(left_.front().first, left_.front());
            send(troupe, left_.front());
        }
    }

    zanni::Address asker_;
    std::deque<Range> left_;
    std::map<zanni::Address, Work> at_work_;
    std::size_t ranges_ = 0;
    std::size_t counted_ = 0;
    std::uint64_t primes_ = 0;
};

}  // namespace

// primes ENDPOINT ROOM...
int main(int argc, char** argv) {
    if (argc < 3) return std::cerr << "usage: primes ENDPOINT ROOM...\n", 2;
    try {
        zanni::ActorSystem system(zanni::join(argv[1]));
        const zanni::Address dispatcher = system.create<Dispatcher>();
        const auto total = system.ask<Total>(dispatcher, Start{{argv + 2, argv + argc}}, 120s);
        if (!total) return std::cerr << total.error() << '\n', 1;
        std::cout << total->primes << " primes below " << limit << '\n';
        return total->primes == 0;
    } catch (const std::exception& error) {
        return std::cerr << error.what() << '\n', 1;
    }
}
