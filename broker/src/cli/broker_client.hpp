#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "control.hpp"
#include "control_frame.hpp"
#include "socket.hpp"

namespace zanni::cli {

/// For a broker that is at work. Whoever asks for more than that, first asks for its status.
inline constexpr Duration answer_longest = std::chrono::seconds(5);

/// An operator's question to a broker, and its answer.
/// Errors: throws std::runtime_error when nobody answers, or with the broker's refusal. Blocks: up to `longest`.
template <class Reply, class Request>
Reply ask_broker(const std::string& endpoint, const Request& request, Duration longest) {
    using namespace transport;
    Context context;
    Dealer dealer(context, std::nullopt);
    dealer.connect(endpoint);
    Frame question(control_frame(0, 0, request));
    dealer.send(question);
    PollItem item{&dealer};
    poll({&item, 1}, longest);
    Frame answer;
    if (!dealer.receive(answer)) throw std::runtime_error(endpoint + ": no broker answers");
    const auto bytes = std::span<const std::byte>(answer.bytes());
    const auto header = check_frame(bytes);
    if (!header) throw std::runtime_error(endpoint + ": whoever answers is no Zanni broker: " + header.error().context);

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
