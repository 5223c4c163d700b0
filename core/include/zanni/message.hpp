#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

/// The names of message types. A message is known on the bus by the 64-bit hash of its name, so a name is part of an
/// application's protocol: `static constexpr auto message_name = "echo.Ping"` in the struct fixes it; without it the
/// name is the C++ name with dots (`echo::Ping` is "echo.Ping").
namespace zanni {

namespace detail {

template <std::size_t N>
struct FixedName {
    std::array<char, N> text{};
    constexpr std::string_view view() const { return {text.data(), N}; }
};

template <class T>
consteval std::string_view spelled_by_compiler() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
#if defined(__clang__)
    return text.substr(0, text.rfind(']'));
#else
    return text.substr(0, text.rfind(';'));
#endif
}

consteval std::size_t dotted_size(std::string_view name) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < name.size(); ++i, ++size)
        if (name.substr(i, 2) == "::") ++i;
    return size;
}

/// "echo::Ping" becomes "echo.Ping".
template <class T>
struct DottedName {
    static constexpr auto value = [] {
        constexpr std::string_view name = spelled_by_compiler<T>();
        FixedName<dotted_size(name)> dotted;
        std::size_t size = 0;
        for (std::size_t i = 0; i < name.size(); ++i) {
            const bool scope = name.substr(i, 2) == "::";
            dotted.text[size++] = scope ? '.' : name[i];
            if (scope) ++i;
        }
        return dotted;
    }();
};

template <class T>
concept NamesItself = requires {
    { T::message_name } -> std::convertible_to<std::string_view>;
};

}  // namespace detail

/// The name of a message type: specialised in message_names.hpp for the standard types that are messages as they stand.
template <class T>
struct MessageName {
    static constexpr std::string_view value = [] {
        if constexpr (detail::NamesItself<T>)
            return std::string_view{T::message_name};
        else
            return detail::DottedName<T>::value.view();
    }();
};

template <class T>
constexpr std::string_view message_name() {
    return MessageName<T>::value;
}

/// FNV-1a, 64 bits. Source: docs/protocol.md, "Message types".
constexpr std::uint64_t hash_name(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

/// How a message type is named on the bus.
template <class T>
constexpr std::uint64_t message_id = hash_name(message_name<T>());

/// What a value is sent as: a string literal is sent as std::string.
template <class T>
using SentAs =
    std::conditional_t<std::is_convertible_v<std::decay_t<T>, std::string_view>, std::string, std::decay_t<T>>;

}  // namespace zanni
