#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include <zanni/address.hpp>
#include <zanni/any_message.hpp>
#include <zanni/marshal.hpp>
#include <zanni/messagepack.hpp>

#include "marshal/text.hpp"

/// Messages for people.
namespace zanni {

namespace {

constexpr std::size_t string_bytes_max = 60;
constexpr std::size_t bytes_max = 16;
constexpr std::size_t elements_max = 12;

using Kind = detail::Token::Kind;
using NameOf = std::function<std::string(const Address&)>;

void append_string(std::string& text, std::string_view value) {
    text += '"';
    for (const char c : value.substr(0, string_bytes_max)) {
        if (c == '"' || c == '\\') text += '\\';
        text += static_cast<unsigned char>(c) < ' ' ? '?' : c;
    }
    text += value.size() > string_bytes_max ? "...\"" : "\"";
}

/// Sixteen bytes that somebody knows as an address are one.
std::string name_in(std::span<const std::byte> value, const NameOf& name_of) {
    if (value.size() != sizeof(Address)) return {};
    detail::AddressParts parts;
    for (std::size_t i = 8; i-- > 0;) {
        parts.process = parts.process << 8 | std::to_integer<std::uint64_t>(value[i]);
        parts.actor = parts.actor << 8 | std::to_integer<std::uint64_t>(value[8 + i]);
    }
    return name_of(detail::make_address(parts));
}

void append_bytes(std::string& text, std::span<const std::byte> value, const NameOf& name_of) {
    if (const std::string name = name_in(value, name_of); !name.empty()) {
        text += name;
        return;
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    text += '<';
    for (const std::byte byte : value.first(std::min(value.size(), bytes_max))) {
        text += digits[std::to_integer<unsigned>(byte) >> 4];
        text += digits[std::to_integer<unsigned>(byte) & 15];
    }
    text += value.size() > bytes_max ? "... " + std::to_string(value.size()) + " bytes>" : ">";
}

void append_value(std::string& text, Reader& reader, const NameOf& name_of);

void append_array(std::string& text, Reader& reader, const NameOf& name_of) {
    std::size_t count = 0;
    if (!reader.read_array(count)) return;
    text += '[';
    for (std::size_t i = 0; i < count; ++i) {
        if (i >= elements_max) {
            if (!reader.skip()) return;
            continue;
        }
        if (i != 0) text += ", ";
        append_value(text, reader, name_of);
    }
    text += count > elements_max ? ", ... " + std::to_string(count) + " elements]" : "]";
}

void append_map(std::string& text, Reader& reader, const NameOf& name_of) {
    std::size_t count = 0;
    if (!reader.read_map(count)) return;
    text += '{';
    for (std::size_t i = 0; i < count; ++i) {
        if (i >= elements_max) {
            if (!reader.skip() || !reader.skip()) return;
            continue;
        }
        if (i != 0) text += ", ";
        append_value(text, reader, name_of);
        text += ": ";
        append_value(text, reader, name_of);
    }
    text += count > elements_max ? ", ... " + std::to_string(count) + " pairs}" : "}";
}

void append_number(std::string& text, Reader& reader, Kind kind) {
    if (kind == Kind::natural) {
        std::uint64_t value = 0;
        if (reader.read_natural(value)) text += std::to_string(value);
    } else if (kind == Kind::negative) {
        std::int64_t value = 0;
        if (reader.read_integer(value)) text += std::to_string(value);
    } else {
        double value = 0;
        std::array<char, 32> digits{};
        if (reader.read_real(value)) std::snprintf(digits.data(), digits.size(), "%.10g", value);
        text += digits.data();
    }
}

/// The reader has checked how deep it goes.
void append_value(std::string& text, Reader& reader, const NameOf& name_of) {
    switch (reader.next_kind().value_or(Kind::extension)) {
        case Kind::nil:
            if (reader.read_nil()) text += "nil";
            break;
        case Kind::boolean: {
            bool value = false;
            if (reader.read_boolean(value)) text += value ? "true" : "false";
            break;
        }
        case Kind::natural:
        case Kind::negative:
        case Kind::real:
            append_number(text, reader, *reader.next_kind());
            break;
        case Kind::string: {
            std::string_view value;
            if (reader.read_string(value)) append_string(text, value);
            break;
        }
        case Kind::bytes: {
            std::span<const std::byte> value;
            if (reader.read_bytes(value)) append_bytes(text, value, name_of);
            break;
        }
        case Kind::array:
            append_array(text, reader, name_of);
            break;
        case Kind::map:
            append_map(text, reader, name_of);
            break;
        case Kind::extension:
            text += '?';
            if (!reader.failed() && !reader.skip()) return;
            break;
    }
}

}  // namespace

std::string to_text(const AnyMessage& message) {
    return detail::to_text(message, [](const Address&) { return std::string(); });
}

std::string detail::to_text(const AnyMessage& message, const NameOf& name_of) {
    std::string text = message.name;
    if (text.empty()) {
        std::array<char, 24> id{};
        std::snprintf(id.data(), id.size(), "type %016llx", static_cast<unsigned long long>(message.type));
        text = id.data();
    }
    text += ' ';
    Reader reader(message.payload);
    if (reader.failed()) return text + "(no MessagePack)";
    append_value(text, reader, name_of);
    return text;
}

}  // namespace zanni
