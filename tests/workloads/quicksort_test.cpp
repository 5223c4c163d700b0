#include <algorithm>
#include <utility>
#include <vector>

#include <zanni/random.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

struct Sort {
    std::vector<int> numbers;
};
struct Sorted {
    std::vector<int> numbers;
};

/// Sorts what is short. Of what is longer it gives the part below a pivot to one child, the part above to another, and
/// joins what they give back.
class Sorter : public Actor {
public:
    void sort(Sort sort) noexcept {
        if (sort.numbers.size() <= short_max) {
            std::ranges::sort(sort.numbers);
            return finish(std::move(sort.numbers));
        }
        const int pivot = sort.numbers[sort.numbers.size() / 2];
        Sort below;
        Sort above;
        for (const int number : sort.numbers) {
            auto& part = number < pivot ? below.numbers : number > pivot ? above.numbers : middle_;
            part.push_back(number);
        }
        below_ = create<Sorter>();
        send(below_, std::move(below));
        send(create<Sorter>(), std::move(above));
    }
    void sorted(Sorted part, const Address& child) noexcept {
        (child == below_ ? low_ : high_) = std::move(part.numbers);
    }
    /// Waits for the ends as well as the parts: the exit of this one would reach a child that is ending too late, and
    /// be a dead letter.
    void child_gone(const ChildExited&) {
        if (++children_gone_ < 2) return;
        low_.insert(low_.end(), middle_.begin(), middle_.end());
        low_.insert(low_.end(), high_.begin(), high_.end());
        finish(std::move(low_));
    }
    using Behavior = zanni::Behavior<&Sorter::sort, &Sorter::sorted, &Sorter::child_gone>;

private:
    static constexpr std::size_t short_max = 8;

    void finish(std::vector<int> numbers) {
        send(parent(), Sorted{std::move(numbers)});
        exit();
    }

    Address below_;
    std::vector<int> low_;
    std::vector<int> middle_;
    std::vector<int> high_;
    int children_gone_ = 0;
};

/// Has a parent's place above the first sorter.
class Client : public Actor {
public:
    void sort(const Sort& sort, const Address& asker) {
        asker_ = asker;
        send(create<Sorter>(), sort);
    }
    void sorted(const Sorted& sorted) { sorted_ = sorted; }
    void child_gone(const ChildExited&) {
        send(asker_, std::move(sorted_));
        exit();
    }
    using Behavior = zanni::Behavior<&Client::sort, &Client::sorted, &Client::child_gone>;

private:
    Address asker_;
    Sorted sorted_;
};

}  // namespace

TEST_CASE("sorters that create their own helpers sort as std::sort does", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        SeededRandom random(3);
        std::vector<int> numbers(size == Size::full ? 100'000 : 200);
        for (int& number : numbers) number = static_cast<int>(random.next() % (numbers.size() / 2));
        const auto client = system.create<Client>();

        const auto sorted = system.ask<Sorted>(client, Sort{numbers}, patience);

        REQUIRE(sorted);
        std::ranges::sort(numbers);
        CHECK((sorted->numbers == numbers));
    });
}

}  // namespace zanni
