#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include <zanni/marshal/codec.hpp>
#include <zanni/marshal/fields.hpp>
#include <zanni/messagepack.hpp>

/// Arrays of fields: structs, pairs and tuples.
/// Source: docs/protocol.md, "Payload".
namespace zanni::detail {

template <class... Field>
void write_fields(Writer& writer, const Field&... fields) {
    writer.array(sizeof...(Field));
    (Codec<Field>::write(writer, fields), ...);
}

/// A newer sender's additional fields are skipped, an older sender's missing ones stay as they are: so types can grow.
template <class... Field>
bool read_fields(Reader& reader, Field&... fields) {
    std::size_t count = 0;
    if (!reader.read_array(count)) return false;
    [[maybe_unused]] std::size_t next = 0;
    if (!((next++ >= count || Codec<Field>::read(reader, fields)) && ...)) return false;
    for (std::size_t extra = sizeof...(Field); extra < count; ++extra)
        if (!reader.skip()) return false;
    return true;
}

template <class... T>
struct Codec<std::tuple<T...>> {
    using Parts = TypeList<T...>;
    static void write(Writer& writer, const std::tuple<T...>& value) {
        std::apply([&](const T&... fields) { write_fields(writer, fields...); }, value);
    }
    static bool read(Reader& reader, std::tuple<T...>& value) {
        return std::apply([&](T&... fields) { return read_fields(reader, fields...); }, value);
    }
};

template <class First, class Second>
struct Codec<std::pair<First, Second>> {
    using Parts = TypeList<First, Second>;
    static void write(Writer& writer, const std::pair<First, Second>& value) {
        write_fields(writer, value.first, value.second);
    }
    static bool read(Reader& reader, std::pair<First, Second>& value) {
        return read_fields(reader, value.first, value.second);
    }
};

template <Struct T>
struct Codec<T> {
    using Parts = FieldTypes<T>;
    static void write(Writer& writer, const T& value) {
        with_fields(value, [&](const auto&... fields) { write_fields(writer, fields...); });
    }
    static bool read(Reader& reader, T& value) {
        return with_fields(value, [&](auto&... fields) { return read_fields(reader, fields...); });
    }
};

}  // namespace zanni::detail
