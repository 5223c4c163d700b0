#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include <zanni/error.hpp>

namespace zanni {

class Address;

namespace detail {

/// What the runtime and the brokers see of an address; users never do.
/// Source: ADR 0001.
struct AddressParts {
    std::uint64_t process = 0;  ///< host id in the upper 32 bits, process number in the lower 32
    std::uint64_t actor = 0;    ///< 0 names the process itself
};
constexpr Address make_address(AddressParts parts);
constexpr AddressParts parts_of(const Address& address);

}  // namespace detail

/// Names one actor, anywhere in the convention. An opaque value of 16 bytes: copy it, compare it, print it, send it in
/// a message. Only the system makes one; it keeps nothing alive, and it never comes to name another actor.
///
/// Threads: a value, use it anywhere.
/// Source: ADR 0001.
class Address {
public:
    /// Names no actor: what is sent there becomes a dead letter.
    constexpr Address() = default;

    /// False only for an address that names no actor.
    constexpr explicit operator bool() const { return process_ != 0; }

    friend constexpr bool operator==(const Address&, const Address&) = default;
    friend constexpr auto operator<=>(const Address&, const Address&) = default;

    /// Reads back as the same address with parse().
    std::string to_string() const;

    /// For tools that take addresses on their command line.
    /// Errors: Error::bad_input, with what was wrong.
    static std::expected<Address, Error> parse(std::string_view text);

private:
    friend constexpr Address detail::make_address(detail::AddressParts parts);
    friend constexpr detail::AddressParts detail::parts_of(const Address& address);

    std::uint64_t process_ = 0;
    std::uint64_t actor_ = 0;
};

std::ostream& operator<<(std::ostream& out, const Address& address);

constexpr Address detail::make_address(AddressParts parts) {
    Address address;
    address.process_ = parts.process;
    address.actor_ = parts.actor;
    return address;
}

constexpr detail::AddressParts detail::parts_of(const Address& address) { return {address.process_, address.actor_}; }

static_assert(sizeof(Address) == 16);

}  // namespace zanni

template <>
struct std::hash<zanni::Address> {
    std::size_t operator()(const zanni::Address& address) const noexcept {
        const auto parts = zanni::detail::parts_of(address);
        return static_cast<std::size_t>((parts.process ^ (parts.actor * 0x9e3779b97f4a7c15ULL)) *
                                        0xff51afd7ed558ccdULL);
    }
};
