#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/marshal/codec.hpp>
#include <zanni/message_names.hpp>
#include <zanni/messagepack.hpp>

/// What single values look like in MessagePack.
/// Source: docs/protocol.md, "Payload".
namespace zanni::detail {

bool refuse_integer(Reader& reader, std::string_view type);

template <>
struct Codec<bool> {
    using Parts = TypeList<>;
    static void write(Writer& writer, bool value) { writer.boolean(value); }
    static bool read(Reader& reader, bool& value) { return reader.read_boolean(value); }
};

template <class T>
concept Integer = std::integral<T> && sizeof(T) <= sizeof(std::uint64_t);

template <Integer T>
struct Codec<T> {
    using Parts = TypeList<>;
    using Narrow = std::conditional_t<std::is_same_v<T, char>, signed char, T>;
    using Wide = std::conditional_t<std::is_signed_v<Narrow>, std::int64_t, std::uint64_t>;

    static void write(Writer& writer, T value) {
        if constexpr (std::is_signed_v<Narrow>)
            writer.integer(static_cast<Narrow>(value));
        else
            writer.natural(value);
    }

    static bool read(Reader& reader, T& value) {
        Wide wide = 0;
        if (!read_wide(reader, wide)) return false;
        if (static_cast<Narrow>(wide) != wide) return refuse_integer(reader, message_name<T>());
        value = static_cast<T>(wide);
        return true;
    }

private:
    static bool read_wide(Reader& reader, std::int64_t& wide) { return reader.read_integer(wide); }
    static bool read_wide(Reader& reader, std::uint64_t& wide) { return reader.read_natural(wide); }
};

template <class T>
concept Enum = std::is_enum_v<T>;

/// Values outside the enumerators are accepted: a newer sender may have more of them.
template <Enum T>
struct Codec<T> {
    using Underlying = std::underlying_type_t<T>;
    using Parts = TypeList<>;
    static void write(Writer& writer, T value) { Codec<Underlying>::write(writer, static_cast<Underlying>(value)); }
    static bool read(Reader& reader, T& value) {
        Underlying number{};
        const bool read = Codec<Underlying>::read(reader, number);
        if (read) value = static_cast<T>(number);
        return read;
    }
};

template <>
struct Codec<double> {
    using Parts = TypeList<>;
    static void write(Writer& writer, double value) { writer.real(value); }
    static bool read(Reader& reader, double& value) { return reader.read_real(value); }
};

template <>
struct Codec<float> {
    using Parts = TypeList<>;
    static void write(Writer& writer, float value) { writer.real(value); }
    static bool read(Reader& reader, float& value);
};

template <>
struct Codec<std::monostate> {
    using Parts = TypeList<>;
    static void write(Writer& writer, std::monostate) { writer.nil(); }
    static bool read(Reader& reader, std::monostate&) { return reader.read_nil(); }
};

template <>
struct Codec<std::string> {
    using Parts = TypeList<>;
    static void write(Writer& writer, const std::string& value) { writer.string(value); }
    static bool read(Reader& reader, std::string& value);
};

template <>
struct Codec<std::vector<std::byte>> {
    using Parts = TypeList<>;
    static void write(Writer& writer, const std::vector<std::byte>& value) { writer.bytes(value); }
    static bool read(Reader& reader, std::vector<std::byte>& value);
};

/// 16 bytes: process, then actor, each with its lowest byte first.
template <>
struct Codec<Address> {
    using Parts = TypeList<>;
    static void write(Writer& writer, const Address& value);
    static bool read(Reader& reader, Address& value);
};

/// The count alone: both sides agree on the unit by the type.
template <std::integral Count, class Period>
struct Codec<std::chrono::duration<Count, Period>> {
    using Duration = std::chrono::duration<Count, Period>;
    using Parts = TypeList<Count>;
    static void write(Writer& writer, Duration value) { Codec<Count>::write(writer, value.count()); }
    static bool read(Reader& reader, Duration& value) {
        Count count = 0;
        const bool read = Codec<Count>::read(reader, count);
        if (read) value = Duration{count};
        return read;
    }
};

}  // namespace zanni::detail
