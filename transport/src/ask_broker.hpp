#pragma once

#include <algorithm>
#include <expected>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/error.hpp>

#include "control.hpp"
#include "control_frame.hpp"
#include "enrolment.hpp"
#include "security/key_folder.hpp"
#include "socket.hpp"

namespace zanni::transport {

/// A question to a broker, and its answer or its refusal. `keys`: the folder, as in JoinOptions.
/// Errors: throws std::runtime_error, with the endpoint, when nobody answers, or what can't be read. Blocks: up to
/// `longest`.
template <class Reply, class Request>
std::expected<Reply, Refused> question(const std::string& endpoint, const Request& request, Duration longest,
                                       const std::string& keys) {
    Context context;
    const Frame answer =
        ask_once(context, endpoint, client_keys_for(endpoint, keys), control_frame(0, 0, request), longest);
    const auto bytes = answer.bytes();
    const auto header = check_frame(bytes);

    std::optional<Reply> reply;
    std::optional<Refused> refused;
    const auto error = read_control(*header, bytes, on<Reply>([&](const Reply& news) { reply = news; }),
                                    on<Refused>([&](const Refused& no) { refused = no; }));
    if (refused) return std::unexpected(*refused);
    if (!reply)
        throw std::runtime_error(endpoint +
                                 ": an answer that can't be read: " + (error ? error->to_string() : "of another kind"));
    return *reply;
}

/// As people and programs expect them.
inline void put_leader_first(std::vector<HostStatus>& hosts) {
    const auto leader = std::ranges::find_if(hosts, [](const HostStatus& status) { return status.host.leader; });
    if (leader != hosts.end()) std::rotate(hosts.begin(), leader, leader + 1);
}

}  // namespace zanni::transport
