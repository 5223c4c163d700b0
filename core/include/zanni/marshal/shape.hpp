#pragma once

#include <string>
#include <type_traits>

#include <zanni/address.hpp>
#include <zanni/marshal/fields.hpp>
#include <zanni/message_names.hpp>

namespace zanni::detail {

template <class T>
void append_shape(std::string& text);

template <class... Field>
void append_shapes(std::string& text, TypeList<Field...>) {
    [[maybe_unused]] const char* separator = "";
    ((text += separator, append_shape<std::remove_const_t<Field>>(text), separator = ","), ...);
}

template <class T>
void append_shape(std::string& text) {
    if constexpr (Struct<T>) {
        text += '[';
        append_shapes(text, FieldTypes<T>{});
        text += ']';
    } else {
        text += message_name<T>();
    }
}

/// What a message is made of, for people who write one by hand: "[int32,string]". A struct within it likewise, one in a
/// container by its name.
template <class T>
std::string shape_of() {
    std::string text;
    append_shape<T>(text);
    return text;
}

}  // namespace zanni::detail
