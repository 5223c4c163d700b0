#include <zanni/envelope.hpp>

#include <cstring>
#include <new>

namespace zanni {

namespace {

/// One allocation: the envelope, then its payload.
struct MarshalledEnvelope final : Envelope {
    MarshalledEnvelope(std::uint64_t message, std::span<const std::byte> payload)
        : Envelope(type_info, message), payload_bytes(payload.size()) {
        if (!payload.empty()) std::memcpy(bytes(), payload.data(), payload.size());
    }

    std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
    std::span<const std::byte> view() const { return {reinterpret_cast<const std::byte*>(this + 1), payload_bytes}; }

    static void append_payload(const Envelope& envelope, std::vector<std::byte>& out) {
        const auto payload = static_cast<const MarshalledEnvelope&>(envelope).view();
        out.insert(out.end(), payload.begin(), payload.end());
    }
    static void destroy(Envelope* envelope) noexcept {
        auto* const self = static_cast<MarshalledEnvelope*>(envelope);
        self->~MarshalledEnvelope();
        ::operator delete(self);
    }
    static constexpr MessageInfo type_info{{}, nullptr, &append_payload, &destroy};

    std::size_t payload_bytes;
};

}  // namespace

EnvelopePtr make_marshalled_envelope(std::uint64_t message_id, std::span<const std::byte> payload) {
    void* const memory = ::operator new(sizeof(MarshalledEnvelope) + payload.size());
    return EnvelopePtr(new (memory) MarshalledEnvelope(message_id, payload));
}

std::vector<std::byte> Envelope::payload() const {
    std::vector<std::byte> bytes;
    info_->append_payload(*this, bytes);
    return bytes;
}

AnyMessage Envelope::any() const { return {message_id_, std::string(info_->name), payload()}; }

}  // namespace zanni
