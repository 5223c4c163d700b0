#include "system/base.hpp"

#include <atomic>

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

std::expected<Address, Error> Base::create(PrivateEndpoint& endpoint, const ActorType* type, std::string_view name,
                                           const CreateOptions& options) {
    Endpoint& waiting = *endpoint.endpoint_;
    const Address asker = waiting.begin_ask({});
    const Address address = runtime_.create({type, name, options, {}, asker});
    waiting.set_target(address);
    auto reply = read_reply<CreateReply>(waiting.await_answer(runtime_.engine(), options.wait_longest));
    if (!reply &&
        reply.error().code == Error::timeout)  // nobody will know its address: it must not live on, should it start
        runtime_.send(make_envelope(address, Address{}, ExitRequest{}));
    if (!reply)
        return std::unexpected(
            Error{reply.error().code, "creating " + std::string(name) + ": " + reply.error().context});
    if (!reply->running) return std::unexpected(Error{reply->code, std::move(reply->context)});
    return address;
}

}  // namespace zanni::detail
