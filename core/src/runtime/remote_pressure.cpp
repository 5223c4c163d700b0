#include <utility>

#include "runtime/actor_id.hpp"
#include "runtime/message_kinds.hpp"
#include "runtime/runtime.hpp"

/// Back-pressure between processes. Who sends over a way that the gateway calls congested is paused until it is
/// relieved. Who sends to a full mailbox elsewhere is paused until that has drained: its process has told ours when it
/// was full, once, and tells when half of the limit is left. An actor here whose mailbox others were told of is never
/// paused until it has drained. The proof that nobody waits for ever is in pressure.cpp.
namespace zanni::detail {

// ---- Full mailboxes here

/// A message of that process was put into this full mailbox. The notices are sent under the lock, or one could overtake
/// the other.
void Runtime::tell_full(Cell& cell, const Address& target, std::uint64_t process) {
    bool was_paused = false;
    {
        const std::scoped_lock lock(pauses_.mutex);
        was_paused = pauses_.remove(cell);
        const bool elsewhere = process != parts_.process && parts_.gateway;
        if (elsewhere && cell.mailbox.ask_to_be_woken(cell.low_mark()) &&
            mailbox_news_.tell_full(cell, {process, target}))
            post_notice(process, make_envelope(Address{}, target, MailboxFull{target}));
    }
    if (was_paused) parts_.engine.schedule(cell);
}

/// It has drained, or its actor has ended.
void Runtime::tell_drained(const Cell& cell) {
    const std::scoped_lock lock(pauses_.mutex);
    for (const auto& [process, target] : mailbox_news_.take_told(cell))
        post_notice(process, make_envelope(Address{}, target, MailboxDrained{target}));
}

/// Past route(), which may want the lock: nobody is paused for it.
void Runtime::post_notice(std::uint64_t process, EnvelopePtr notice) {
    notice->target = make_address({process, process_itself});
    counters_.add(Counters::sent);
    counters_.add(Counters::posted);
    parts_.gateway->post(std::move(notice));
}

// ---- Full mailboxes elsewhere

void Runtime::mailbox_elsewhere(const Envelope& notice, std::uint64_t from) {
    const auto is_its_own = [&](const Address& target) { return from != 0 && parts_of(target).process == from; };
    if (notice.message_id() == message_id<MailboxDrained>) {
        const auto drained = read_as<MailboxDrained>(notice);
        if (drained && is_its_own(drained->target)) drained_elsewhere(drained->target);
        return;
    }
    const auto full = read_as<MailboxFull>(notice);
    if (!full || !is_its_own(full->target) || from == parts_.process) return;
    const std::scoped_lock lock(pauses_.mutex);
    mailbox_news_.full_elsewhere(full->target);
    full_elsewhere_count_.store(mailbox_news_.full_elsewhere_count(), std::memory_order_relaxed);
}

bool Runtime::is_full_elsewhere(const Address& target) {
    if (full_elsewhere_count_.load(std::memory_order_relaxed) == 0) return false;
    const std::scoped_lock lock(pauses_.mutex);
    return mailbox_news_.is_full_elsewhere(target);
}

void Runtime::drained_elsewhere(const Address& target) {
    if (full_elsewhere_count_.load(std::memory_order_relaxed) == 0) return;
    {
        const std::scoped_lock lock(pauses_.mutex);
        mailbox_news_.drained_elsewhere(target);
        full_elsewhere_count_.store(mailbox_news_.full_elsewhere_count(), std::memory_order_relaxed);
    }
    end_wait({nullptr, target});
}

// ---- Waiting

/// Under the lock of pauses_.
bool Runtime::must_wait_elsewhere(const Address& elsewhere) {
    const auto [process, actor] = parts_of(elsewhere);
    if (actor == process_itself) return parts_.gateway->way_to(process) == Way::congested;
    return receiving_ && mailbox_news_.is_full_elsewhere(elsewhere);
}

bool Runtime::await_elsewhere(const Address& target, Duration longest) {
    if (!parts_.gateway || current_cell()) return true;
    const std::uint64_t process = parts_of(target).process;
    if (parts_.gateway->way_to(process) == Way::free && !is_full_elsewhere(target)) return true;
    const Address way = make_address({process, process_itself});
    std::unique_lock lock(pauses_.mutex);
    return parts_.engine.await(
        lock, pauses_.drained,
        [&] {
            return !must_wait({nullptr, way}) && !must_wait({nullptr, target});
        },
        longest);
}

void Runtime::relieved(std::uint64_t process) { end_wait({nullptr, make_address({process, process_itself})}); }

/// Those who wait for something elsewhere, where `concerns(it)` says so.
template <class Concerns>
void Runtime::go_on_elsewhere(Concerns concerns) {
    std::vector<Cell*> waiting;
    {
        const std::scoped_lock lock(pauses_.mutex);
        waiting = pauses_.take_elsewhere(concerns);
        pauses_.drained.notify_all();
    }
    go_on(waiting);
}

template <class Concerns>
void Runtime::forget_elsewhere(Concerns concerns) {
    {
        const std::scoped_lock lock(pauses_.mutex);
        mailbox_news_.forget_elsewhere(concerns);
        full_elsewhere_count_.store(mailbox_news_.full_elsewhere_count(), std::memory_order_relaxed);
    }
    go_on_elsewhere(concerns);
}

void Runtime::receiving(bool open) {
    {
        const std::scoped_lock lock(pauses_.mutex);
        receiving_ = open;
    }
    if (!open) go_on_elsewhere([](const Address& reason) { return parts_of(reason).actor != process_itself; });
}

/// Who waits for it waits in vain, and it never comes back.
void Runtime::relieve_process(std::uint64_t process) {
    {
        const std::scoped_lock lock(pauses_.mutex);
        mailbox_news_.forget_told(process);
    }
    forget_elsewhere([process](const Address& address) { return parts_of(address).process == process; });
}

/// Should it live after all, its processes still wait to hear of mailboxes here that drain: those are not forgotten.
void Runtime::relieve_host(std::uint32_t host) {
    forget_elsewhere([host](const Address& address) { return host_of(parts_of(address).process) == host; });
}

/// From now on nobody here waits for another process: an end in order must not.
void Runtime::wait_no_more_elsewhere() {
    {
        const std::scoped_lock lock(pauses_.mutex);
        waits_elsewhere_ = false;
    }
    go_on_elsewhere([](const Address&) { return true; });
}

}  // namespace zanni::detail
