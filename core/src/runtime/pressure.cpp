#include <utility>

#include "runtime/runtime.hpp"

/// Back-pressure within a process. A sender that fills a mailbox over its limit is paused when its handler returns,
/// until half of the limit is left. An actor whose own mailbox is over its limit is never paused, and goes on when that
/// happens while it is.
///
/// Why no circle of actors can wait for each other: a cell X that waits for Y began to when Y was over its limit. Had Y
/// been paused then, it would have gone on; so Y's own wait began later than X's. Round a circle that can't be.
namespace zanni::detail {

namespace {

bool is_over(const Cell& cell) {
    const std::uint32_t limit = cell.messages_max.load(std::memory_order_relaxed);
    return limit != 0 && cell.mailbox.depth() > limit;
}

std::uint64_t low_mark(const Cell& cell) { return cell.messages_max.load(std::memory_order_relaxed) / 2; }

}  // namespace

/// The actor that runs on this thread, if one does, has put a message into this full mailbox.
void Runtime::over_limit(Cell& target) {
    if (target.paused.load(std::memory_order_seq_cst)) go_on(target);
    Cell* const sender = current_cell();
    if (sender && sender->runtime == this && sender != &target && !sender->pause_for) sender->pause_for = &target;
}

/// True when the cell must not be scheduled: somebody will when it may go on.
bool Runtime::pause(Cell& cell) {
    Cell& target = *std::exchange(cell.pause_for, nullptr);
    if (cell.state != Cell::State::running || is_over(cell)) return false;
    const std::scoped_lock lock(pauses_.mutex);
    cell.paused.store(true, std::memory_order_seq_cst);
    // In this order with what over_limit() does on another thread: it pushes, then looks whether the cell is paused.
    if (!is_over(cell) && target.mailbox.ask_to_be_woken(low_mark(target))) {
        pauses_.add(cell, target);
        return true;
    }
    cell.paused.store(false, std::memory_order_relaxed);
    return false;
}

/// The cell's own mailbox is over its limit.
void Runtime::go_on(Cell& paused) {
    {
        const std::scoped_lock lock(pauses_.mutex);
        if (!pauses_.remove(paused)) return;
        paused.paused.store(false, std::memory_order_relaxed);
    }
    parts_.engine.schedule(paused);
}

void Runtime::drained(Cell& cell) {
    std::vector<Cell*> waiting;
    {
        const std::scoped_lock lock(pauses_.mutex);
        waiting = pauses_.take(cell);
        for (Cell* const paused : waiting) paused->paused.store(false, std::memory_order_relaxed);
        pauses_.drained.notify_all();
    }
    for (Cell* const paused : waiting) parts_.engine.schedule(*paused);
}

bool Runtime::await_room(const Address& target, Duration longest) {
    Cell* const cell = cell_of(target);
    if (!cell || cell->policy.load(std::memory_order_relaxed) != MailboxPolicy::back_pressure || !is_over(*cell))
        return true;
    if (current_cell()) return true;  // a call from inside a handler: its actor is paused afterwards
    std::unique_lock lock(pauses_.mutex);
    return parts_.engine.await(
        lock, pauses_.drained, [&] { return !cell->mailbox.ask_to_be_woken(low_mark(*cell)); }, longest);
}

}  // namespace zanni::detail
