#include "runtime/endpoint.hpp"

#include <utility>

#include "runtime/actor_id.hpp"
#include "runtime/control.hpp"

namespace zanni::detail {

Address Endpoint::address_of(std::uint32_t question) const {
    return make_address({process_, endpoint_bit | actor_id(index_, question)});
}

EnvelopePtr Endpoint::push(EnvelopePtr envelope) {
    const std::scoped_lock lock(mutex_);
    if (asking_ && !answer_ && envelope->target == address_of(question_)) {
        answer_.emplace(std::move(envelope));
    } else if (envelope->message_id() == message_id<CreateReply>) {
        return nullptr;  // its creation has timed out: no message of the user's
    } else {
        if (unread_.size() == unread_max) return envelope;
        unread_.push_back(std::move(envelope));
    }
    changed_.notify_all();
    return nullptr;
}

void Endpoint::fail(const Address& asker, Error error) {
    const std::scoped_lock lock(mutex_);
    if (!asking_ || answer_ || asker != address_of(question_)) return;
    answer_.emplace(std::unexpected(std::move(error)));
    changed_.notify_all();
}

void Endpoint::fail_process(std::uint64_t process, const Error& error) {
    fail_if([](std::uint64_t target, std::uint64_t lost) { return target == lost; }, process, error);
}

void Endpoint::fail_host(std::uint32_t host, const Error& error) {
    fail_if([](std::uint64_t target, std::uint64_t lost) { return host_of(target) == lost; }, host, error);
}

void Endpoint::fail_if(bool (*concerns)(std::uint64_t target, std::uint64_t lost), std::uint64_t lost,
                       const Error& error) {
    const std::scoped_lock lock(mutex_);
    if (!asking_ || answer_ || !concerns(parts_of(target_).process, lost)) return;
    answer_.emplace(std::unexpected(error));
    changed_.notify_all();
}

Address Endpoint::begin_ask(const Address& target) {
    const std::scoped_lock lock(mutex_);
    question_ = question_ == generation_max ? 1 : question_ + 1;
    asking_ = true;
    target_ = target;
    answer_.reset();
    return address_of(question_);
}

void Endpoint::set_target(const Address& target) {
    const std::scoped_lock lock(mutex_);
    target_ = target;
}

std::expected<EnvelopePtr, Error> Endpoint::await_answer(Engine& engine, Duration longest) {
    std::unique_lock lock(mutex_);
    engine.await(
        lock, changed_, [this] { return answer_.has_value(); }, longest);
    asking_ = false;
    if (!answer_) return std::unexpected(Error{Error::timeout, "no answer from " + target_.to_string()});
    auto answer = std::move(*answer_);
    answer_.reset();
    return answer;
}

std::expected<EnvelopePtr, Error> Endpoint::await_any(Engine& engine, Duration longest) {
    std::unique_lock lock(mutex_);
    if (!engine.await(
            lock, changed_, [this] { return !unread_.empty(); }, longest))
        return std::unexpected(Error{Error::timeout, "nothing arrived"});
    auto envelope = std::move(unread_.front());
    unread_.pop_front();
    return envelope;
}

}  // namespace zanni::detail
