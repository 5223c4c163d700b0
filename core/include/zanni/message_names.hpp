#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/message.hpp>

/// The names of the standard types that are messages and fields as they stand. They say nothing about C++: "int64" is
/// what any language calls it.
/// Source: docs/protocol.md, "Message types".
namespace zanni {

namespace detail {

/// A string literal as a template argument.
template <std::size_t N>
struct Literal {
    consteval Literal(const char (&literal)[N]) { std::copy_n(literal, N, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }

    char text[N]{};
};

template <Literal Name>
struct SimpleName {
    static constexpr std::string_view value = Name.view();
};

/// "map<string,int32>".
template <Literal Name, class... Part>
struct CompositeName {
    static constexpr auto text = [] {
        constexpr std::size_t commas = sizeof...(Part) > 0 ? sizeof...(Part) - 1 : 0;
        FixedName<Name.view().size() + 1 + (message_name<Part>().size() + ... + commas) + 1> name;
        char* end = name.text.data();
        const auto append = [&](std::string_view part) { end = std::copy(part.begin(), part.end(), end); };
        append(Name.view());
        append("<");
        std::string_view separator;
        ((append(separator), append(message_name<Part>()), separator = ","), ...);
        append(">");
        return name;
    }();
    static constexpr std::string_view value = text.view();
};

/// By width, so that a message doesn't depend on what a platform calls long. char counts as signed everywhere.
template <std::integral T>
consteval std::string_view integer_name() {
    constexpr bool negative = std::is_signed_v<T> || std::is_same_v<T, char>;
    if (sizeof(T) == 1) return negative ? "int8" : "uint8";
    if (sizeof(T) == 2) return negative ? "int16" : "uint16";
    if (sizeof(T) == 4) return negative ? "int32" : "uint32";
    return negative ? "int64" : "uint64";
}

}  // namespace detail

template <std::integral T>
struct MessageName<T> {
    static constexpr std::string_view value = detail::integer_name<T>();
};
template <>
struct MessageName<bool> : detail::SimpleName<"bool"> {};
template <>
struct MessageName<float> : detail::SimpleName<"float"> {};
template <>
struct MessageName<double> : detail::SimpleName<"double"> {};
template <>
struct MessageName<std::monostate> : detail::SimpleName<"nil"> {};
template <>
struct MessageName<std::string> : detail::SimpleName<"string"> {};
template <>
struct MessageName<std::vector<std::byte>> : detail::SimpleName<"bytes"> {};
template <>
struct MessageName<Address> : detail::SimpleName<"address"> {};

/// The unit isn't in the name: who sends milliseconds to a handler of seconds wants a struct around them.
template <class Count, class Period>
struct MessageName<std::chrono::duration<Count, Period>> : MessageName<Count> {};
template <class T, class Allocator>
struct MessageName<std::vector<T, Allocator>> : detail::CompositeName<"vector", T> {};
template <class T, std::size_t Size>
struct MessageName<std::array<T, Size>> : detail::CompositeName<"array", T> {};
template <class Key, class T, class Less, class Allocator>
struct MessageName<std::map<Key, T, Less, Allocator>> : detail::CompositeName<"map", Key, T> {};
template <class Key, class T, class Hash, class Equal, class Allocator>
struct MessageName<std::unordered_map<Key, T, Hash, Equal, Allocator>> : detail::CompositeName<"map", Key, T> {};
template <class T, class Less, class Allocator>
struct MessageName<std::set<T, Less, Allocator>> : detail::CompositeName<"set", T> {};
template <class T>
struct MessageName<std::optional<T>> : detail::CompositeName<"optional", T> {};
template <class... T>
struct MessageName<std::variant<T...>> : detail::CompositeName<"variant", T...> {};
template <class... T>
struct MessageName<std::tuple<T...>> : detail::CompositeName<"tuple", T...> {};
template <class First, class Second>
struct MessageName<std::pair<First, Second>> : detail::CompositeName<"tuple", First, Second> {};

}  // namespace zanni
