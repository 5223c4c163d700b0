#pragma once

#include <zanni/convention.hpp>
#include <zanni/lifecycle.hpp>
#include <zanni/message.hpp>
#include <zanni/survey.hpp>
#include <zanni/timer.hpp>
#include <zanni/trace.hpp>

#include "runtime/control.hpp"

/// Whose a message is.
namespace zanni::detail {

/// Messages that the system sends by itself; when nobody is left to hear one, nothing of the user's is lost.
constexpr bool is_notice(std::uint64_t message) {
    switch (message) {
        case message_id<ChildExited>:
        case message_id<Down>:
        case message_id<DeadLetter>:
        case message_id<Wakeup>:
        case message_id<Readable>:
        case message_id<ConventionUpdate>:
        case message_id<CreateReply>:
        case message_id<AwaitStart>:
        case message_id<FindActor>:
        case message_id<Dismissed>:
        case message_id<Undeliverable>:
        case message_id<Orphaned>:
        case message_id<Watch>:
        case message_id<Unwatch>:
        case message_id<LinkedEnded>:
        case message_id<ChildFailed>:
        case message_id<SiblingFailed>:
        case message_id<Escalated>:
        case message_id<TimerDue>:
        case message_id<TransientDue>:
        case message_id<MemberIdle>:
        case message_id<MailboxFull>:
        case message_id<MailboxDrained>:
        case message_id<SurveyRequest>:
        case message_id<SpansRequest>:
            return true;
        default:
            return false;
    }
}

/// Those of them that only runtimes send and take; a user may hand on the others.
constexpr bool is_control(std::uint64_t message) {
    switch (message) {
        case message_id<ChildExited>:
        case message_id<Down>:
        case message_id<DeadLetter>:
        case message_id<Wakeup>:
        case message_id<Readable>:
        case message_id<ConventionUpdate>:
        case message_id<CreateReply>:
            return false;
        default:
            return is_notice(message);
    }
}

constexpr bool is_users(std::uint64_t message) { return !is_notice(message) && message != message_id<ExitRequest>; }

}  // namespace zanni::detail
