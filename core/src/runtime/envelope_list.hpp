#pragma once

#include <cstdint>
#include <utility>

#include <zanni/envelope.hpp>

namespace zanni::detail {

/// Envelopes in order, linked by Envelope::next. Threads: one.
class EnvelopeList {
public:
    EnvelopeList() = default;
    EnvelopeList(EnvelopeList&& from) noexcept
        : first_(std::exchange(from.first_, nullptr)),
          last_(std::exchange(from.last_, nullptr)),
          count_(std::exchange(from.count_, 0)) {}
    EnvelopeList& operator=(EnvelopeList&&) = delete;
    ~EnvelopeList() {
        while (pop()) {
        }
    }

    void push(EnvelopePtr envelope) {
        Envelope* const added = envelope.release();
        added->next = nullptr;
        (last_ ? last_->next : first_) = added;
        last_ = added;
        ++count_;
    }

    EnvelopePtr pop() {
        Envelope* const oldest = first_;
        if (oldest) {
            first_ = oldest->next;
            if (!first_) last_ = nullptr;
            --count_;
        }
        return EnvelopePtr(oldest);
    }

    bool empty() const { return first_ == nullptr; }
    std::uint32_t size() const { return count_; }

    /// Gives all of it away, linked: `take(first, last, count)`.
    template <class Take>
    void give_to(Take take) {
        if (!first_) return;
        take(std::exchange(first_, nullptr), std::exchange(last_, nullptr), std::exchange(count_, 0));
    }

private:
    Envelope* first_ = nullptr;
    Envelope* last_ = nullptr;
    std::uint32_t count_ = 0;
};

}  // namespace zanni::detail
