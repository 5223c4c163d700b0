#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <zanni/error.hpp>
#include <zanni/marshal.hpp>
#include <zanni/message.hpp>

namespace zanni {

/// A message of any type, marshalled.
struct AnyMessage {
    static constexpr auto message_name = "zanni.AnyMessage";

    std::uint64_t type = 0;  ///< message_id of what was sent
    std::string name;        ///< its name, where this process knows it; empty otherwise
    std::vector<std::byte> payload;

    template <class M>
    bool is() const {
        return type == message_id<M>;
    }

    /// Errors: Error::unexpected_reply when it is another type, Error::malformed when the payload is no M.
    template <class M>
    std::expected<M, Error> as() const {
        if (!is<M>())
            return std::unexpected(Error{Error::unexpected_reply, "asked for " + std::string(zanni::message_name<M>()) +
                                                                      ", got " +
                                                                      (name.empty() ? "another type" : name)});
        return unmarshalled<M>(payload);
    }
};

/// For people: the name, and what is in it as far as MessagePack tells: `bank.Transfer ["Arlecchino", 10]`.
/// Limits: long strings and arrays are cut short.
std::string to_text(const AnyMessage& message);

}  // namespace zanni
