#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <zanni/marshal/codec.hpp>

/// How a struct is taken apart without a macro: its fields are counted by how many values can initialise it, and
/// reached by structured bindings. A class that this can't open says itself what it is made of:
///
///     static auto fields(auto& self) { return std::tie(self.a, self.b); }
namespace zanni {

/// A plain struct with more fields than this offers fields().
inline constexpr std::size_t message_fields_max = 16;

namespace detail {

/// Initialises a field of any type but a C array, in expressions that are never evaluated.
struct AnyField {
    // Defined all the same: Clang complains of std::optional's constructor, which calls it.
    template <class Field>
    operator Field() const {
        std::unreachable();
    }
};

/// Initialises only what takes everything, such as std::any.
struct NoField {};

template <class T, class Struct>
concept BaseOf = std::is_base_of_v<T, Struct> && !std::is_same_v<T, Struct>;

/// Initialises a base class of Struct too.
template <class Struct>
struct AnyBase {
    template <BaseOf<Struct> Base>
    operator Base() const;
};

template <class T>
concept OffersFields = requires(T& value, const T& constant) {
    std::tuple_size<decltype(T::fields(value))>::value;
    std::tuple_size<decltype(T::fields(constant))>::value;
};

/// By list-initialisation of an aggregate, which std::is_constructible doesn't mean.
template <class T, class... Value>
concept InitialisedBy = requires {
    T{std::declval<Value>()...};
};

template <std::size_t>
using AnyFieldAt = AnyField;

/// Whether T can be initialised from this many values, each of any type. A nested struct takes one of them, as one
/// value converts to it; so braces are never left out, except for a C array.
template <class T, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
    return InitialisedBy<T, AnyFieldAt<I>...>;
}

/// The same with two values in braces behind the first ones and before the last ones.
template <class T, std::size_t... First, std::size_t... Last>
consteval bool takes_braces(std::index_sequence<First...>, std::index_sequence<Last...>) {
    return requires {
        T{(static_cast<void>(First), AnyField{})...,
          {AnyField{}, AnyField{}},
          (static_cast<void>(Last), AnyField{})...};
    };
}

/// Counts no further than one over the limit.
template <class T, std::size_t Known = 0>
consteval std::size_t count_fields() {
    if constexpr (Known > message_fields_max)
        return Known;
    else if constexpr (takes<T>(std::make_index_sequence<Known + 1>{}))
        return count_fields<T, Known + 1>();
    else
        return Known;
}

template <class T>
inline constexpr std::size_t field_count = count_fields<T>();

/// A C array takes one value for each of its elements, or all of them in braces; but then there is no place for those
/// values behind the braces. Any other field leaves the count as it is.
template <class T, std::size_t At>
consteval bool array_at() {
    constexpr std::make_index_sequence<At> before;
    constexpr std::make_index_sequence<field_count<T> - At - 1> behind;
    if constexpr (takes_braces<T>(before, std::index_sequence<>{}))
        return !takes_braces<T>(before, behind);
    else
        return false;
}

template <class T, std::size_t... At>
consteval bool array_at_any(std::index_sequence<At...>) {
    return (array_at<T, At>() || ...);
}

template <class T>
concept HasArray = array_at_any<T>(std::make_index_sequence<field_count<T>>{});

template <class T>
concept HasTupleSize = sizeof(std::tuple_size<T>) > 0;

/// No constructor, no private data, no virtual functions; and not std::array, which is an aggregate too.
template <class T>
concept Aggregate = std::is_class_v<T> && std::is_aggregate_v<T> && !HasTupleSize<T>;

template <class T>
concept HasBase = InitialisedBy<T, AnyBase<T>> && !InitialisedBy<T, NoField>;

/// What structured bindings can open.
template <class T>
concept PlainStruct = Aggregate<T> && std::is_default_constructible_v<T> && !HasBase<T> &&
                      field_count<T> <= message_fields_max && !HasArray<T>;

template <class T>
concept Struct = (OffersFields<T> && std::is_default_constructible_v<T>) || PlainStruct<T>;

template <class T, class Use>
constexpr decltype(auto) with_plain_fields(T& value, Use use) {
    constexpr std::size_t count = field_count<std::remove_const_t<T>>;
    static_assert(count <= message_fields_max);
    if constexpr (count == 0) {
        return use();
    } else if constexpr (count == 1) {
        auto& [a] = value;
        return use(a);
    } else if constexpr (count == 2) {
        auto& [a, b] = value;
        return use(a, b);
    } else if constexpr (count == 3) {
        auto& [a, b, c] = value;
        return use(a, b, c);
    } else if constexpr (count == 4) {
        auto& [a, b, c, d] = value;
        return use(a, b, c, d);
    } else if constexpr (count == 5) {
        auto& [a, b, c, d, e] = value;
        return use(a, b, c, d, e);
    } else if constexpr (count == 6) {
        auto& [a, b, c, d, e, f] = value;
        return use(a, b, c, d, e, f);
    } else if constexpr (count == 7) {
        auto& [a, b, c, d, e, f, g] = value;
        return use(a, b, c, d, e, f, g);
    } else if constexpr (count == 8) {
        auto& [a, b, c, d, e, f, g, h] = value;
        return use(a, b, c, d, e, f, g, h);
    } else if constexpr (count == 9) {
        auto& [a, b, c, d, e, f, g, h, i] = value;
        return use(a, b, c, d, e, f, g, h, i);
    } else if constexpr (count == 10) {
        auto& [a, b, c, d, e, f, g, h, i, j] = value;
        return use(a, b, c, d, e, f, g, h, i, j);
    } else if constexpr (count == 11) {
        auto& [a, b, c, d, e, f, g, h, i, j, k] = value;
        return use(a, b, c, d, e, f, g, h, i, j, k);
    } else if constexpr (count == 12) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value;
        return use(a, b, c, d, e, f, g, h, i, j, k, l);
    } else if constexpr (count == 13) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value;
        return use(a, b, c, d, e, f, g, h, i, j, k, l, m);
    } else if constexpr (count == 14) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value;
        return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
    } else if constexpr (count == 15) {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value;
        return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
    } else {
        auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value;
        return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
    }
}

/// Calls use(field...) with references to all fields of a struct.
template <class T, class Use>
constexpr decltype(auto) with_fields(T& value, Use use) {
    if constexpr (OffersFields<std::remove_const_t<T>>)
        return std::apply(use, std::remove_const_t<T>::fields(value));
    else
        return with_plain_fields(value, use);
}

struct ListTypes {
    template <class... Field>
    TypeList<Field...> operator()(Field&...) const {
        return {};
    }
};

/// The types of a struct's fields, const where the field is.
template <Struct T>
using FieldTypes = decltype(with_fields(std::declval<T&>(), ListTypes{}));

}  // namespace detail
}  // namespace zanni
