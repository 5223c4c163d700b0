#include <utility>

#include "runtime/runtime.hpp"

/// Back-pressure. A sender that fills a mailbox over its limit is paused when its handler returns, until half of the
/// limit is left; of many some at a time, in the order in which they came. An actor whose own mailbox is over its limit
/// is never paused, and goes on when that happens while it is. What other processes add to that is in
/// remote_pressure.cpp.
///
/// Why no circle of actors can wait for each other: a cell X that waits for Y began to when Y was over its limit. Had Y
/// been paused then, it would have gone on; so Y's own wait began later than X's. Round a circle that can't be.
///
/// A circle through other processes has links of two more kinds. X waits for Y in another process: then X's process has
/// been told that Y's mailbox is full, and not that it has drained. Either the second notice is under way, and X will
/// go on; or it hasn't been sent, and as long as it hasn't, Y is never paused. So Y waits for nobody, and the circle
/// ends there. X waits for the way to a process: that is freed by the process's receiving, which waits for no actor
/// until as much as it may hold waits for its actors. Then its gateway calls no way congested, and Runtime::receiving()
/// lets those go on who wait for mailboxes elsewhere, as word of these could not be received. What is left are links
/// within the process, which make no circle; so its actors handle what waits, and it receives again.
namespace zanni::detail {

namespace {

bool is_over(const Cell& cell) {
    const std::uint32_t limit = cell.messages_max.load(std::memory_order_relaxed);
    return limit != 0 && cell.mailbox.depth() > limit;
}

}  // namespace

/// The actor that runs on this thread, if one does, has sent what it should wait for.
void Runtime::pause_sender(const PauseReason& reason) {
    Cell* const sender = current_cell();
    const bool may_pause = sender && sender->runtime == this && sender->state == Cell::State::running;
    if (may_pause && sender != reason.mailbox && !sender->pause_for) sender->pause_for = reason;
}

/// A message was put into this full mailbox.
void Runtime::over_limit(Cell& target) {
    if (target.paused.load(std::memory_order_seq_cst)) go_on(target);
    pause_sender({&target});
}

/// True when the cell must not be scheduled: somebody will when it may go on.
bool Runtime::pause(Cell& cell) {
    const PauseReason reason = std::exchange(cell.pause_for, {});
    if (cell.state != Cell::State::running || is_over(cell)) return false;
    const std::scoped_lock lock(pauses_.mutex);
    cell.paused.store(true, std::memory_order_seq_cst);
    // In this order with what over_limit() does on another thread: it pushes, then looks whether the cell is paused.
    if (!is_over(cell) && !mailbox_news_.is_told_full(cell) && must_wait(reason)) {
        pauses_.add(cell, reason);
        return true;
    }
    cell.paused.store(false, std::memory_order_relaxed);
    return false;
}

/// Under the lock of pauses_, which whoever ends the wait takes too: so no end is missed.
bool Runtime::must_wait(const PauseReason& reason) {
    if (reason.mailbox) return reason.mailbox->mailbox.ask_to_be_woken(reason.mailbox->low_mark());
    return waits_elsewhere_ && must_wait_elsewhere(reason.elsewhere);
}

/// The cell's own mailbox is over its limit.
void Runtime::go_on(Cell& paused) {
    {
        const std::scoped_lock lock(pauses_.mutex);
        if (!pauses_.remove(paused)) return;
    }
    parts_.engine.schedule(paused);
}

/// They have been taken from pauses_.
void Runtime::go_on(const std::vector<Cell*>& taken) {
    for (Cell* const cell : taken) parts_.engine.schedule(*cell);
}

void Runtime::end_wait(const PauseReason& reason) {
    std::vector<Cell*> waiting;
    {
        const std::scoped_lock lock(pauses_.mutex);
        waiting = pauses_.take(reason);
        pauses_.drained.notify_all();
    }
    go_on(waiting);
}

void Runtime::drained(Cell& cell) {
    tell_drained(cell);
    end_wait({&cell});
}

/// The same, of one that goes on: some of those who wait at a time, else a thousand senders would fill it far beyond
/// its limit, each with what one turn of its own sends. Whoever stays waits for the next turn, which comes as long as
/// there is a message left, and when there is none nobody stays.
void Runtime::drained_by_turn(Cell& cell) {
    constexpr std::size_t woken_at_once = 16;
    if (cell.mailbox.depth() == 0) return drained(cell);
    tell_drained(cell);
    std::vector<Cell*> waiting;
    {
        const std::scoped_lock lock(pauses_.mutex);
        if (pauses_.take_some({&cell}, woken_at_once, waiting)) cell.mailbox.keep_waiters();
        pauses_.drained.notify_all();
    }
    go_on(waiting);
}

bool Runtime::await_room(const Address& target, Duration longest) {
    const std::uint64_t process = parts_of(target).process;
    if (process != parts_.process) return process == 0 || await_elsewhere(target, longest);
    Cell* const cell = cell_of(target);
    if (!cell || cell->policy.load(std::memory_order_relaxed) != MailboxPolicy::back_pressure || !is_over(*cell))
        return true;
    if (current_cell()) return true;  // a call from inside a handler: its actor is paused afterwards
    std::unique_lock lock(pauses_.mutex);
    return parts_.engine.await(
        lock, pauses_.drained, [&] { return !must_wait({cell}); }, longest);
}

}  // namespace zanni::detail
