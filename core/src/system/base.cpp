#include "system/base.hpp"

#include <atomic>

#include "runtime/words.hpp"

namespace zanni::detail {

namespace {

std::uint64_t next_serial() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

/// Alone in the world a process still needs an identity: its addresses must mean nothing in another system.
std::uint64_t own_process(Random& random) { return random.next() | (std::uint64_t{1} << 63); }

}  // namespace

const Registry& Base::empty_registry() {
    static const Registry empty;
    return empty;
}

Base::Base(Engine& engine, Parts parts)
    : tell_longest_(parts.tell_longest),
      serial_(next_serial()),
      runtime_({engine, parts.clock, parts.random, parts.registry ? *parts.registry : empty_registry(), parts.gateway,
                parts.gateway ? parts.gateway->capabilities() : std::move(parts.capabilities),
                parts.gateway ? parts.gateway->process() : own_process(parts.random), parts.carrier, parts.observer}) {}

bool Base::send_from_outside(EnvelopePtr envelope, Duration longest) {
    if (runtime_.await_room(envelope->target, longest)) {
        runtime_.send(std::move(envelope));
        return true;
    }
    runtime_.refuse(std::move(envelope), Error::overloaded);
    return false;
}

/// An actor that had the name may end just then; the name is free now, or soon.
std::expected<Address, Error> Base::create(PrivateEndpoint& endpoint, const ActorType* type, std::string_view name,
                                           const CreateOptions& options) {
    const TimePoint until = later(runtime_.now(), options.wait_longest);
    for (;;) {
        auto created = try_create(endpoint, type, name, options, until - runtime_.now());
        const bool has_just_ended = !created && !options.name.empty() && created.error().code == Error::unknown_name;
        if (!has_just_ended || runtime_.now() >= until) return created;
    }
}

std::expected<Address, Error> Base::try_create(PrivateEndpoint& endpoint, const ActorType* type, std::string_view name,
                                               const CreateOptions& options, Duration longest) {
    Endpoint& waiting = *endpoint.endpoint_;
    const Address asker = waiting.begin_ask({});
    const Address address = runtime_.create({type, name, options, {}, asker});
    waiting.set_target(address);
    auto reply = read_reply<CreateReply>(waiting.await_answer(runtime_.engine(), longest));
    const bool is_late = !reply && reply.error().code == Error::timeout;
    if (is_late && !options.name.empty())  // somebody else may use it: it lives on, should it start
        return std::unexpected(Error{Error::timeout, "creating " + std::string(name) + " named '" + options.name +
                                                         "': it does not run yet; names wait for the leader"});
    if (is_late)  // nobody will know its address: it must not live on, should it start
        runtime_.send(make_envelope(address, Address{}, ExitRequest{}));
    if (!reply)
        return std::unexpected(
            Error{reply.error().code, "creating " + std::string(name) + ": " + reply.error().context});
    if (!reply->running) return std::unexpected(Error{reply->code, std::move(reply->context)});
    return options.name.empty() ? address : reply->address;
}

std::expected<Address, Error> Base::find(PrivateEndpoint& endpoint, std::string_view name, Duration longest) {
    return found(endpoint.ask_envelope(runtime_.find_request(name, longest), longest));
}

}  // namespace zanni::detail
