#pragma once

#include <stdexcept>
#include <string>

#include <zanni/clock.hpp>

#include "ask_broker.hpp"
#include "progress.hpp"

namespace zanni::cli {

/// For a broker that is at work. Whoever asks for more than that, first asks for its status.
inline constexpr Duration answer_longest = std::chrono::seconds(5);

/// An operator's question to a broker, and its answer. `keys`: the value of --keys.
/// Errors: throws std::runtime_error when nobody answers, or with the broker's refusal. Blocks: up to `longest`.
template <class Reply, class Request>
Reply ask_broker(const std::string& endpoint, const Request& request, Duration longest, const std::string& keys) {
    const Progress progress("waiting for " + endpoint);
    const auto reply = transport::question<Reply>(endpoint, request, longest, keys);
    if (!reply) throw std::runtime_error(endpoint + ": refused: " + reply.error().context);
    return *reply;
}

/// The status of all hosts that it knows; also to say soon that nobody is there. Errors: likewise.
inline transport::HostStatusReply ask_status(const std::string& endpoint, const std::string& keys) {
    return ask_broker<transport::HostStatusReply>(endpoint, transport::HostStatusRequest{}, answer_longest, keys);
}

}  // namespace zanni::cli
