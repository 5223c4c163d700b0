#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "broker.hpp"
#include "doors.hpp"
#include "end_signals.hpp"
#include "host_agent.hpp"
#include "log_outbox.hpp"
#include "security/handshake_watch.hpp"
#include "service_notice.hpp"
#include "socket.hpp"
#include "switch.hpp"
#include "warm_pool.hpp"
#include "wire.hpp"

namespace zanni::broker {

/// A host at work: the thin loop between its sockets, processes and clock, and the Switch that decides.
///
/// Threads: one. Blocks SIGTERM and SIGINT in it for good, and takes them as the wish to end in order.
class BrokerLoop final : private Wire, private log::Forwarder {
public:
    struct Options {
        Broker::Options broker;
        std::vector<std::string> listen;         ///< endpoints for processes and member hosts
        std::vector<std::string> invite;         ///< where hosts wait that can't connect to here; a leader's
        std::string leader;                      ///< endpoint; empty when this host leads
        bool is_invited = false;                 ///< the leader's endpoint is here: it connects to this host
        std::vector<std::string> actor_process;  ///< the command that starts one; the loop appends its process id
        std::size_t warm_processes = 0;          ///< kept for actors that want one of their own
        /// Where other hosts may connect, of the endpoints that were bound; none: nowhere.
        std::function<std::vector<std::string>(const std::vector<std::string>& bound)> reachable_at;
        std::function<void(const Memory&)> remember;  ///< keeps it for the next broker; none: nothing is kept
        std::function<void(const std::vector<std::string>& endpoints)> on_ready;  ///< with the ports that were chosen
        KeyFunctions keys;                                                        ///< none: a host without keys
    };

    /// Errors: throws std::runtime_error with one line, such as an endpoint in use.
    explicit BrokerLoop(Options options);
    ~BrokerLoop() override { log::remove_forwarder(*this); }

    /// How the host ended. Errors: throws std::system_error when no actor process can be started.
    Stop run();

private:
    std::vector<std::string> listen();
    Broker::Options reachable(const std::vector<std::string>& bound);
    void wait();
    void receive_from_peers();
    void receive_from_leader();
    void receive_from_hosts();
    void tell_ends();
    void look_at_keys();
    void look_at_handshakes();
    void await_leader();
    std::vector<std::string> command_with(const std::vector<std::string>& more) const;

    transport::Sent send(const transport::Peer& peer, transport::Frame& frame) override;
    transport::Sent send_to_leader(transport::Frame& frame) override;
    void connect_to_leader(std::uint64_t link) override;
    void connect_to_host(const ConnectToHost& to) override;
    transport::Sent send_to_host(std::uint32_t host, transport::Frame& frame) override;
    void disconnect_from_host(std::uint32_t host) override { hosts_.erase(host); }
    void remember(const Memory& memory) override;
    void adopt_actor_process(std::int64_t pid) override;
    void start_actor_process(std::uint64_t process) override;
    void start_isolated_process(std::uint64_t process) override;
    void watch_process(std::uint64_t process, std::int64_t pid) override;
    void unwatch_process(std::uint64_t process) override;
    void signal_process(std::int64_t pid, int signal) override;
    void keep_key(const Enrolment& enrolment) override;
    void ready() override;
    void stop(const Stop& stop) override;

    void forward(const log::Record& record) override { log_outbox_.add(record, clock_.now()); }
    std::uint64_t process() const override;

    Options options_;
    EndSignals end_signals_;  // before the context, whose threads must not take the signals
    SystemClock clock_;
    transport::Context context_;
    Doors doors_;
    std::optional<transport::Dealer> leader_;
    std::optional<transport::HandshakeWatch> leader_watch_;  // goes before leader_
    bool told_of_handshake_ = false;
    bool has_awaited_leader_ = false;
    std::map<std::uint32_t, transport::Dealer> hosts_;
    std::vector<std::uint32_t> heard_hosts_;  // that the last wait() found something from
    HostAgent agent_;
    std::optional<WarmPool> warm_;  // none only while this is made
    ServiceNotice service_;
    transport::LogOutbox log_outbox_;
    const std::vector<std::string> endpoints_;
    Switch switch_;
    std::vector<std::string> modules_;  // loaded at run time
    bool keeps_warm_ = false;  // once the host does its work: processes that can't start have been told of by then
    TimePoint refill_at_{};
    TimePoint next_tick_{};
    std::optional<Stop> stop_;
};

}  // namespace zanni::broker
