#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/any_message.hpp>
#include <zanni/marshal.hpp>
#include <zanni/message.hpp>

namespace zanni {

class Envelope;

/// What can be done with a payload whose type only its sender knew.
struct MessageInfo {
    std::string_view name;       ///< empty for a payload that came marshalled
    const std::type_info* type;  ///< null likewise
    void (*append_payload)(const Envelope& envelope, std::vector<std::byte>& out);
    void (*destroy)(Envelope* envelope) noexcept;
};

/// A message under way: payload, target, sender and type. Lives in one allocation, in one mailbox or hand at a time.
///
/// Threads: whoever holds it.
class Envelope {
public:
    Envelope(const Envelope&) = delete;
    Envelope& operator=(const Envelope&) = delete;

    const MessageInfo& info() const { return *info_; }
    std::uint64_t message_id() const { return message_id_; }

    /// The payload where it is an M as its sender made it; null when it is another type or marshalled.
    template <class M>
    M* get();

    /// The payload's bytes, without a copy when it came marshalled.
    std::vector<std::byte> payload() const;
    AnyMessage any() const;

    Address target;
    Address sender;
    Envelope* next = nullptr;  ///< for the queue that holds it

protected:
    Envelope(const MessageInfo& info, std::uint64_t message_id) : info_(&info), message_id_(message_id) {}
    ~Envelope() = default;

private:
    const MessageInfo* info_;
    std::uint64_t message_id_;
};

struct DeleteEnvelope {
    void operator()(Envelope* envelope) const noexcept { envelope->info().destroy(envelope); }
};
using EnvelopePtr = std::unique_ptr<Envelope, DeleteEnvelope>;

/// A payload as it came over the bus: unmarshalled by the handler that takes it.
EnvelopePtr make_marshalled_envelope(std::uint64_t message_id, std::span<const std::byte> payload);

namespace detail {

template <class M>
struct TypedEnvelope final : Envelope {
    static const MessageInfo type_info;

    template <class V>
    TypedEnvelope(std::in_place_t /*makes the value*/, V&& from)
        : Envelope(type_info, zanni::message_id<M>), value(std::forward<V>(from)) {}

    static void append_payload(const Envelope& envelope, std::vector<std::byte>& out) {
        Writer writer(out);
        marshal(writer, static_cast<const TypedEnvelope&>(envelope).value);
    }
    static void destroy(Envelope* envelope) noexcept { delete static_cast<TypedEnvelope*>(envelope); }

    M value;
};

template <class M>
const MessageInfo TypedEnvelope<M>::type_info{zanni::message_name<M>(), &typeid(M), &append_payload, &destroy};

}  // namespace detail

template <class V>
EnvelopePtr make_envelope(const Address& target, const Address& sender, V&& message) {
    using M = SentAs<V>;
    require_message<M>();
    EnvelopePtr envelope(new detail::TypedEnvelope<M>(std::in_place, std::forward<V>(message)));
    envelope->target = target;
    envelope->sender = sender;
    return envelope;
}

template <class M>
M* Envelope::get() {
    if (message_id_ != zanni::message_id<M>) return nullptr;
    // The address of the info differs between modules; the type does not. Two types of one name in two unnamed
    // namespaces do.
    const bool same = info_ == &detail::TypedEnvelope<M>::type_info || (info_->type && *info_->type == typeid(M));
    return same ? &static_cast<detail::TypedEnvelope<M>*>(this)->value : nullptr;
}

}  // namespace zanni
