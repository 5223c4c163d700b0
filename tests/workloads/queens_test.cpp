#include <algorithm>
#include <cstdlib>
#include <deque>
#include <utility>
#include <vector>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

/// The column of the queen in each row that has one.
using Board = std::vector<int>;

bool attacked(const Board& board, int row, int column) {
    for (int above = 0; above < row; ++above)
        if (board[above] == column || std::abs(board[above] - column) == row - above) return true;
    return false;
}

struct Solve {
    int queens = 0;
    int workers = 0;
};
struct Solutions {
    std::vector<Board> boards;
};
struct Task {
    int queens = 0;
    Board board;
};
/// The boards with one queen more than the task's.
struct Extended {
    std::vector<Board> boards;
};

class Worker : public Actor {
public:
    Extended extend(const Task& task) {
        Extended extended;
        const auto row = static_cast<int>(task.board.size());
        for (int column = 0; column < task.queens; ++column) {
            if (attacked(task.board, row, column)) continue;
            extended.boards.push_back(task.board);
            extended.boards.back().push_back(column);
        }
        return extended;
    }
    using Behavior = zanni::Behavior<&Worker::extend>;
};

/// Gives every open board to a worker who has nothing to do, and takes back those that it leads to.
class Master : public Actor {
public:
    void begin(const Solve& problem, const Address& asker) {
        asker_ = asker;
        problem_ = problem;
        for (int i = 0; i < problem.workers; ++i) idle_.push_back(create<Worker>());
        open_.push_back({});
        distribute();
    }
    void extended(const Extended& extended, const Address& worker) {
        idle_.push_back(worker);
        for (const Board& board : extended.boards) {
            const bool complete = std::cmp_equal(board.size(), problem_.queens);
            (complete ? solutions_.boards : open_).push_back(board);
        }
        distribute();
        if (std::cmp_less(idle_.size(), problem_.workers)) return;
        send(asker_, solutions_);
        exit();
    }
    using Behavior = zanni::Behavior<&Master::begin, &Master::extended>;

private:
    void distribute() {
        while (!open_.empty() && !idle_.empty()) {
            send(idle_.front(), Task{problem_.queens, std::move(open_.back())});
            idle_.pop_front();
            open_.pop_back();
        }
    }

    Address asker_;
    Solve problem_;
    std::deque<Address> idle_;
    std::vector<Board> open_;
    Solutions solutions_;
};

}  // namespace

TEST_CASE("workers find every way to place queens that don't attack each other", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        const auto [queens, count] = size == Size::full ? std::pair{10, 724} : std::pair{8, 92};
        const auto master = system.create<Master>();

        auto solutions = system.ask<Solutions>(master, Solve{queens, 6}, patience);

        REQUIRE(solutions);
        auto& boards = solutions->boards;
        std::ranges::sort(boards);
        CHECK(std::cmp_equal(boards.size(), count));
        CHECK(std::ranges::adjacent_find(boards) == boards.end());
        for (const Board& board : boards) {
            CHECK(std::cmp_equal(board.size(), queens));
            for (int row = 0; std::cmp_less(row, board.size()); ++row) CHECK_FALSE(attacked(board, row, board[row]));
        }
    });
}

}  // namespace zanni
