#pragma once

#include <string>

#include "broker.hpp"
#include "control_frame.hpp"
#include "process_id.hpp"

/// How the broker says things, for the files that have a part of it each: its life, what it hears from processes, and
/// from other hosts.
namespace zanni::broker {

inline std::string show(std::uint64_t process) { return zanni::detail::make_address({process, 0}).to_string(); }

template <class M>
void Broker::send(const transport::Peer& peer, const M& message) {
    actions_.emplace_back(SendTo{peer, transport::control_frame(own_process_, peer.process(), message)});
}

template <class M>
void Broker::send_to_leader(const M& message, bool in_order) {
    actions_.emplace_back(SendToLeader{control_frame(own_process_, 0, message), in_order});
}

template <class M>
void Broker::tell_processes(const M& news) {
    for (const auto& [process, known] : processes_.known()) send(transport::Peer(process), news);
    for (const auto& [process, modules] : isolated_.starting()) send(transport::Peer(process), news);
}

template <class M>
void Broker::tell_everybody(const M& news, std::uint32_t except_host) {
    tell_processes(news);
    if (!self_.leader && except_host != self_.id) return;  // it came from the leader
    if (!self_.leader) {
        ++membership_.news().sent;
        return send_to_leader(news, true);
    }
    for (const auto& [host, member] : leadership_.members()) {
        if (host == except_host) continue;
        ++leadership_.news(host).sent;
        send(member.peer, news);
    }
}

}  // namespace zanni::broker
