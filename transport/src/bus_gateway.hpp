#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <zanni/gateway.hpp>

#include "exchange.hpp"
#include "lane_links.hpp"
#include "log.hpp"
#include "socket.hpp"
#include "wake_fd.hpp"

namespace zanni::transport {

/// A process's way out: its DEALER to its broker, and the sockets of its lanes. Any thread leaves messages in the
/// exchange; the worker that has nothing to run, or has just run an actor, drives the sockets. Decides nothing.
///
/// Threads: as Gateway says. `driving_` is held by whoever drives the sockets.
class BusGateway final : public Gateway, private log::Forwarder {
public:
    struct Options {
        std::string endpoint;
        std::uint64_t process = 0;  ///< as the broker assigned it
        std::string program;
        bool common = false;  ///< serves as its host's common actor process
        Duration wait_longest{};
        std::optional<ClientKeys> keys{};                                                  ///< none: as by ipc
        std::function<std::expected<void, Error>(const std::string& path)> load_module{};  ///< as Exchange::Options
        LaneSettings lanes{};
        bool forward_log = true;  ///< as JoinOptions
    };

    /// Errors: throws std::runtime_error.
    BusGateway(std::unique_ptr<Context> context, Options options);
    ~BusGateway() override;

    void open(Inbox& inbox, const Registry& registry) override;
    void close() override;
    std::uint64_t process() const override { return options_.process; }
    Capabilities capabilities() const override { return exchange_.capabilities(); }
    Way post(EnvelopePtr envelope) override;
    Way way_to(std::uint64_t process) override { return exchange_.way_to(process); }
    std::expected<void, Error> update_capability(const std::string& key,
                                                 const std::optional<CapabilityValue>& value) override;
    void announce_dead_letter_handlers(std::vector<Address> own) override;
    void request_lane(std::uint64_t process) override;
    void add_to(Survey& survey) override;
    Duration since_1970() override { return SystemClock::since_1970(); }
    std::expected<std::uint64_t, Error> place(const Wanted& wanted) override { return exchange_.place(wanted); }
    Isolation isolation_of(std::string_view type_name) override { return exchange_.isolation_of(type_name); }
    bool shares_names() const override { return true; }
    void claim_name(const std::string& name, const Address& claimer, Duration longest) override;
    void release_name(const std::string& name, const Address& claimer) override;
    void find_name(const std::string& name, const Address& asker, Duration longest) override;
    bool serve() override;
    void wait(Duration longest) override;
    void wake() override { wake_fd_.signal(); }

private:
    void forward(const log::Record& record) override;

    void wake_if_waiting();
    void await_registration();
    void use_sockets();
    void sockets_done();
    void await_frames(Duration longest);
    void receive();
    void receive_by_lanes();
    bool flush();
    void send_by_lane(std::uint64_t peer, std::span<const std::byte> frame);
    void await_settlement(TimePoint deadline);
    void send_rest(TimePoint deadline);
    Duration until_due(TimePoint now);

    const Options options_;
    const std::unique_ptr<Context> context_;
    SystemClock clock_;
    WakeFd wake_fd_;

    std::mutex driving_;  // guards what follows, and the driver's part of the exchange
    Dealer dealer_;
    std::optional<Frame> unsent_;  // the socket was full
    LaneLinks lanes_;
    std::vector<PollItem> awaited_;

    std::atomic<bool> waiting_{false};  // in poll, or about to be
    Exchange exchange_;
};

}  // namespace zanni::transport
