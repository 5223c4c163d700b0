#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include <zanni/address.hpp>

namespace zanni::detail {

/// A field that belongs to one thread at a time, and at which others may look whenever they like: what they see was
/// true a moment ago. Costs its owner nothing. All zeros is T{}.
template <class T>
class Published {
public:
    Published() = default;
    Published& operator=(T value) {
        value_.store(value, std::memory_order_relaxed);
        return *this;
    }
    operator T() const { return value_.load(std::memory_order_relaxed); }  // NOLINT(google-explicit-constructor)
    T operator->() const requires std::is_pointer_v<T> { return value_.load(std::memory_order_relaxed); }
    void add_one() { *this = static_cast<T>(*this) + 1; }

private:
    std::atomic<T> value_{};
};

/// Its halves may be of two times, if its owner changes it just now.
template <>
class Published<Address> {
public:
    Published() = default;
    Published& operator=(const Address& address) {
        const AddressParts parts = parts_of(address);
        process_.store(parts.process, std::memory_order_relaxed);
        actor_.store(parts.actor, std::memory_order_relaxed);
        return *this;
    }
    operator Address() const {  // NOLINT(google-explicit-constructor)
        return make_address({process_.load(std::memory_order_relaxed), actor_.load(std::memory_order_relaxed)});
    }
    explicit operator bool() const { return static_cast<bool>(static_cast<Address>(*this)); }

private:
    std::atomic<std::uint64_t> process_{0};
    std::atomic<std::uint64_t> actor_{0};
};

}  // namespace zanni::detail
