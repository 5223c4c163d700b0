#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string_view>
#include <vector>

#include <zanni/error.hpp>
#include <zanni/marshallable.hpp>
#include <zanni/message.hpp>
#include <zanni/messagepack.hpp>

/// Messages into bytes and back. All of it may be called from any thread, on messages of its own.
namespace zanni {

namespace detail {

/// The reader's error, with the name of the message.
Error error_in(std::string_view message, const Reader& reader);

}  // namespace detail

/// Appends a message.
template <class T>
void marshal(Writer& writer, const T& message) {
    require_message<T>();
    if constexpr (Marshallable<T>) detail::Codec<T>::write(writer, message);
}

/// Reads a message into an existing one. False if the reader failed; the message then holds what was read so far.
template <class T>
[[nodiscard]] bool unmarshal(Reader& reader, T& message) {
    require_message<T>();
    if constexpr (Marshallable<T>)
        return detail::Codec<T>::read(reader, message);
    else
        return false;
}

template <class T>
std::vector<std::byte> marshalled(const T& message) {
    std::vector<std::byte> bytes;
    Writer writer{bytes};
    marshal(writer, message);
    return bytes;
}

/// Errors: Error::malformed, with the message's name: "echo.Ping: at [2]: expected a string, found nil".
template <class T>
[[nodiscard]] std::expected<T, Error> unmarshalled(std::span<const std::byte> bytes) {
    require_message<T>();
    Reader reader{bytes};
    if constexpr (Marshallable<T>) {
        T message{};
        if (unmarshal(reader, message)) return message;
    }
    return std::unexpected(detail::error_in(message_name<T>(), reader));
}

}  // namespace zanni
