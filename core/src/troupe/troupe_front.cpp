#include "troupe/troupe_front.hpp"

#include <algorithm>
#include <utility>

#include "runtime/control.hpp"
#include "runtime/runtime.hpp"

namespace zanni::detail {

namespace {

constexpr int failed_starts_max = 3;

}  // namespace

TroupeFront::TroupeFront(Runtime& runtime, Cell& cell, const ActorType& type)
    : runtime_(runtime), cell_(cell), type_(type), troupe_(*type.traits.troupe) {}

TroupeFront::~TroupeFront() {
    if (cell_.ties)
        for (const Address& member : cell_.ties->children) runtime_.forget_member(member);
    for (auto& envelope : waiting_) runtime_.dead_letter(std::move(envelope), Error::dead_target);
}

std::span<const Handler> TroupeFront::handlers() {
    static constexpr std::array<Handler, 3> rows{
        Handler{message_id<MemberIdle>, &member_idle},
        Handler{message_id<ChildExited>, &member_ended},
        Handler{message_id<AnyMessage>, &work},
    };
    return rows;
}

Handled TroupeFront::work(Actor& actor, EnvelopePtr& envelope, std::optional<Error>& refusal) {
    auto& self = static_cast<TroupeFront&>(actor);
    if (self.waiting_.size() >= self.troupe_.waiting_max) return refused_as({Error::overloaded, {}}, refusal);
    self.waiting_.push_back(std::move(envelope));
    self.assign();
    return Handled::done;
}

Handled TroupeFront::member_idle(Actor& actor, EnvelopePtr& envelope, std::optional<Error>&) {
    auto& self = static_cast<TroupeFront&>(actor);
    self.failed_starts_ = 0;
    self.idle_.push_back(envelope->sender);
    self.assign();
    if (self.idle_.size() > self.troupe_.idle_max) {
        const Address longest_idle = self.idle_.front();
        self.idle_.erase(self.idle_.begin());
        self.send(longest_idle, ExitRequest{});
    }
    return Handled::done;
}

Handled TroupeFront::member_ended(Actor& actor, EnvelopePtr& envelope, std::optional<Error>&) {
    auto& self = static_cast<TroupeFront&>(actor);
    const Address member = envelope->sender;
    std::erase(self.idle_, member);
    --self.members_;
    const auto end = read_as<ChildExited>(*envelope);
    if (end && end->cause.kind == ExitCause::start_failure && ++self.failed_starts_ == failed_starts_max) {
        self.failed_starts_ = 0;
        self.give_up();
    }
    self.assign();
    return Handled::done;
}

/// No member can be made: what waits would wait for ever.
void TroupeFront::give_up() {
    for (auto& envelope : std::exchange(waiting_, {})) runtime_.dead_letter(std::move(envelope), Error::start_failed);
}

void TroupeFront::assign() {
    while (!waiting_.empty()) {
        const Address member = idle_member();
        if (!member) return;
        EnvelopePtr envelope = std::move(waiting_.front());
        waiting_.pop_front();
        runtime_.assign(std::move(envelope), member);
    }
}

/// Nobody when all work, and there may be no more.
Address TroupeFront::idle_member() {
    if (!idle_.empty()) {
        const Address member = idle_.back();
        idle_.pop_back();
        return member;
    }
    if (members_ == troupe_.members_max) return {};
    if (failed_starts_ > 0 && members_ > 0) return {};  // one at a time, or they would hand on a message for ever
    ++members_;
    CreateOptions options;
    if (cell_.ties) options.supervision = cell_.ties->supervision;
    return runtime_.create_child(cell_, &type_, type_.name, options, true);
}

// ---- The runtime's part

void Runtime::assign(EnvelopePtr envelope, const Address& member) {
    envelope->target = member;
    envelope->assigned = true;
    accept(std::move(envelope));
}

void Runtime::forget_member(const Address& member) {
    const std::scoped_lock lock(members_mutex_);
    members_.erase(member);
}

}  // namespace zanni::detail
