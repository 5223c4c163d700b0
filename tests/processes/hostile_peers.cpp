#include "hostile_peers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "control.hpp"
#include "control_frame.hpp"
#include "process_id.hpp"

namespace zanni::tests {

using namespace transport;

namespace {

constexpr int linger_ms = 2'000;
constexpr int answer_ms = 5'000;
constexpr int room_ms = 100;

/// As one that would be refused by its size alone.
constexpr std::size_t too_large_bytes = frame_bytes_max + 1;
constexpr std::size_t large_bytes = 200'000;

std::string random_text(Random& random, std::size_t longest) {
    std::string text(random() % (longest + 1), 'n');
    for (char& c : text) c = static_cast<char>(random());
    return text;
}

HostEntry random_host(Random& random, std::uint64_t source) {
    const std::uint32_t host =
        random() % 4 == 0 ? 0xee000000 + static_cast<std::uint32_t>(random() % 500) : host_of(source);
    HostEntry entry{host, "evil", "0.1.0", random() % 2 == 0, {{"Server", true}}, process_id(host, 1), {}};
    if (random() % 8 == 0) entry.name = random_text(random, 2'000);
    entry.types.resize(random() % 8, {"echo.EchoServer", {{"Server", true}}});
    return entry;
}

}  // namespace

// ---- Frames

std::vector<Bytes> HostileFrames::next(std::uint64_t source) {
    if (one_in(100'000)) return {noise(too_large_bytes)};
    if (one_in(2'000)) return {noise(large_bytes)};
    Bytes frame;
    switch (random_() % 8) {
        case 0:
            frame = noise(random_() % 300);
            break;
        case 1:
        case 2:
        case 3:
            frame = control(source);
            break;
        case 4:
            frame = part_of_large(source);
            break;
        default:
            frame = records(source);
    }
    if (!one_in(8)) damage(frame);
    std::vector<Bytes> parts{std::move(frame)};
    if (one_in(50)) parts.resize(2 + random_() % 4, noise(random_() % 100));
    return parts;
}

Bytes HostileFrames::noise(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t at = 0; at + sizeof(std::uint64_t) <= size; at += sizeof(std::uint64_t)) {
        const std::uint64_t number = random_();
        std::memcpy(bytes.data() + at, &number, sizeof number);
    }
    return bytes;
}

Bytes HostileFrames::control(std::uint64_t source) {
    const auto say = [&](const auto& message) { return control_frame(source, random_() % 2, message); };
    const HostEntry host = random_host(random_, source);
    switch (random_() % 12) {
        case 0:
            return say(Hello{random_text(random_, 300)});
        case 1:
            return say(Register{source, ::getpid(), "evil", one_in(2), host.types});
        case 2:
            return say(Report{random_()});
        case 3:
            return say(DeadLetterHandlers{std::vector<Address>(random_() % 150, detail::make_address({source, 1}))});
        case 4:
            return say(HostStatusRequest{});
        case 5:
            return say(JoinConvention{host});
        case 6:
            return say(Heartbeat{HostStatus{host, {{source, 1, "evil", 2}}, 1, 2, 3}});
        case 7:
            return say(HostChanged{host});
        case 8:
            return say(ProcessGone{process_id(host.id, 1), {ExitCause::signal, 9, random_text(random_, 1'100)}});
        case 9:
            return say(LeaveConvention{});
        case 10:
            return say(Joined{{host, host}});
        default:
            return say(HostGone{host_of(detail::parts_of(victim_).process), "evil"});
    }
}

/// Data and returned frames, to the victim's process and elsewhere.
Bytes HostileFrames::records(std::uint64_t source) {
    static constexpr std::array types{"echo.Ping",  "echo.Pong",           "zanni.CreateActor", "zanni.ChildExited",
                                      "zanni.Down", "zanni.Undeliverable", "evil.Message"};
    const auto victim = detail::parts_of(victim_);
    FrameBuilder builder;
    for (auto i = random_() % 4; i > 0; --i) {
        const std::uint64_t actor = one_in(2) ? victim.actor : random_() % 100;
        const auto type = one_in(8) ? random_() : hash_name(types[random_() % types.size()]);
        auto& bytes = builder.begin_record({actor, one_in(2) ? 0 : random_() % 100, type});
        const Bytes payload = noise(random_() % 60);
        bytes.push_back(static_cast<std::byte>(one_in(2) ? 0x92 : random_()));
        bytes.insert(bytes.end(), payload.begin(), payload.end());
        static_cast<void>(builder.end_record());
    }
    FrameHeader header;
    header.kind = one_in(4) ? FrameKind::returned : FrameKind::data;
    header.reason = header.kind == FrameKind::returned ? static_cast<std::uint8_t>(1 + random_() % 255) : 0;
    header.destination = one_in(4) ? random_() : victim.process;
    header.source = one_in(8) ? victim.process : source;
    header.sequence = static_cast<std::uint32_t>(random_() % 1'000);
    return builder.finish(header);
}

Bytes HostileFrames::part_of_large(std::uint64_t source) {
    const auto victim = detail::parts_of(victim_);
    FrameBuilder builder;
    auto& bytes = builder.begin_record({.target_actor = victim.actor,
                                        .sender_actor = 0,
                                        .type = hash_name("echo.Ping"),
                                        .parts_left = static_cast<std::uint16_t>(random_() % 3),
                                        .continues = one_in(2)});
    const Bytes payload = noise(random_() % 3'000);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    static_cast<void>(builder.end_record());
    FrameHeader header;
    header.destination = victim.process;
    header.source = source;
    return builder.finish(header);
}

void HostileFrames::damage(Bytes& frame) {
    static constexpr std::array<std::uint32_t, 6> telling{0, 1, 0xdddddddd, 0x7fffffff, 0x80000000, 0xffffffff};
    for (auto changes = 1 + random_() % 3; changes > 0 && !frame.empty(); --changes) {
        const auto at = random_() % frame.size();
        switch (random_() % 5) {
            case 0:
                frame[at] ^= static_cast<std::byte>(1 << random_() % 8);
                break;
            case 1:
                frame[at] = static_cast<std::byte>(random_());
                break;
            case 2:
                frame.resize(at);
                break;
            case 3: {
                const auto number = telling[random_() % telling.size()];
                std::memcpy(frame.data() + at, &number, std::min(sizeof number, frame.size() - at));
                break;
            }
            default:  // so many records
                if (frame.size() >= frame_header_bytes)
                    std::memcpy(frame.data() + 36, &telling[random_() % telling.size()], 4);
        }
    }
}

// ---- Peers

HostilePeer::HostilePeer(zmq::context_t& context, const std::string& endpoint, Random& random, const Address& victim)
    : socket_(std::make_unique<zmq::socket_t>(context, zmq::socket_type::dealer)), reads_(random() % 2 == 0) {
    std::string id;
    bool registers = false;
    const auto named = [&](std::uint64_t process) {
        source_ = process;
        const RoutingId bytes = routing_id(process);
        id.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    const std::uint64_t victims = detail::parts_of(victim).process;
    switch (random() % 6) {
        case 0:  // none
            break;
        case 1:
            id = "x" + random_text(random, 30);
            break;
        case 2:
            named(process_id(host_of(victims), static_cast<std::uint32_t>(random() % 10)));
            break;
        case 3:
            named(process_id(0xee000000 + static_cast<std::uint32_t>(random() % 500),
                             first_link_number + static_cast<std::uint32_t>(random() % 4)));
            break;
        default:
            named(ask_for_id(context, endpoint));
            registers = true;
    }
    if (!id.empty()) socket_->set(zmq::sockopt::routing_id, id);
    socket_->set(zmq::sockopt::linger, linger_ms);
    socket_->connect(endpoint);
    if (registers) {
        const Bytes claim = control_frame(source_, 0, Register{source_, ::getpid(), "evil", false, {}});
        send({claim});
    }
}

HostilePeer::~HostilePeer() {
    if (source_ != 0) send({control_frame(source_, 0, Leave{})});
}

std::uint64_t HostilePeer::ask_for_id(zmq::context_t& context, const std::string& endpoint) {
    zmq::socket_t newcomer(context, zmq::socket_type::dealer);
    newcomer.set(zmq::sockopt::linger, 0);
    newcomer.set(zmq::sockopt::rcvtimeo, answer_ms);
    newcomer.connect(endpoint);
    newcomer.send(zmq::buffer(control_frame(0, 0, Hello{"0.1.0"})), zmq::send_flags::none);
    zmq::message_t answer;
    std::uint64_t process = 0;
    if (!newcomer.recv(answer)) return process;
    const std::span frame(answer.data<std::byte>(), answer.size());
    const auto header = check_frame(frame);
    if (header)
        static_cast<void>(
            read_control(*header, frame, on<Welcome>([&](const Welcome& welcome) { process = welcome.process; })));
    return process;
}

bool HostilePeer::send(const std::vector<Bytes>& parts) {
    zmq::pollitem_t room{socket_->handle(), 0, ZMQ_POLLOUT, 0};
    if (zmq::poll(&room, 1, std::chrono::milliseconds(room_ms)) == 0) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto flags = i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
        socket_->send(zmq::buffer(parts[i]), flags);
    }
    return true;
}

void HostilePeer::read_or_not() {
    zmq::message_t ignored;
    while (reads_ && socket_->recv(ignored, zmq::recv_flags::dontwait)) {
    }
}

// ---- TCP

RawConnections::RawConnections(const std::string& endpoint, Random& random)
    : port_(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)))), random_(random) {}

RawConnections::~RawConnections() {
    for (const int fd : open_) ::close(fd);
}

void RawConnections::open() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(port_);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) {
        ::close(fd);
        return;
    }
    // ZMTP 3.0: signature, version, mechanism NULL, not as a server; then a command or message of absurd length.
    std::string words("\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL", 16);
    words.resize(64);
    words += "\x06\x7f\xff\xff\xff\xff\xff\xff\xff garbage";
    switch (random_() % 4) {
        case 0:  // half of it, and then silence
            words.resize(random_() % 64);
            break;
        case 1:
            words = random_text(random_, 1'000);
            break;
        case 2:
            words = words.substr(0, 64) + random_text(random_, 200);
            break;
        default:
            break;
    }
    static_cast<void>(::send(fd, words.data(), words.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    open_.push_back(fd);
    if (open_.size() <= open_max) return;
    ::close(open_.front());
    open_.erase(open_.begin());
}

}  // namespace zanni::tests
