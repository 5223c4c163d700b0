#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "control.hpp"
#include "control_frame.hpp"
#include "enrolment.hpp"
#include "security/key_folder.hpp"
#include "socket.hpp"

namespace zanni::cli {

/// For a broker that is at work. Whoever asks for more than that, first asks for its status.
inline constexpr Duration answer_longest = std::chrono::seconds(5);

/// An operator's question to a broker, and its answer. `keys`: the value of --keys.
/// Errors: throws std::runtime_error when nobody answers, or with the broker's refusal. Blocks: up to `longest`.
template <class Reply, class Request>
Reply ask_broker(const std::string& endpoint, const Request& request, Duration longest, const std::string& keys) {
    using namespace transport;
    Context context;
    const Frame answer =
        ask_once(context, endpoint, client_keys_for(endpoint, keys), control_frame(0, 0, request), longest);
    const auto bytes = answer.bytes();
    const auto header = check_frame(bytes);

    std::optional<Reply> reply;
    std::optional<Refused> refused;
    const auto error = read_control(*header, bytes, on<Reply>([&](const Reply& news) { reply = news; }),
                                    on<Refused>([&](const Refused& no) { refused = no; }));
    if (refused) throw std::runtime_error(endpoint + ": refused: " + refused->context);
    if (!reply)
        throw std::runtime_error(endpoint +
                                 ": an answer that can't be read: " + (error ? error->to_string() : "of another kind"));
    return *reply;
}

}  // namespace zanni::cli
