#include <zanni/address.hpp>

#include <charconv>
#include <cstdio>
#include <ostream>

namespace zanni {

namespace {

/// Reads up to `end_mark`, or to the end when that is 0. False when it is no hexadecimal number of at most `digits_max`
/// digits.
bool read_hex(std::string_view& text, char end_mark, std::size_t digits_max, std::uint64_t& value) {
    const std::size_t size = end_mark ? text.find(end_mark) : text.size();
    if (size == std::string_view::npos || size == 0 || size > digits_max) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + size, value, 16);
    if (error != std::errc{} || end != text.data() + size) return false;
    text.remove_prefix(end_mark ? size + 1 : size);
    return true;
}

}  // namespace

std::string Address::to_string() const {
    char text[48];
    std::snprintf(text, sizeof text, "%08llx.%llx.%llx", static_cast<unsigned long long>(process_ >> 32),
                  static_cast<unsigned long long>(process_ & 0xffffffffU), static_cast<unsigned long long>(actor_));
    return text;
}

std::expected<Address, Error> Address::parse(std::string_view text) {
    std::string_view rest = text;
    std::uint64_t host = 0;
    std::uint64_t number = 0;
    std::uint64_t actor = 0;
    if (!read_hex(rest, '.', 8, host) || !read_hex(rest, '.', 8, number) || !read_hex(rest, 0, 16, actor))
        return std::unexpected(Error{
            Error::bad_input,
            "'" + std::string(text) + "' is no address: three hexadecimal numbers with dots, as status prints them"});
    return detail::make_address({host << 32 | number, actor});
}

std::ostream& operator<<(std::ostream& out, const Address& address) { return out << address.to_string(); }

}  // namespace zanni
