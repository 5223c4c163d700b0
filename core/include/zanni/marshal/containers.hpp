#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <zanni/marshal/codec.hpp>
#include <zanni/messagepack.hpp>

/// What holds values of other types: sequences, sets, maps, optionals and variants.
/// Source: docs/protocol.md, "Payload".
namespace zanni::detail {

/// Reserved at most for elements that a message announces. The rest grows as they are read, because an element of a
/// byte may stand for a struct of kilobytes.
inline constexpr std::size_t reserve_bytes_max = 64 * 1024;

bool refuse_count(Reader& reader, std::size_t expected, std::size_t found);

template <class Container>
void write_elements(Writer& writer, const Container& value) {
    writer.array(value.size());
    // Not auto: the elements of vector<bool> are no bools.
    using Element = typename Container::value_type;
    for (const Element& element : value) Codec<Element>::write(writer, element);
}

template <class T, class Allocator>
struct Codec<std::vector<T, Allocator>> {
    using Parts = TypeList<T>;
    static void write(Writer& writer, const std::vector<T, Allocator>& value) { write_elements(writer, value); }
    static bool read(Reader& reader, std::vector<T, Allocator>& value) {
        std::size_t count = 0;
        if (!reader.read_array(count)) return false;
        value.clear();
        value.reserve(std::min(count, reserve_bytes_max / sizeof(T)));
        for (; count > 0; --count) {
            T element{};
            if (!Codec<T>::read(reader, element)) return false;
            value.push_back(std::move(element));
        }
        return true;
    }
};

/// Neither longer nor shorter: its size is part of the type, so it can't grow.
template <class T, std::size_t Size>
struct Codec<std::array<T, Size>> {
    using Parts = TypeList<T>;
    static void write(Writer& writer, const std::array<T, Size>& value) { write_elements(writer, value); }
    static bool read(Reader& reader, std::array<T, Size>& value) {
        std::size_t count = 0;
        if (!reader.read_array(count)) return false;
        if (count != Size) return refuse_count(reader, Size, count);
        for (T& element : value)
            if (!Codec<T>::read(reader, element)) return false;
        return true;
    }
};

template <class T, class Less, class Allocator>
struct Codec<std::set<T, Less, Allocator>> {
    using Parts = TypeList<T>;
    static void write(Writer& writer, const std::set<T, Less, Allocator>& value) { write_elements(writer, value); }
    static bool read(Reader& reader, std::set<T, Less, Allocator>& value) {
        std::size_t count = 0;
        if (!reader.read_array(count)) return false;
        value.clear();
        for (; count > 0; --count) {
            T element{};
            if (!Codec<T>::read(reader, element)) return false;
            if (!value.insert(std::move(element)).second) return reader.refuse("a set with an element twice");
        }
        return true;
    }
};

template <class Map>
struct MapCodec {
    using Key = typename Map::key_type;
    using Value = typename Map::mapped_type;
    using Parts = TypeList<Key, Value>;

    static void write(Writer& writer, const Map& map) {
        writer.map(map.size());
        for (const auto& [key, value] : map) {
            Codec<Key>::write(writer, key);
            Codec<Value>::write(writer, value);
        }
    }

    static bool read(Reader& reader, Map& map) {
        std::size_t count = 0;
        if (!reader.read_map(count)) return false;
        map.clear();
        for (; count > 0; --count) {
            Key key{};
            if (!Codec<Key>::read(reader, key)) return false;
            const auto [place, added] = map.try_emplace(std::move(key));
            if (!added) return reader.refuse("a map with a key twice");
            if (!Codec<Value>::read(reader, place->second)) return false;
        }
        return true;
    }
};

template <class Key, class T, class Less, class Allocator>
struct Codec<std::map<Key, T, Less, Allocator>> : MapCodec<std::map<Key, T, Less, Allocator>> {};
template <class Key, class T, class Hash, class Equal, class Allocator>
struct Codec<std::unordered_map<Key, T, Hash, Equal, Allocator>>
    : MapCodec<std::unordered_map<Key, T, Hash, Equal, Allocator>> {};

template <class T>
inline constexpr bool written_as_nil = std::is_same_v<T, std::monostate>;
template <class T>
inline constexpr bool written_as_nil<std::optional<T>> = true;

template <class T>
concept NeverNil = !written_as_nil<T>;

/// Nil or the value; so the value itself can't be one that is written as nil.
template <NeverNil T>
struct Codec<std::optional<T>> {
    using Parts = TypeList<T>;
    static void write(Writer& writer, const std::optional<T>& value) {
        if (value)
            Codec<T>::write(writer, *value);
        else
            writer.nil();
    }
    static bool read(Reader& reader, std::optional<T>& value) {
        value.reset();
        return reader.is_nil() ? reader.read_nil() : Codec<T>::read(reader, value.emplace());
    }
};

/// [which alternative, its value].
template <class... T>
struct Codec<std::variant<T...>> {
    using Parts = TypeList<T...>;
    static void write(Writer& writer, const std::variant<T...>& value) {
        writer.array(2);
        writer.natural(value.index());
        std::visit([&]<class Held>(const Held& held) { Codec<Held>::write(writer, held); }, value);
    }
    static bool read(Reader& reader, std::variant<T...>& value) {
        std::size_t count = 0;
        std::uint64_t index = 0;
        if (!reader.read_array(count)) return false;
        if (count != 2) return refuse_count(reader, 2, count);
        if (!reader.read_natural(index)) return false;
        if (index >= sizeof...(T)) return reader.refuse("a variant's alternative that is not known here");
        return read_alternative(reader, value, index, std::index_sequence_for<T...>{});
    }

private:
    template <std::size_t... I>
    static bool read_alternative(Reader& reader, std::variant<T...>& value, std::size_t index,
                                 std::index_sequence<I...>) {
        return ((I == index && Codec<T>::read(reader, value.template emplace<I>())) || ...);
    }
};

}  // namespace zanni::detail
