#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/any_message.hpp>
#include <zanni/envelope_memory.hpp>
#include <zanni/error.hpp>
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
    /// message_ids of what it is based on, nearest first.
    std::span<const std::uint64_t> (*bases)(const Envelope& envelope);
    /// The bytes of a payload that came marshalled, good as long as the envelope; null for any other.
    std::span<const std::byte> (*marshalled)(const Envelope& envelope);
    /// The payload as one of its bases; null when that isn't one. Null itself for a message without bases.
    const void* (*as_base)(const Envelope& envelope, std::uint64_t base, const std::type_info& type);
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
    /// The same, or the M that it is based on.
    template <class M>
    const M* find() const;

    /// message_ids of what the message is based on, nearest first.
    std::span<const std::uint64_t> bases() const { return info_->bases(*this); }

    /// The payload's bytes, without a copy when it came marshalled.
    std::vector<std::byte> payload() const;
    AnyMessage any() const;

    Address target;
    Address sender;
    Envelope* next = nullptr;  ///< for the queue that holds it
    bool assigned = false;     ///< by the front of a troupe, to the member that is its target
    std::uint32_t trace = 0;   ///< number of its context in the process's Tracer; 0: it belongs to no trace

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

/// A payload as it came over the bus: unmarshalled by the handler that takes it. While it lives its size is part of
/// `held_bytes`, which outlives it, if it is over held_payload_bytes_min. Small ones are bounded by the limits of the
/// mailboxes that they wait in, and counting each would cost two cores more than handling it.
inline constexpr std::size_t held_payload_bytes_min = 512;
EnvelopePtr make_marshalled_envelope(std::uint64_t message_id, std::span<const std::byte> payload,
                                     std::span<const std::uint64_t> bases = {},
                                     std::atomic<std::size_t>* held_bytes = nullptr);

namespace detail {

template <class M>
const void* find_base([[maybe_unused]] const M& value, [[maybe_unused]] std::uint64_t base,
                      [[maybe_unused]] const std::type_info& type) {
    using Base = typename MessageBase<M>::Type;
    if constexpr (std::is_void_v<Base>)
        return nullptr;
    else if (base == message_id<Base> && type == typeid(Base))
        return static_cast<const Base*>(&value);
    else
        return find_base<Base>(value, base, type);
}

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
    static void* operator new(std::size_t bytes) { return allocate_envelope(bytes); }
    static void* operator new(std::size_t bytes, std::align_val_t alignment) {
        return ::operator new(bytes, alignment);
    }
    static void operator delete(void* memory, std::size_t bytes) noexcept { free_envelope(memory, bytes); }
    static void operator delete(void* memory, std::align_val_t alignment) noexcept {
        ::operator delete(memory, alignment);
    }
    static std::span<const std::uint64_t> bases(const Envelope&) { return message_base_ids<M>; }
    static const void* as_base(const Envelope& envelope, std::uint64_t base, const std::type_info& type) {
        return find_base(static_cast<const TypedEnvelope&>(envelope).value, base, type);
    }

    M value;
};

template <class M>
const MessageInfo TypedEnvelope<M>::type_info{zanni::message_name<M>(),
                                              &typeid(M),
                                              &append_payload,
                                              &destroy,
                                              &bases,
                                              nullptr,
                                              message_base_ids<M>.empty() ? nullptr : &as_base};

}  // namespace detail

namespace detail {

/// What came as AnyMessage goes on as what it was.
template <class M, class V>
EnvelopePtr put_in_envelope(V&& message) {
    if constexpr (std::is_same_v<M, AnyMessage>)
        return make_marshalled_envelope(message.type, message.payload);
    else
        return EnvelopePtr(new TypedEnvelope<M>(std::in_place, std::forward<V>(message)));
}

}  // namespace detail

template <class V>
EnvelopePtr make_envelope(const Address& target, const Address& sender, V&& message) {
    using M = SentAs<V>;
    require_message<M>();
    EnvelopePtr envelope = detail::put_in_envelope<M>(std::forward<V>(message));
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

template <class M>
const M* Envelope::find() const {
    if (const M* const exact = const_cast<Envelope*>(this)->get<M>()) return exact;
    if (!info_->as_base) return nullptr;
    return static_cast<const M*>(info_->as_base(*this, zanni::message_id<M>, typeid(M)));
}

namespace detail {

/// Without a copy of what came marshalled.
template <class M>
std::expected<M, Error> unmarshalled_from(const Envelope& envelope) {
    return envelope.info().marshalled ? unmarshalled<M>(envelope.info().marshalled(envelope))
                                      : unmarshalled<M>(envelope.payload());
}

/// The message itself, however it came.
template <class M>
std::expected<M, Error> read_as(const Envelope& envelope) {
    if (const M* const message = envelope.find<M>()) return *message;
    return unmarshalled_from<M>(envelope);
}

}  // namespace detail

}  // namespace zanni
