#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include <zanni/random.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

using Numbers = std::vector<int>;

/// Lists of one length, a power of two. They pass through the network one behind the other.
struct SortAll {
    std::vector<Numbers> lists;
};
struct Sorted {
    std::vector<Numbers> lists;
};
struct OnLine {
    std::size_t line = 0;
    int number = 0;
};
struct Join {
    std::size_t low_line = 0;
    std::size_t high_line = 0;
    Address low_next;
    Address high_next;
};

/// Joins two lines: of each pair of numbers the smaller one goes on along the low line.
class Comparator : public Actor {
public:
    void join(const Join& join) { join_ = join; }
    void compare(const OnLine& arrived) {
        (arrived.line == join_.low_line ? low_ : high_).push_back(arrived.number);
        if (low_.empty() || high_.empty()) return;
        const auto [smaller, larger] = std::minmax({low_.front(), high_.front()});
        low_.pop_front();
        high_.pop_front();
        send(join_.low_next, OnLine{join_.low_line, smaller});
        send(join_.high_next, OnLine{join_.high_line, larger});
    }
    using Behavior = zanni::Behavior<&Comparator::join, &Comparator::compare>;
    using Initializing = zanni::Initializing<Join>;  // a neighbour's number may come first

private:
    Join join_;
    std::deque<int> low_;
    std::deque<int> high_;
};

/// Builds the network from its end, where the numbers come out to this very actor, to its beginning.
class Network : public Actor {
public:
    void sort(const SortAll& request, const Address& asker) {
        asker_ = asker;
        const std::size_t lines = request.lists.front().size();
        sorted_.lists.resize(request.lists.size(), Numbers(lines));
        arrived_.resize(lines);
        ends_.assign(lines, address());
        for (std::size_t run = lines; run > 1; run /= 2)
            for (std::size_t distance = 1; distance < run; distance *= 2) add_stage(run, distance);
        for (const Numbers& list : request.lists)
            for (std::size_t line = 0; line < lines; ++line) send(ends_[line], OnLine{line, list[line]});
    }
    void collect(const OnLine& arrived) {
        std::size_t& list = arrived_[arrived.line];
        sorted_.lists[list++][arrived.line] = arrived.number;
        if (++collected_ < sorted_.lists.size() * arrived_.size()) return;
        send(asker_, sorted_);
        exit();
    }
    using Behavior = zanni::Behavior<&Network::sort, &Network::collect>;

private:
    /// One of the stages after which each run of lines is sorted, every second one downwards.
    void add_stage(std::size_t run, std::size_t distance) {
        for (std::size_t line = 0; line < ends_.size(); ++line) {
            if (line & distance) continue;
            const bool upwards = (line & run) == 0;
            const std::size_t low = upwards ? line : line + distance;
            const std::size_t high = upwards ? line + distance : line;
            const Address comparator = create<Comparator>();
            send(comparator, Join{low, high, ends_[low], ends_[high]});
            ends_[low] = ends_[high] = comparator;
        }
    }

    Address asker_;
    std::vector<Address> ends_;         // by line: who takes the numbers of the stage that is built next
    std::vector<std::size_t> arrived_;  // by line
    std::size_t collected_ = 0;
    Sorted sorted_;
};

}  // namespace

TEST_CASE("a bitonic network sorts list after list as std::sort does", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        SeededRandom random(5);
        SortAll request{{size == Size::full ? 200U : 3U, Numbers(size == Size::full ? 64 : 16)}};
        for (Numbers& list : request.lists)
            for (int& number : list) number = static_cast<int>(random.next() % 1'000);
        const auto network = system.create<Network>();

        const auto sorted = system.ask<Sorted>(network, request, patience);

        REQUIRE(sorted);
        for (Numbers& list : request.lists) std::ranges::sort(list);
        CHECK((sorted->lists == request.lists));
    });
}

}  // namespace zanni
