#pragma once

#include <array>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <zanni/actor.hpp>
#include <zanni/gateway.hpp>
#include <zanni/marshal.hpp>
#include <zanni/registry.hpp>

#include "bus_gateway.hpp"
#include "sockets.hpp"

/// A BusGateway whose broker is the test.
namespace zanni::test {

inline constexpr std::uint32_t own_host = 0xa1000001;
inline constexpr std::uint32_t other_host = 0xa2000001;
inline constexpr std::uint64_t own_process = transport::process_id(own_host, 7);
inline constexpr std::uint64_t other_process = transport::process_id(other_host, 3);

inline Address actor(std::uint64_t process, std::uint64_t number) { return detail::make_address({process, number}); }

struct Echo : Actor {
    static constexpr auto actor_name = "echo.Echo";
    static Requirements requirements() { return {{"Server", true}}; }
    void echo(std::string) {}
    using Behavior = zanni::Behavior<&Echo::echo>;
};

/// Keeps what reaches the process. Threads: any; read by the test when nobody else is at it.
class KeepingInbox : public Inbox {
public:
    struct Undeliverable {
        EnvelopePtr envelope;
        Error::Code reason;
    };

    void deliver(EnvelopePtr envelope, std::uint64_t) override {
        const std::scoped_lock lock(mutex_);
        delivered.push_back(std::move(envelope));
    }
    void undeliverable(EnvelopePtr envelope, Error::Code reason) override {
        const std::scoped_lock lock(mutex_);
        returned.push_back({std::move(envelope), reason});
    }
    void relieved(std::uint64_t process) override {
        const std::scoped_lock lock(mutex_);
        relieved_processes.push_back(process);
    }
    void receiving(bool open) override { receiving_news.push_back(open); }
    void process_gone(std::uint64_t process, const ExitCause& cause) override {
        gone_processes.emplace_back(process, cause);
    }
    void host_gone(std::uint32_t host, const std::string& reason) override { gone_hosts.emplace_back(host, reason); }
    void host_present(std::uint32_t host, const std::string&, const Capabilities&) override {
        present_hosts.push_back(host);
    }
    void capabilities_changed() override { ++capability_changes; }
    void dead_letter_handlers(std::vector<Address> others) override { handlers = std::move(others); }
    void shut_down() override { shutting_down = true; }
    std::uint64_t actor_count() const override { return actors; }
    Accounts accounts() const override { return {}; }

    std::vector<EnvelopePtr> delivered;
    std::vector<Undeliverable> returned;
    std::vector<std::uint64_t> relieved_processes;
    std::vector<bool> receiving_news;
    std::vector<std::pair<std::uint64_t, ExitCause>> gone_processes;
    std::vector<std::pair<std::uint32_t, std::string>> gone_hosts;
    std::vector<std::uint32_t> present_hosts;
    int capability_changes = 0;
    std::vector<Address> handlers;
    bool shutting_down = false;
    std::uint64_t actors = 0;

private:
    std::mutex mutex_;
};

inline HostEntry host_entry(std::uint32_t host, const std::string& name, bool server) {
    return {host,
            name,
            "0.1.0",
            false,
            {{"Server", server}},
            transport::process_id(host, 1),
            {{"echo.Echo", Echo::requirements()}}};
}

class OpenGateway {
public:
    OpenGateway() { open(transport::Registered{own_host, {host_entry(own_host, "alpha", false)}}); }

    HandWrittenBroker broker;
    KeepingInbox inbox;
    Registry registry = with_echo();
    transport::BusGateway gateway{std::make_unique<transport::Context>(),
                                  {broker.endpoint(), own_process, "the test", false, deadline}};
    HandWrittenBroker::Received registration;

    /// The next new data frame of the gateway's; its peer acknowledges it, as it must for the next ones to come.
    HandWrittenBroker::Received receive_data() {
        for (;;) {
            auto received = broker.receive();
            if (received.header.kind != transport::FrameKind::data) continue;
            acknowledge(received.header);
            if (received.header.sequence == data_received_) continue;  // once more, as this was slow
            data_received_ = received.header.sequence;
            return received;
        }
    }
    /// The next message of that type to the broker.
    template <class M>
    M receive_control() {
        for (;;) {
            const auto received = broker.receive();
            if (received.header.kind != transport::FrameKind::control) continue;
            if (auto message = received.template message<M>()) return *message;
        }
    }

    /// The broker says something, and the gateway takes notice.
    template <class M>
    void hear(const M& message) {
        hear_bytes(transport::control_frame(0, own_process, message));
    }
    void hear_bytes(const std::vector<std::byte>& frame) {
        if (broker.send(transport::Peer(own_process), std::span<const std::byte>(frame)) != transport::Sent::sent)
            throw std::runtime_error("the gateway is gone");
        await_everything_sent();
    }

    /// Until the gateway has worked off what was sent before: a marked message comes behind it.
    void await_everything_sent() {
        transport::FrameBuilder builder;
        builder.begin_record({1, 0, marker});
        static_cast<void>(builder.end_record());
        transport::FrameHeader header;
        header.source = transport::process_id(own_host, 99);
        header.destination = own_process;
        header.epoch = 1;
        header.sequence = ++markers_sent_;
        broker.send(transport::Peer(own_process), std::span<const std::byte>(builder.finish(header)));
        const SystemClock clock;
        for (const auto until = clock.now() + deadline; !take_marker();) {
            if (clock.now() >= until) throw std::runtime_error("the gateway receives nothing");
            gateway.wait(until - clock.now());
        }
    }

private:
    static constexpr std::uint64_t marker = hash_name("test.Marker");

    static Registry with_echo() {
        Registry registry;
        registry.add<Echo>();
        return registry;
    }

    void open(const transport::Registered& answer) {
        auto opened = std::async(std::launch::async, [&] { gateway.open(inbox, registry); });
        registration = broker.receive();
        broker.send(registration.from, answer);
        opened.get();
    }

    bool take_marker() {
        if (inbox.delivered.empty() || inbox.delivered.back()->message_id() != marker) return false;
        inbox.delivered.pop_back();
        return true;
    }

    void acknowledge(const transport::FrameHeader& data) {
        transport::FrameHeader header;
        header.kind = transport::FrameKind::acknowledgement;
        header.source = data.destination;
        header.destination = data.source;
        header.acknowledged_epoch = data.epoch;
        header.acknowledged = data.sequence;
        header.window = 1024 * 1024;
        std::array<std::byte, transport::frame_header_bytes> frame{};
        transport::encode_header(header, frame);
        broker.send(transport::Peer(own_process), std::span<const std::byte>(frame));
    }

    std::uint32_t markers_sent_ = 0;
    std::uint32_t data_received_ = 0;
};

/// A data frame with one text in it.
inline std::vector<std::byte> text_frame(transport::FrameHeader header, const std::string& text,
                                         std::uint64_t target_actor = 11, std::uint64_t sender_actor = 22) {
    transport::FrameBuilder builder;
    Writer writer(builder.begin_record({target_actor, sender_actor, message_id<std::string>}));
    marshal(writer, text);
    static_cast<void>(builder.end_record());
    return builder.finish(header);
}

inline std::string text_in(const Envelope& envelope) { return unmarshalled<std::string>(envelope.payload()).value(); }

}  // namespace zanni::test
