#include <algorithm>
#include <vector>

#include <zanni/random.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

struct Work {
    int workers = 0;
    int requests = 0;  ///< of each worker
};
struct Worked {
    std::vector<int> list;
    std::vector<int> added;  ///< by the workers' account, in any order
    int wrong_answers = 0;
};

struct Add {
    int number = 0;
};
struct Added {};
struct Contains {
    int number = 0;
};
struct IsContained {
    bool yes = false;
};
struct GetSize {};
struct ListSize {
    std::size_t size = 0;
};
struct GetAll {};
struct All {
    std::vector<int> numbers;
};

class SortedList : public Actor {
public:
    Added add(const Add& add) {
        numbers_.insert(std::ranges::upper_bound(numbers_, add.number), add.number);
        return {};
    }
    IsContained contains(const Contains& asked) const { return {std::ranges::binary_search(numbers_, asked.number)}; }
    ListSize size(const GetSize&) const { return {numbers_.size()}; }
    All all(const GetAll&) const { return {numbers_}; }
    using Behavior = zanni::Behavior<&SortedList::add, &SortedList::contains, &SortedList::size, &SortedList::all>;

private:
    std::vector<int> numbers_;
};

struct Begin {
    Address list;
    std::uint64_t seed = 0;
    int requests = 0;
};
struct Finished {
    std::vector<int> added;
    int wrong_answers = 0;
};

/// Adds even numbers only, so it knows of every odd one, and of each that it has added, whether the list contains it.
class Worker : public Actor {
public:
    void begin(const Begin& begin) {
        list_ = begin.list;
        random_ = SeededRandom(begin.seed);
        requests_left_ = begin.requests;
        next();
    }
    void added(const Added&) { next(); }
    void contained(const IsContained& answer) { check(answer.yes == expected_); }
    void size(const ListSize& answer) {
        check(answer.size >= size_);
        size_ = std::max(size_, answer.size);
    }
    using Behavior = zanni::Behavior<&Worker::begin, &Worker::added, &Worker::contained, &Worker::size>;

private:
    void check(bool right) {
        if (!right) ++finished_.wrong_answers;
        next();
    }
    void next() {
        if (requests_left_-- == 0) {
            send(parent(), finished_);
            return exit();
        }
        const auto kind = random_.next() % 4;
        if (kind == 0) return add(2 * drawn());
        if (kind == 1) return send(list_, GetSize{});
        expected_ = kind == 2 && !finished_.added.empty();
        send(list_, Contains{expected_ ? finished_.added[random_.next() % finished_.added.size()] : 2 * drawn() + 1});
    }
    void add(int number) {
        finished_.added.push_back(number);
        size_ = std::max(size_, finished_.added.size());
        send(list_, Add{number});
    }
    int drawn() { return static_cast<int>(random_.next() % 1'000); }

    Address list_;
    SeededRandom random_{0};
    int requests_left_ = 0;
    bool expected_ = false;
    std::size_t size_ = 0;  // of the list, at least: it never shrinks
    Finished finished_;
};

class Foreman : public Actor {
public:
    void begin(const Work& work, const Address& asker) {
        asker_ = asker;
        workers_ = work.workers;
        for (int i = 0; i < work.workers; ++i)
            send(create<Worker>(), Begin{list_, static_cast<std::uint64_t>(i), work.requests});
    }
    void finished(const Finished& worker) {
        worked_.added.insert(worked_.added.end(), worker.added.begin(), worker.added.end());
        worked_.wrong_answers += worker.wrong_answers;
    }
    void gone(const ChildExited&) {
        if (--workers_ == 0) send(list_, GetAll{});
    }
    void all(const All& all) {
        worked_.list = all.numbers;
        send(asker_, worked_);
        exit();
    }
    using Behavior = zanni::Behavior<&Foreman::begin, &Foreman::finished, &Foreman::gone, &Foreman::all>;

private:
    Address asker_;
    Address list_ = create<SortedList>();
    int workers_ = 0;
    Worked worked_;
};

}  // namespace

TEST_CASE("a list that many work on stays sorted and loses nothing", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        const Work work = size == Size::full ? Work{20, 4'000} : Work{5, 50};
        const auto foreman = system.create<Foreman>();

        auto worked = system.ask<Worked>(foreman, work, patience);

        REQUIRE(worked);
        std::ranges::sort(worked->added);
        CHECK_FALSE(worked->added.empty());
        CHECK((worked->list == worked->added));
        CHECK(worked->wrong_answers == 0);
    });
}

}  // namespace zanni
