#include <utility>

#include "runtime/runtime.hpp"

/// Who hears of whose end, besides parents. The one who watches notes it at once, and the one watched when Watch
/// reaches it; if it never does, the dead letter answers with Down. Between processes both sides keep a bond, as nobody
/// can send Down from a process that is gone.
namespace zanni::detail {

void Runtime::watch(Cell& cell, const Address& target, bool linked) {
    Ties& ties = cell.own_ties();
    if (!(linked ? ties.linked : ties.watching).insert(target).second) return;
    const std::uint64_t process = parts_of(target).process;
    if (process != parts_.process) (linked ? links_ : watches_).add(process, {target, cell.address});
    send(make_envelope(target, cell.address, Watch{linked}));
}

void Runtime::unwatch(Cell& cell, const Address& target, bool linked) {
    if (!cell.ties || (linked ? cell.ties->linked : cell.ties->watching).erase(target) == 0) return;
    const std::uint64_t process = parts_of(target).process;
    if (process != parts_.process) (linked ? links_ : watches_).remove(process, {target, cell.address});
    send(make_envelope(target, cell.address, Unwatch{linked}));
}

void Runtime::watched(Cell& cell, const Envelope& envelope, bool linked) {
    Ties& ties = cell.own_ties();
    if (!(linked ? ties.linked : ties.watchers).insert(envelope.sender).second) return;
    const std::uint64_t process = parts_of(envelope.sender).process;
    if (process == parts_.process) return;
    if (linked)
        links_.add(process, {envelope.sender, cell.address});
    else
        watches_.add(process, {cell.address, envelope.sender});
}

void Runtime::unwatched(Cell& cell, const Envelope& envelope, bool linked) {
    if (!cell.ties || (linked ? cell.ties->linked : cell.ties->watchers).erase(envelope.sender) == 0) return;
    const std::uint64_t process = parts_of(envelope.sender).process;
    if (process == parts_.process) return;
    if (linked)
        links_.remove(process, {envelope.sender, cell.address});
    else
        watches_.remove(process, {cell.address, envelope.sender});
}

/// Whoever doesn't watch any more, or has been told, is not told.
void Runtime::down(Cell& cell, EnvelopePtr envelope) {
    const auto notice = read_as<Down>(*envelope);
    const bool awaited = notice && cell.ties && cell.ties->watching.erase(notice->address) == 1;
    if (awaited) {
        const std::uint64_t process = parts_of(notice->address).process;
        if (process != parts_.process) watches_.remove(process, {notice->address, cell.address});
        if (cell.state == Cell::State::running) return dispatch(cell, std::move(envelope));
    }
    counters_.add(Counters::delivered);
}

void Runtime::linked_ended(Cell& cell, const Envelope& envelope) {
    const auto notice = read_as<LinkedEnded>(envelope);
    if (!notice || !cell.ties || cell.ties->linked.erase(notice->address) == 0) return;
    const std::uint64_t process = parts_of(notice->address).process;
    if (process != parts_.process) links_.remove(process, {notice->address, cell.address});
    if (cell.state != Cell::State::running) return;
    ExitCause cause = notice->cause;
    cause.detail = "linked to " + notice->address.to_string() + (cause.detail.empty() ? "" : ": " + cause.detail);
    begin_exit(cell, std::move(cause), true);
}

void Runtime::tell_of_end(const Ties& ties, const Address& address, const ExitCause& cause) {
    const auto process_of = [](const Address& other) { return parts_of(other).process; };
    for (const Address& watcher : ties.watchers) {
        if (process_of(watcher) != parts_.process) watches_.remove(process_of(watcher), {address, watcher});
        send(make_envelope(watcher, address, Down{address, cause}));
    }
    for (const Address& other : ties.linked) {
        if (process_of(other) != parts_.process) links_.remove(process_of(other), {other, address});
        send(make_envelope(other, address, LinkedEnded{address, cause}));
    }
    for (const Address& target : ties.watching) {
        if (process_of(target) != parts_.process) watches_.remove(process_of(target), {target, address});
        send(make_envelope(target, address, Unwatch{}));
    }
}

/// Before a restart: the new instance watches whom it likes.
void Runtime::drop_watches(Cell& cell) {
    while (cell.ties && !cell.ties->watching.empty()) {
        const Address target = *cell.ties->watching.begin();  // a copy: unwatch() erases that one
        unwatch(cell, target, false);
    }
}

}  // namespace zanni::detail
