#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include <zanni/clock.hpp>

#include "process_id.hpp"
#include "security/keys.hpp"

/// The ZeroMQ sockets, and nothing about what travels over them. No zmq type or exception leaves socket.cpp.
namespace zanni::transport {

/// One ZeroMQ frame; moved, never copied.
class Frame {
public:
    Frame();
    explicit Frame(std::span<const std::byte> bytes);
    Frame(Frame&& other) noexcept;
    Frame& operator=(Frame&& other) noexcept;
    ~Frame();

    std::span<std::byte> bytes();
    std::span<const std::byte> bytes() const;
    /// The name that the ZapHandler gave to whoever sent it; empty when there was none.
    std::string_view user() const;

private:
    friend class Socket;
    alignas(std::max_align_t) std::byte storage_[64];  // a zmq_msg_t, whose header stays out of ours
};

/// Whoever is at the other end of a ROUTER's connection: an 8-byte id of its own choice, or 5 bytes that libzmq chose.
struct Peer {
    static constexpr std::size_t bytes_max = 8;
    static constexpr std::size_t chosen_bytes = 5;  ///< of an id that libzmq chose

    std::array<std::byte, bytes_max> bytes{};
    std::uint8_t size = 0;

    Peer() = default;
    explicit Peer(const RoutingId& id) : bytes(id), size(bytes_max) {}
    explicit Peer(std::uint64_t process) : Peer(routing_id(process)) {}

    /// The process that the id names; 0 when libzmq chose the id.
    std::uint64_t process() const { return size == bytes_max ? process_of(bytes) : 0; }

    friend bool operator==(const Peer&, const Peer&) = default;
    friend auto operator<=>(const Peer&, const Peer&) = default;
};

/// Whoever connects for a lane: its process, and 128 bits that only the two of them and the brokers know.
using LaneId = std::array<std::byte, sizeof(RoutingId) + 16>;

/// Owns libzmq's threads. Blocks: the destructor, until its sockets' linger is over.
class Context {
public:
    Context();
    ~Context();
    Context(const Context&) = delete;

    /// Its threads now rather than with the first socket.
    void start();
    void* handle() { return handle_; }

private:
    void* handle_;
};

enum class Sent {
    sent,
    full,     ///< the peer's queue is at its mark: try again later; the frame is still the caller's
    unknown,  ///< no such peer is connected; likewise
};

struct PollItem;

/// What a DEALER and a ROUTER have in common.
/// Threads: one at a time. Whoever uses it says so with use() and done(), which carry the hand-over from thread to
/// thread; every other call asserts that it comes from that thread.
class Socket {
public:
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    void use();
    void done();

    /// Errors: throws std::runtime_error with one line.
    void connect(const std::string& endpoint);
    /// The endpoint with the port that was chosen, for "tcp://127.0.0.1:*".
    /// Errors: throws std::runtime_error with one line, such as the port being in use.
    std::string bind(const std::string& endpoint);

    /// Nothing has come since the last poll() that looked at it.
    bool is_quiet() const { return quiet_; }

    void* handle() { return handle_; }

protected:
    Socket(Context& context, int type);
    ~Socket();

    void set(int option, int value);
    void set(int option, std::span<const std::byte> value);
    Sent send_part(std::span<const std::byte> part, bool more);
    Sent send_last(Frame& frame);
    /// False when there is none.
    bool receive_part(Frame& frame);
    bool more() const;
    void check_thread() const;

private:
    friend void poll(std::span<PollItem> items, Duration longest);
    bool has_input();

    void* handle_;
    int fd_ = -1;
    std::thread::id user_;
    // Nothing to read, and libzmq's descriptor of it becomes readable when that changes. Any call but a receive may
    // take that sign away.
    bool quiet_ = false;
};

class Dealer final : public Socket {
public:
    /// Without an id libzmq chooses one, which only the ROUTER sees. With keys it speaks CURVE, to that broker only,
    /// and its id gets a tail that nobody else can know.
    Dealer(Context& context, const std::optional<RoutingId>& id, const std::optional<ClientKeys>& keys = {});

    /// For a lane. With keys it speaks CURVE, to that peer only.
    Dealer(Context& context, const LaneId& id, const std::optional<ClientKeys>& keys);

    Sent send(Frame& frame) { return send_last(frame); }
    bool receive(Frame& frame);

private:
    void use_keys(const ClientKeys& keys);
};

class Router final : public Socket {
public:
    explicit Router(Context& context);

    /// Connects to a DEALER that waits for it there, and does so again whenever the connection breaks: by each it may
    /// come under another id. What one that has broken didn't take is lost. Errors: throws std::runtime_error with one
    /// line.
    void invite(const std::string& endpoint);
    /// After a handshake that failed, which libzmq may take for final.
    void invite_again(const std::string& endpoint);

    /// Before bind(): lets in nobody who doesn't speak CURVE, and whom the context's ZapHandler doesn't let in. The
    /// handler must be there as long as this socket: without one libzmq lets everybody in.
    void use_key(const SecretKey& own);

    Sent send(const Peer& peer, Frame& frame);
    /// To where the last received frame came from, whoever else may have that id.
    void answer(Frame& frame);
    /// The last received frame came from whom its id names: what is sent to that peer goes there from now on. Only for
    /// sockets with a key, where an id has a tail.
    void learn_way();
    /// Skips what no Zanni process sends: other than two frames, an id of a strange length, or one that looks as if
    /// libzmq had chosen it and doesn't begin with its zero. `skipped` counts these.
    bool receive(Peer& peer, Frame& frame);
    std::uint64_t skipped() const { return skipped_; }

private:
    using Tail = std::array<std::byte, 16>;
    static constexpr std::size_t tails_max = 100'000;  // beyond, all are forgotten, and learnt again

    bool is_id(std::span<const std::byte> id) const;

    bool has_keys_ = false;
    std::vector<std::byte> last_id_;
    std::unordered_map<std::uint64_t, Tail> tails_;  // by process
    std::uint64_t skipped_ = 0;
};

/// Where others connect for a lane.
class LaneRouter final : public Socket {
public:
    explicit LaneRouter(Context& context);

    /// Before bind(), by ipc: lets in this user's processes only.
    void admit_this_user_only();
    /// As Router::use_key.
    void use_key(const SecretKey& own);

    Sent send(const LaneId& to, Frame& frame);
    /// From whoever has no such id it is all zeros.
    bool receive(LaneId& from, Frame& frame);
};

/// One thing to wait for: a socket or a file descriptor.
struct PollItem {
    Socket* socket = nullptr;
    int fd = -1;
    bool ready = false;
};

/// Blocks until an item is ready, or for `longest`. A signal may end it early, and a socket may be called ready that
/// has nothing to read.
void poll(std::span<PollItem> items, Duration longest);

}  // namespace zanni::transport
