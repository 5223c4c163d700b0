#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <zanni/gateway.hpp>

#include "control.hpp"
#include "outbox.hpp"
#include "parts.hpp"
#include "placement/convention_table.hpp"
#include "socket.hpp"
#include "wake_fd.hpp"

namespace zanni::transport {

/// A process's way out: its one DEALER. Any thread leaves messages in the outbox; the worker that has nothing to run,
/// or has just run an actor, drives the socket.
///
/// Threads: as Gateway says. `driving_` is held by whoever drives the socket.
class BusGateway final : public Gateway {
public:
    struct Options {
        std::string endpoint;
        std::uint64_t process = 0;  ///< as the broker assigned it
        std::string program;
        bool common = false;  ///< serves as its host's common actor process
        Duration wait_longest{};
    };

    /// Errors: throws std::runtime_error.
    BusGateway(std::unique_ptr<Context> context, Options options);
    ~BusGateway() override;

    void open(Inbox& inbox, const Registry& registry) override;
    void close() override;
    std::uint64_t process() const override { return options_.process; }
    Capabilities capabilities() const override;
    Way post(EnvelopePtr envelope) override;
    Way way_to(std::uint64_t) override { return Way::free; }
    void announce_dead_letter_handlers(std::vector<Address> own) override;
    std::expected<std::uint64_t, Error> place(std::string_view type_name, const Requirements& extra) override;
    bool serve() override;
    void wait(Duration longest) override;
    void wake() override { wake_fd_.signal(); }

private:
    // The journey out: post -> flush -> send. The journey in: receive -> on_frame -> on_data, on_returned, on_control.
    void receive();
    bool flush();
    bool take_leave(TimePoint deadline);
    void report_if_due();
    void announce();
    void on_frame(const Frame& frame);
    void on_data(const FrameHeader& header, std::span<const std::byte> frame);
    void on_returned(const FrameHeader& header, std::span<const std::byte> frame);
    void on_control(const FrameHeader& header, std::span<const std::byte> frame);
    void note_sequence(const FrameHeader& header);
    void host_gone(const HostGone& news);
    template <class Gone>
    void forget(Gone gone);
    void send_registration();
    void await_registration();

    const Options options_;
    const std::unique_ptr<Context> context_;
    SystemClock clock_;
    WakeFd wake_fd_;
    Inbox* inbox_ = nullptr;
    Register registration_;

    std::mutex driving_;  // guards what follows, up to the next mutex
    Dealer dealer_;
    std::optional<Frame> unsent_;                                     // the socket was full
    std::unordered_map<std::uint64_t, std::uint32_t> last_sequence_;  // by source
    Parts parts_;
    TimePoint next_report_{};
    std::uint64_t reported_actors_ = 0;
    std::optional<Error> refused_;

    std::atomic<bool> waiting_{false};  // in poll, or about to be

    std::mutex outbox_mutex_;  // guards what follows, up to the next mutex
    Outbox outbox_;
    bool closed_ = false;
    std::vector<Address> dead_letter_handlers_;
    bool announced_ = true;  // the broker knows of them

    mutable std::mutex table_mutex_;  // guards table_ and host_
    ConventionTable table_;
    std::uint32_t host_ = 0;
};

}  // namespace zanni::transport
