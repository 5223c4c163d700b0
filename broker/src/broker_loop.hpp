#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "action.hpp"
#include "backlog.hpp"
#include "broker.hpp"
#include "end_signals.hpp"
#include "host_agent.hpp"
#include "socket.hpp"

namespace zanni::broker {

/// A host at work: moves frames between its ROUTER and its connection to the leader by the routing table, feeds the
/// Broker with what happens, and does what it says.
///
/// Threads: one. Blocks SIGTERM and SIGINT in it for good, and takes them as the wish to end in order.
class BrokerLoop {
public:
    struct Options {
        Broker::Options broker;
        std::vector<std::string> listen;         ///< endpoints for processes and member hosts
        std::string leader;                      ///< endpoint; empty when this host leads
        std::vector<std::string> actor_process;  ///< the command that starts one; the loop appends its process id
        std::function<void(const std::vector<std::string>& endpoints)> on_ready;  ///< with the ports that were chosen
    };

    /// Errors: throws std::runtime_error with one line, such as an endpoint in use.
    explicit BrokerLoop(Options options);

    /// How the host ended. Errors: throws std::system_error when no actor process can be started.
    Stop run();

private:
    void wait();
    void receive_from_peers();
    void receive_from_leader();
    void forward(transport::Frame frame, const transport::FrameHeader& header);
    transport::Sent send(const transport::Peer& peer, transport::Frame& frame);
    transport::Sent pass_on(const Hop& hop, transport::Frame& frame);
    void give_back(transport::Frame frame, Error::Code reason);
    void refuse(const transport::Peer& peer, transport::Frame frame, const transport::FrameHeader& header);
    void retry_backlog();
    void perform(Actions actions);
    void send_control(const transport::Peer& peer, transport::Frame frame);
    void send_control_to_leader(transport::Frame frame, bool in_order);
    void start_actor_process(std::uint64_t process);
    void connect_to_leader(std::uint64_t link);

    Options options_;
    EndSignals end_signals_;  // before the context, whose threads must not take the signals
    SystemClock clock_;
    transport::Context context_;
    transport::Router router_;
    std::optional<transport::Dealer> leader_;
    HostAgent agent_;
    Broker broker_;
    Backlog backlog_;
    std::vector<std::string> endpoints_;
    TimePoint next_tick_{};
    std::optional<Stop> stop_;
};

}  // namespace zanni::broker
