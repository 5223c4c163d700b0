#include <zanni/actor.hpp>

#include <string>

#include <zanni/assert.hpp>

#include "log.hpp"
#include "runtime/cell.hpp"
#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

namespace zanni {

namespace {

detail::Cell& cell_under_construction() {
    detail::Cell* const cell = detail::current_cell();
    ZANNI_ASSERT(cell && !cell->actor, "an actor is made by create(), never directly");
    return *cell;
}

/// A user's text may hold what somebody else has sent, and 64 KiB are much for a line.
void log_from(const detail::Cell& cell, log::Level level, std::string_view text) {
    constexpr std::size_t line_bytes_max = 64 * 1024;
    log::write({level, detail::name_of(cell) + ": " + log::one_line(text, line_bytes_max), cell.address});
}

}  // namespace

Actor::Actor() : cell_(cell_under_construction()) {}

Actor::~Actor() {
    ZANNI_ASSERT(!cell_.in_handler,
                 "an actor was destroyed while its handler ran: only the system destroys actors, "
                 "after exit() or an ExitRequest");
}

/// Catches threads that an actor has started, and actors that call each other.
detail::Cell& Actor::own_cell(const char* doing) const {
    if (detail::current_cell() != &cell_) {
        const std::string type(cell_.type ? cell_.type->name : "an actor");
        const std::string problem = type + "::" + doing +
                                    " was called outside of its handlers: by another actor, or on a thread that runs "
                                    "no actor. Send it a message instead (System::tell from a thread)";
        ZANNI_ASSERT(false, problem.c_str());
    }
    return cell_;
}

const Address& Actor::address() const { return cell_.address; }
Address Actor::parent() const { return cell_.parent; }
TimePoint Actor::now() const { return cell_.runtime->now(); }

std::optional<TraceContext> Actor::trace_context() const {
    static_cast<void>(own_cell("trace_context"));
    return detail::Runtime::trace_context();
}

void Actor::exit() { own_cell("exit").exit_requested = true; }

void Actor::send_envelope(EnvelopePtr envelope) { own_cell("send").runtime->send(std::move(envelope)); }

Address Actor::create(const ActorType& type, const CreateOptions& options) {
    detail::Cell& cell = own_cell("create");
    return cell.runtime->create_child(cell, &type, type.name, options);
}

Address Actor::create(std::string_view type_name, const CreateOptions& options) {
    detail::Cell& cell = own_cell("create");
    return cell.runtime->create_child(cell, nullptr, type_name, options);
}

Find Actor::find(std::string_view name, Duration longest) {
    return Find(cell_, own_cell("find").runtime->find_request(name, longest), longest);
}

void Actor::watch(const Address& target) { own_cell("watch").runtime->watch(cell_, target, false); }
void Actor::unwatch(const Address& target) { own_cell("unwatch").runtime->unwatch(cell_, target, false); }
void Actor::link(const Address& target) { own_cell("link").runtime->watch(cell_, target, true); }
void Actor::unlink(const Address& target) { own_cell("unlink").runtime->unwatch(cell_, target, true); }

void Actor::become(std::span<const Handler> handlers) {
    for (const Handler& handler : handlers)
        ZANNI_ASSERT(handler.belongs_to(*this), "become() takes handlers of the actor's own class");
    own_cell("become").handlers = handlers;
}
void Actor::unbecome() { own_cell("unbecome").handlers = cell_.type->handlers; }

void Actor::stash() {
    detail::Cell& cell = own_cell("stash");
    ZANNI_ASSERT(cell.handling && !(cell.undertakings && cell.undertakings->resumed),
                 "stash() is for handlers that return no Task: it puts the message aside that they have got");
    ZANNI_ASSERT(!cell.handling->moves,
                 "a noexcept handler that takes its message by value can't stash() it: it has "
                 "been moved out; take it as const M&");
    cell.own_undertakings().stash_this = true;
}
void Actor::unstash() { own_cell("unstash").runtime->unstash(cell_); }

TimerId Actor::start_timer(Duration delay, bool periodic, AnyMessage payload) {
    ZANNI_ASSERT(!periodic || delay > Duration::zero(), "wakeup_every() takes a period above zero");
    return own_cell("wakeup_after").runtime->start_timer(cell_, delay, periodic, std::move(payload));
}
bool Actor::cancel(TimerId timer) { return own_cell("cancel").runtime->cancel_timer(cell_, timer); }

void Actor::watch_fd(int fd) { own_cell("watch_fd").runtime->watch_fd(cell_, fd); }
void Actor::unwatch_fd(int fd) { own_cell("unwatch_fd").runtime->unwatch_fd(cell_, fd); }
void Actor::log_debug(std::string_view text) const { log_from(own_cell("log_debug"), log::Level::debug, text); }
void Actor::log_info(std::string_view text) const { log_from(own_cell("log_info"), log::Level::info, text); }
void Actor::log_warn(std::string_view text) const { log_from(own_cell("log_warn"), log::Level::warn, text); }
void Actor::log_error(std::string_view text) const { log_from(own_cell("log_error"), log::Level::error, text); }
void Actor::handle_dead_letters(bool on) { own_cell("handle_dead_letters").runtime->handle_dead_letters(cell_, on); }

void Actor::notify_on_convention_changes(bool on) {
    own_cell("notify_on_convention_changes").runtime->notify_on_convention_changes(cell_, on);
}
std::expected<void, Error> Actor::update_capability(const std::string& key,
                                                    const std::optional<CapabilityValue>& value) {
    return own_cell("update_capability").runtime->update_capability(key, value);
}

void Actor::request_lane(const Address& address) { own_cell("request_lane").runtime->request_lane(address); }

void detail::send_reply(Actor& actor, EnvelopePtr envelope) {
    if (!envelope->target) return;  // told, not asked: nobody waits for what the handler returns
    envelope->sender = actor.address();
    actor.send_envelope(std::move(envelope));
}

Handled detail::run_task(Actor& actor, Task<> task, std::optional<Error>& refusal) {
    return actor.cell_.runtime->run_task(actor.cell_, std::move(task), refusal);
}

}  // namespace zanni
