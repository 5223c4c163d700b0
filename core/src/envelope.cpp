#include <zanni/envelope.hpp>

#include <cstring>
#include <new>

namespace zanni {

namespace {

/// One allocation: the envelope, the ids of its bases, then its payload.
struct MarshalledEnvelope final : Envelope {
    MarshalledEnvelope(std::uint64_t message, std::span<const std::byte> payload,
                       std::span<const std::uint64_t> base_ids, std::atomic<std::size_t>* held_bytes)
        : Envelope(type_info, message),
          held(payload.size() > held_payload_bytes_min ? held_bytes : nullptr),
          base_count(base_ids.size()),
          payload_bytes(payload.size()) {
        if (held) held->fetch_add(bytes(), std::memory_order_relaxed);
        if (!base_ids.empty()) std::memcpy(behind(), base_ids.data(), base_ids.size_bytes());
        if (!payload.empty()) std::memcpy(behind() + base_ids.size_bytes(), payload.data(), payload.size());
    }

    ~MarshalledEnvelope() {
        if (held) held->fetch_sub(bytes(), std::memory_order_relaxed);
    }
    MarshalledEnvelope(const MarshalledEnvelope&) = delete;
    MarshalledEnvelope& operator=(const MarshalledEnvelope&) = delete;

    std::size_t bytes() const { return sizeof *this + base_count * sizeof(std::uint64_t) + payload_bytes; }
    std::byte* behind() { return reinterpret_cast<std::byte*>(this + 1); }
    const std::byte* behind() const { return reinterpret_cast<const std::byte*>(this + 1); }
    std::span<const std::byte> view() const { return {behind() + base_count * sizeof(std::uint64_t), payload_bytes}; }

    static void append_payload(const Envelope& envelope, std::vector<std::byte>& out) {
        const auto payload = static_cast<const MarshalledEnvelope&>(envelope).view();
        out.insert(out.end(), payload.begin(), payload.end());
    }
    static void destroy(Envelope* envelope) noexcept {
        auto* const self = static_cast<MarshalledEnvelope*>(envelope);
        const std::size_t bytes = self->bytes();
        self->~MarshalledEnvelope();
        detail::free_envelope(self, bytes);
    }
    static std::span<const std::uint64_t> bases(const Envelope& envelope) {
        const auto& self = static_cast<const MarshalledEnvelope&>(envelope);
        return {reinterpret_cast<const std::uint64_t*>(self.behind()), self.base_count};
    }
    static std::span<const std::byte> marshalled(const Envelope& envelope) {
        return static_cast<const MarshalledEnvelope&>(envelope).view();
    }
    static constexpr MessageInfo type_info{{}, nullptr, &append_payload, &destroy, &bases, &marshalled, nullptr};

    std::atomic<std::size_t>* held;
    std::size_t base_count;
    std::size_t payload_bytes;
};

}  // namespace

EnvelopePtr make_marshalled_envelope(std::uint64_t message_id, std::span<const std::byte> payload,
                                     std::span<const std::uint64_t> bases, std::atomic<std::size_t>* held_bytes) {
    void* const memory = detail::allocate_envelope(sizeof(MarshalledEnvelope) + bases.size_bytes() + payload.size());
    return EnvelopePtr(new (memory) MarshalledEnvelope(message_id, payload, bases, held_bytes));
}

std::vector<std::byte> Envelope::payload() const {
    std::vector<std::byte> bytes;
    info_->append_payload(*this, bytes);
    return bytes;
}

AnyMessage Envelope::any() const { return {message_id_, std::string(info_->name), payload()}; }

}  // namespace zanni
