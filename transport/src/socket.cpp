#include "socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <zmq.h>

#include <zanni/assert.hpp>

#include "frame.hpp"

namespace zanni::transport {

namespace {

// Measured: docs/adr/0006-socket-settings.md.
constexpr int high_water_mark_frames = 1'000;
constexpr int linger_ms = 500;
constexpr int reconnect_first_ms = 10;
constexpr int reconnect_longest_ms = 200;
constexpr int handshake_ms = 2'000;
constexpr int connect_ms = 1'000;
constexpr int invited_silence_ms = 2'000;
constexpr int keepalive_idle_s = 5;
constexpr int keepalive_interval_s = 1;
constexpr int keepalive_probes_max = 3;
constexpr int backlog_connections = 4'096;
constexpr int socket_buffer_bytes = 256 * 1024;
/// Of a routing id, behind the process id: 128 bits that nobody can guess.
constexpr std::size_t tail_bytes = 16;

zmq_msg_t* raw(std::byte* storage) { return reinterpret_cast<zmq_msg_t*>(storage); }

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + zmq_strerror(zmq_errno())); }

}  // namespace

// ---- Frame

static_assert(sizeof(zmq_msg_t) == 64);

Frame::Frame() { zmq_msg_init(raw(storage_)); }

Frame::Frame(std::span<const std::byte> bytes) {
    if (zmq_msg_init_size(raw(storage_), bytes.size()) != 0) throw std::bad_alloc();
    if (!bytes.empty()) std::memcpy(zmq_msg_data(raw(storage_)), bytes.data(), bytes.size());
}

Frame::Frame(Frame&& other) noexcept : Frame() { *this = std::move(other); }

Frame& Frame::operator=(Frame&& other) noexcept {
    if (this != &other) zmq_msg_move(raw(storage_), raw(other.storage_));
    return *this;
}

Frame::~Frame() { zmq_msg_close(raw(storage_)); }

std::span<std::byte> Frame::bytes() {
    return {static_cast<std::byte*>(zmq_msg_data(raw(storage_))), zmq_msg_size(raw(storage_))};
}

std::span<const std::byte> Frame::bytes() const { return const_cast<Frame*>(this)->bytes(); }

std::string_view Frame::user() const {
    const char* const name = zmq_msg_gets(raw(const_cast<std::byte*>(storage_)), "User-Id");
    return name ? std::string_view(name) : std::string_view();
}

// ---- Context

Context::Context() : handle_(zmq_ctx_new()) {
    if (!handle_) fail("no ZeroMQ context");
}

Context::~Context() {
    while (zmq_ctx_term(handle_) != 0 && zmq_errno() == EINTR) {
    }
}

void Context::start() {
    if (void* const first = zmq_socket(handle_, ZMQ_PAIR)) zmq_close(first);
}

// ---- Socket

Socket::Socket(Context& context, int type)
    : handle_(zmq_socket(context.handle(), type)), user_(std::this_thread::get_id()) {
    if (!handle_) fail("no ZeroMQ socket");
    std::size_t size = sizeof fd_;
    if (zmq_getsockopt(handle_, ZMQ_FD, &fd_, &size) != 0) fail("no descriptor for a ZeroMQ socket");
    set(ZMQ_SNDHWM, high_water_mark_frames);
    set(ZMQ_RCVHWM, high_water_mark_frames);
    set(ZMQ_LINGER, linger_ms);
    set(ZMQ_RECONNECT_IVL, reconnect_first_ms);
    set(ZMQ_RECONNECT_IVL_MAX, reconnect_longest_ms);
    set(ZMQ_HANDSHAKE_IVL, handshake_ms);
    set(ZMQ_CONNECT_TIMEOUT, connect_ms);
    // Instead of ZMTP heartbeats, whose timer aborts libzmq 4.3.4 on a connection that broke while its reader was full.
    set(ZMQ_TCP_KEEPALIVE, 1);
    set(ZMQ_TCP_KEEPALIVE_IDLE, keepalive_idle_s);
    set(ZMQ_TCP_KEEPALIVE_INTVL, keepalive_interval_s);
    set(ZMQ_TCP_KEEPALIVE_CNT, keepalive_probes_max);
    set(ZMQ_BACKLOG, backlog_connections);
    set(ZMQ_SNDBUF, socket_buffer_bytes);
    set(ZMQ_RCVBUF, socket_buffer_bytes);
    const std::int64_t received_bytes_max = frame_bytes_max;
    zmq_setsockopt(handle_, ZMQ_MAXMSGSIZE, &received_bytes_max, sizeof received_bytes_max);
    // Without a ZAP domain a ROUTER lets in peers that speak the unauthenticated ZMTP 1.0.
    zmq_setsockopt(handle_, ZMQ_ZAP_DOMAIN, "zanni", 5);
}

Socket::~Socket() { zmq_close(handle_); }

void Socket::use() { user_ = std::this_thread::get_id(); }
void Socket::done() { user_ = {}; }
void Socket::check_thread() const {
    ZANNI_ASSERT(user_ == std::this_thread::get_id(), "a socket is used by another thread than its user");
}

void Socket::set(int option, int value) { zmq_setsockopt(handle_, option, &value, sizeof value); }
void Socket::set(int option, std::span<const std::byte> value) {
    zmq_setsockopt(handle_, option, value.data(), value.size());
}

void Socket::connect(const std::string& endpoint) {
    check_thread();
    quiet_ = false;
    if (zmq_connect(handle_, endpoint.c_str()) != 0) fail("can't connect to " + endpoint);
}

std::string Socket::bind(const std::string& endpoint) {
    check_thread();
    quiet_ = false;
    if (zmq_bind(handle_, endpoint.c_str()) != 0) fail("can't listen on " + endpoint);
    char bound[512];
    std::size_t size = sizeof bound;
    if (zmq_getsockopt(handle_, ZMQ_LAST_ENDPOINT, bound, &size) != 0) fail("no endpoint for " + endpoint);
    return bound;
}

Sent Socket::send_part(std::span<const std::byte> part, bool more) {
    check_thread();
    quiet_ = false;
    while (zmq_send(handle_, part.data(), part.size(), ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) < 0) {
        if (zmq_errno() == EHOSTUNREACH) return Sent::unknown;
        if (zmq_errno() != EINTR) return Sent::full;
    }
    return Sent::sent;
}

Sent Socket::send_last(Frame& frame) {
    check_thread();
    quiet_ = false;
    while (zmq_msg_send(raw(frame.storage_), handle_, ZMQ_DONTWAIT) < 0) {
        if (zmq_errno() == EHOSTUNREACH) return Sent::unknown;
        if (zmq_errno() != EINTR) return Sent::full;
    }
    return Sent::sent;
}

bool Socket::receive_part(Frame& frame) {
    check_thread();
    while (zmq_msg_recv(raw(frame.storage_), handle_, ZMQ_DONTWAIT) < 0)
        if (zmq_errno() != EINTR) {
            quiet_ = zmq_errno() == EAGAIN;
            return false;
        }
    quiet_ = false;
    return true;
}

bool Socket::has_input() {
    int events = 0;
    std::size_t size = sizeof events;
    zmq_getsockopt(handle_, ZMQ_EVENTS, &events, &size);
    quiet_ = (events & ZMQ_POLLIN) == 0;
    return !quiet_;
}

bool Socket::more() const {
    int more = 0;
    std::size_t size = sizeof more;
    zmq_getsockopt(handle_, ZMQ_RCVMORE, &more, &size);
    return more != 0;
}

// ---- DEALER and ROUTER

Dealer::Dealer(Context& context, const std::optional<RoutingId>& id, const std::optional<ClientKeys>& keys)
    : Socket(context, ZMQ_DEALER) {
    if (keys) use_keys(*keys);
    if (!id) return;
    std::vector<std::byte> whole(id->begin(), id->end());
    if (keys) {
        const auto noise = make_key_pair().open.bytes;
        whole.insert(whole.end(), noise.begin(), noise.begin() + tail_bytes);
    }
    set(ZMQ_ROUTING_ID, whole);
}

Dealer::Dealer(Context& context, const LaneId& id, const std::optional<ClientKeys>& keys)
    : Socket(context, ZMQ_DEALER) {
    if (keys) use_keys(*keys);
    set(ZMQ_ROUTING_ID, id);
}

void Dealer::use_keys(const ClientKeys& keys) {
    set(ZMQ_CURVE_SERVERKEY, keys.leader.bytes);
    set(ZMQ_CURVE_PUBLICKEY, keys.own.open.bytes);
    set(ZMQ_CURVE_SECRETKEY, keys.own.secret.bytes);
}

bool Dealer::receive(Frame& frame) {
    while (receive_part(frame)) {
        if (!more()) return true;
        while (more() && receive_part(frame)) {
        }  // brokers send single frames: this is nobody's message
    }
    return false;
}

Router::Router(Context& context) : Socket(context, ZMQ_ROUTER) {
    set(ZMQ_ROUTER_MANDATORY, 1);  // a frame that can't go out is the caller's again, not lost
    set(ZMQ_ROUTER_HANDOVER, 0);   // a second socket can't take a live one's place
}

void Router::invite(const std::string& endpoint) {
    set(ZMQ_IMMEDIATE, 1);  // no connection, no peer, so that the next may have another id; libzmq wants it kept so
    set(ZMQ_TCP_MAXRT, invited_silence_ms);
    connect(endpoint);
    set(ZMQ_TCP_MAXRT, -1);
}

void Router::invite_again(const std::string& endpoint) {
    check_thread();
    zmq_disconnect(handle(), endpoint.c_str());
    invite(endpoint);
}

void Router::use_key(const SecretKey& own) {
    has_keys_ = true;
    set(ZMQ_CURVE_SERVER, 1);
    set(ZMQ_CURVE_SECRETKEY, own.bytes);
}

bool Router::is_id(std::span<const std::byte> id) const {
    if (id.size() == Peer::chosen_bytes) return id.front() == std::byte{0};
    return id.size() == Peer::bytes_max + (has_keys_ ? tail_bytes : 0);
}

Sent Router::send(const Peer& peer, Frame& frame) {
    std::array<std::byte, Peer::bytes_max + tail_bytes> id{};
    std::ranges::copy(peer.bytes, id.begin());
    std::size_t size = peer.size;
    if (has_keys_ && size == Peer::bytes_max) {
        const auto tail = tails_.find(peer.process());
        if (tail == tails_.end()) return Sent::unknown;
        std::ranges::copy(tail->second, id.begin() + Peer::bytes_max);
        size = id.size();
    }
    const Sent addressed = send_part({id.data(), size}, true);
    return addressed == Sent::sent ? send_last(frame) : addressed;
}

void Router::answer(Frame& frame) {
    if (send_part(last_id_, true) == Sent::sent) send_last(frame);
}

void Router::learn_way() {
    if (last_id_.size() != Peer::bytes_max + tail_bytes) return;
    RoutingId id;
    std::copy_n(last_id_.begin(), id.size(), id.begin());
    if (tails_.size() >= tails_max && !tails_.contains(process_of(id))) tails_.clear();
    std::copy_n(last_id_.begin() + Peer::bytes_max, tail_bytes, tails_[process_of(id)].begin());
}

bool Router::receive(Peer& peer, Frame& frame) {
    while (receive_part(frame)) {
        const auto id = std::as_const(frame).bytes();
        const bool known = is_id(id);
        if (known) last_id_.assign(id.begin(), id.end());
        peer.size = static_cast<std::uint8_t>(known ? std::min(id.size(), Peer::bytes_max) : 0);
        peer.bytes = {};
        std::copy_n(id.begin(), peer.size, peer.bytes.begin());
        const bool has_body = more() && receive_part(frame);
        const bool single = has_body && !more();
        while (more() && receive_part(frame)) {
        }
        if (known && single) return true;
        ++skipped_;
    }
    return false;
}

LaneRouter::LaneRouter(Context& context) : Socket(context, ZMQ_ROUTER) {
    set(ZMQ_ROUTER_MANDATORY, 1);
    set(ZMQ_ROUTER_HANDOVER, 0);
}

void LaneRouter::admit_this_user_only() {
    const uid_t user = ::geteuid();
    if (zmq_setsockopt(handle(), ZMQ_IPC_FILTER_UID, &user, sizeof user) != 0) fail("no ipc for one user only");
}

void LaneRouter::use_key(const SecretKey& own) {
    set(ZMQ_CURVE_SERVER, 1);
    set(ZMQ_CURVE_SECRETKEY, own.bytes);
}

Sent LaneRouter::send(const LaneId& to, Frame& frame) {
    const Sent addressed = send_part(to, true);
    return addressed == Sent::sent ? send_last(frame) : addressed;
}

bool LaneRouter::receive(LaneId& from, Frame& frame) {
    if (!receive_part(frame)) return false;
    const auto id = std::as_const(frame).bytes();
    from = {};
    if (id.size() == from.size()) std::ranges::copy(id, from.begin());
    const bool has_body = more() && receive_part(frame);
    if (!has_body || more()) from = {};
    while (more() && receive_part(frame)) {
    }
    return true;
}

/// zmq_poll() asks the kernel once for each socket, before it waits and after. Here a socket is asked only if something
/// may have come unnoticed; of the others the descriptor tells (zmq_getsockopt(3), ZMQ_FD).
void poll(std::span<PollItem> items, Duration longest) {
    constexpr std::size_t items_max = 256;
    pollfd descriptors[items_max];
    ZANNI_ASSERT(items.size() <= items_max, "too many things to wait for");
    bool any = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
        Socket* const socket = items[i].socket;
        items[i].ready = socket && !socket->quiet_ && socket->has_input();
        any |= items[i].ready;
        descriptors[i] = {socket ? socket->fd_ : items[i].fd, POLLIN, 0};
    }
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(longest).count();
    const int timeout = any ? 0 : static_cast<int>(std::clamp<std::int64_t>(ms, 0, std::numeric_limits<int>::max()));
    if (::poll(descriptors, items.size(), timeout) <= 0) return;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (descriptors[i].revents == 0) continue;
        items[i].ready = true;
        if (items[i].socket) items[i].socket->quiet_ = false;
    }
}

}  // namespace zanni::transport
