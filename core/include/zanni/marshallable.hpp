#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <zanni/marshal/codec.hpp>
#include <zanni/marshal/containers.hpp>
#include <zanni/marshal/fields.hpp>
#include <zanni/marshal/scalars.hpp>
#include <zanni/marshal/structs.hpp>
#include <zanni/message.hpp>

/// Which types are messages.
///
/// A plain struct of up to 16 fields is, without a macro: it travels as an array of its fields. So fields are added at
/// the end and never removed; an older receiver ignores them, and what an older sender doesn't have keeps its
/// initialiser. Any other class offers fields(), see marshal/fields.hpp. Fields and messages alike may be bool,
/// integers, enums, float, double, std::string, std::vector<std::byte> as bytes, Address, durations, and vector, array,
/// map, unordered_map, set, optional, variant, pair and tuple of all these.
namespace zanni {

namespace detail {

template <class T>
concept HasCodec = !std::is_const_v<T> && (sizeof(Codec<T>) > 0);

template <class... Around>
consteval TypeList<> culprit_among(TypeList<Around...>, TypeList<>) {
    return {};
}

/// A list of the first type in T that can't be marshalled, empty if all can. Around lists the structs that T lies in:
/// one that holds itself, in a vector say, is judged once.
template <class T, class... Around>
consteval auto culprit_in(TypeList<Around...> around) {
    if constexpr ((std::is_same_v<T, Around> || ...))
        return TypeList<>{};
    else if constexpr (!HasCodec<T>)
        return TypeList<T>{};
    else if constexpr (Struct<T>)
        return culprit_among(TypeList<T, Around...>{}, typename Codec<T>::Parts{});
    else
        return culprit_among(around, typename Codec<T>::Parts{});
}

template <class... Around, class First, class... Rest>
consteval auto culprit_among(TypeList<Around...> around, TypeList<First, Rest...>) {
    constexpr auto culprit = culprit_in<First>(around);
    if constexpr (std::is_same_v<decltype(culprit), const TypeList<>>)
        return culprit_among(around, TypeList<Rest...>{});
    else
        return culprit;
}

template <class T>
using Culprit = decltype(culprit_in<T>(TypeList<>{}));

template <class>
inline constexpr bool never = false;

/// Both types are arguments so that the compiler shows them in the line above the reason.
template <class Message, class Part>
consteval void explain_class() {
    if constexpr (!std::is_class_v<Part>)
        static_assert(never<Part>, "zanni: this type can't be a message: MessagePack has no form for a part of it");
    else if constexpr (!Aggregate<Part> && !OffersFields<Part>)
        static_assert(never<Part>,
                      "zanni: this type can't be a message: no plain struct, it must offer static auto "
                      "fields(auto& self)");
    else if constexpr (!std::is_default_constructible_v<Part>)
        static_assert(never<Part>,
                      "zanni: this type can't be a message: it lacks a default constructor to be read into");
    else if constexpr (HasBase<Part>)
        static_assert(never<Part>,
                      "zanni: this type can't be a message: with a base it must offer static auto fields(auto& self)");
    else if constexpr (HasArray<Part>)
        static_assert(never<Part>, "zanni: this type can't be a message: it holds a C array; use std::array");
    else
        static_assert(never<Part>,
                      "zanni: this type can't be a message: with over 16 fields it must offer static auto "
                      "fields(auto& self)");
}

template <class Message, class Part>
consteval void explain(TypeList<Part>) {
    if constexpr (std::is_pointer_v<Part> || std::is_member_pointer_v<Part> || std::is_reference_v<Part>)
        static_assert(never<Part>, "zanni: this type can't be a message: a pointer means nothing in another process");
    else if constexpr (std::is_convertible_v<Part, std::string_view>)
        static_assert(never<Part>, "zanni: this type can't be a message: it holds a string_view; use std::string");
    else if constexpr (std::is_const_v<Part>)
        static_assert(never<Part>, "zanni: this type can't be a message: a const field can't be read back");
    else if constexpr (std::is_array_v<Part>)
        static_assert(never<Part>, "zanni: this type can't be a message: it holds a C array; use std::array");
    else
        explain_class<Message, Part>();
}

}  // namespace detail

/// What can be sent, and lie in what is sent.
template <class T>
concept Marshallable = std::is_same_v<detail::Culprit<T>, detail::TypeList<>>;

namespace detail {

template <class... Base, class... Field>
consteval bool begins_with(TypeList<Base...>, TypeList<Field...>) {
    if constexpr (sizeof...(Base) > sizeof...(Field)) {
        return false;
    } else {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            using Fields = std::tuple<Field...>;
            using Bases = std::tuple<Base...>;
            return (std::is_same_v<std::tuple_element_t<I, Bases>, std::tuple_element_t<I, Fields>> && ...);
        }
        (std::make_index_sequence<sizeof...(Base)>{});
    }
}

/// A message based on another can be read as that one: its bytes begin with that one's.
template <class T>
consteval void check_base() {
    using Base = typename MessageBase<T>::Type;
    if constexpr (!std::is_void_v<Base>) {
        static_assert(message_base_ids<T>.size() <= message_bases_max, "zanni: a message has at most 8 bases");
        static_assert(begins_with(typename Codec<Base>::Parts{}, typename Codec<T>::Parts{}),
                      "zanni: the fields of a message with a message_base begin with the fields of that base");
        static_assert(
            !std::is_same_v<typename Codec<Base>::Parts, typename Codec<T>::Parts> || sizeof(T) == sizeof(Base),
            "zanni: a message with a message_base lists its own fields in fields(), behind its base's");
        check_base<Base>();
    }
}

}  // namespace detail

/// Compiles for messages only. Else the compiler's first error says in one line why, and the line above names the
/// types.
template <class T>
consteval void require_message() {
    if constexpr (!Marshallable<T>)
        detail::explain<T>(detail::Culprit<T>{});
    else
        detail::check_base<T>();
}

}  // namespace zanni
