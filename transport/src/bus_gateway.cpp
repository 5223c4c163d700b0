#include "bus_gateway.hpp"

#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "log.hpp"
#include "machine_id.hpp"
#include "own_process.hpp"

namespace zanni::transport {

namespace {

constexpr int frames_per_round = 64;
constexpr int lane_frames_per_round = 512;  // two windows: what a process that has ended has left there
constexpr auto retry_full_socket = std::chrono::milliseconds(1);
constexpr auto settlement_longest = std::chrono::seconds(5);
constexpr auto farewell_longest = std::chrono::milliseconds(500);

bool is_control(const Frame& frame) {
    const auto header = decode_header(frame.bytes());
    return header && header->kind == FrameKind::control;
}

bool lives(std::int64_t pid) { return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno != ESRCH; }

Exchange::Options exchange_options(const BusGateway::Options& options, LaneSockets& lanes) {
    Exchange::Options exchange;
    exchange.process = options.process;
    exchange.pid = ::getpid();
    exchange.program = options.program;
    exchange.machine = machine_id();
    exchange.common = options.common;
    exchange.lives = lives;
    exchange.placement_seed = SystemRandom().next();
    exchange.load_module = options.load_module;
    exchange.lane_sockets = &lanes;
    exchange.lanes = options.lanes;
    return exchange;
}

}  // namespace

BusGateway::BusGateway(std::unique_ptr<Context> context, Options options)
    : options_(std::move(options)),
      context_(std::move(context)),
      dealer_(*context_, routing_id(options_.process), options_.keys),
      lanes_(*context_, options_.process),
      exchange_(exchange_options(options_, lanes_)) {
    dealer_.connect(options_.endpoint);
}

BusGateway::~BusGateway() { log::remove_forwarder(*this); }

void BusGateway::open(Inbox& inbox, const Registry& registry) {
    const std::scoped_lock lock(driving_);
    use_sockets();
    exchange_.begin(inbox, registry, clock_.now());
    await_registration();
    sockets_done();
    if (options_.forward_log) log::add_forwarder(*this);
}

void BusGateway::await_registration() {
    const TimePoint deadline = clock_.now() + options_.wait_longest;
    while (!exchange_.is_registered()) {
        if (exchange_.refusal()) throw std::runtime_error(options_.endpoint + ": " + exchange_.refusal()->to_string());
        const TimePoint now = clock_.now();
        if (now >= deadline) throw std::runtime_error(options_.endpoint + ": the broker does not answer");
        exchange_.tick(now);
        flush();
        PollItem item{&dealer_};
        poll({&item, 1}, std::min(deadline - now, until_due(now)));
        receive();
    }
}

// ---- Any thread

Way BusGateway::post(EnvelopePtr envelope) {
    const Way way = exchange_.post(std::move(envelope));
    wake_if_waiting();
    return way;
}

std::expected<void, Error> BusGateway::update_capability(const std::string& key,
                                                         const std::optional<CapabilityValue>& value) {
    const auto taken = exchange_.update_capability(key, value);
    wake_if_waiting();
    return taken;
}

void BusGateway::announce_dead_letter_handlers(std::vector<Address> own) {
    exchange_.announce_dead_letter_handlers(std::move(own));
    wake_if_waiting();
}

void BusGateway::request_lane(std::uint64_t process) {
    exchange_.request_lane(process);
    wake_if_waiting();
}

void BusGateway::add_to(Survey& survey) {
    exchange_.add_to(survey);
    survey.machine = own_process_now();
}

void BusGateway::forward(const log::Record& record) {
    exchange_.forward_log(record, clock_.now());
    wake_if_waiting();
}

void BusGateway::claim_name(const std::string& name, const Address& claimer, Duration longest) {
    exchange_.claim_name(name, claimer, longest);
    wake_if_waiting();
}

void BusGateway::release_name(const std::string& name, const Address& claimer) {
    exchange_.release_name(name, claimer);
    wake_if_waiting();
}

void BusGateway::find_name(const std::string& name, const Address& asker, Duration longest) {
    exchange_.find_name(name, asker, longest);
    wake_if_waiting();
}

void BusGateway::wake_if_waiting() {
    if (waiting_.load()) wake();
}

// ---- The driver

void BusGateway::use_sockets() {
    dealer_.use();
    lanes_.use();
}

void BusGateway::sockets_done() {
    dealer_.done();
    lanes_.done();
}

void BusGateway::await_frames(Duration longest) {
    awaited_.assign({{&dealer_}, {nullptr, wake_fd_.fd()}});
    lanes_.add_to(awaited_);
    poll(awaited_, longest);
    if (awaited_[1].ready) wake_fd_.clear();
}

/// Sends until nothing is left to send, or the socket is full: false then.
bool BusGateway::flush() {
    for (;;) {
        if (!unsent_) {
            const auto frame = exchange_.next(clock_.now());
            if (!frame) return true;
            if (const std::uint64_t lane = exchange_.lane()) {
                send_by_lane(lane, *frame);
                continue;
            }
            unsent_.emplace(*frame);
        }
        if (dealer_.send(*unsent_) != Sent::sent) return false;
        unsent_.reset();
    }
}

/// What it doesn't take is not lost: the channel has it.
void BusGateway::send_by_lane(std::uint64_t peer, std::span<const std::byte> frame) {
    Frame sent(frame);
    if (lanes_.send(peer, sent) != Sent::sent) exchange_.on_lane_broken(peer, "it takes nothing", clock_.now());
}

void BusGateway::receive() {
    receive_by_lanes();
    Frame frame;
    for (int i = 0; i < frames_per_round && dealer_.receive(frame); ++i) {
        if (!lanes_.empty() && is_control(frame)) receive_by_lanes();  // a process's end is told after what it said
        exchange_.on_frame(std::as_const(frame).bytes(), clock_.now());
    }
}

void BusGateway::receive_by_lanes() {
    if (lanes_.empty()) return;
    lanes_.answer();
    std::uint64_t peer = 0;
    Frame frame;
    for (int i = 0; i < lane_frames_per_round && lanes_.receive(peer, frame); ++i)
        exchange_.on_lane_frame(peer, std::as_const(frame).bytes(), clock_.now());
}

bool BusGateway::serve() {
    const std::unique_lock lock(driving_, std::try_to_lock);
    if (!lock) return false;
    use_sockets();
    receive();
    exchange_.tick(clock_.now());
    flush();
    sockets_done();
    return true;
}

void BusGateway::wait(Duration longest) {
    const std::scoped_lock lock(driving_);
    use_sockets();
    waiting_.store(true);  // before the last look at what is to be sent: whoever adds after it, wakes
    exchange_.tick(clock_.now());
    const bool all_sent = flush();
    longest = std::min(longest, until_due(clock_.now()));
    await_frames(all_sent ? longest : std::min<Duration>(longest, retry_full_socket));
    waiting_.store(false);
    receive();
    exchange_.tick(clock_.now());
    flush();
    sockets_done();
}

Duration BusGateway::until_due(TimePoint now) {
    const TimePoint due = exchange_.due();
    return due == TimePoint::max() ? Duration::max() : std::max(due - now, Duration::zero());
}

// ---- The end

void BusGateway::close() {
    log::remove_forwarder(*this);
    wake();  // whoever waits at the socket
    const std::scoped_lock lock(driving_);
    use_sockets();
    exchange_.begin_leaving();
    await_settlement(clock_.now() + settlement_longest);
    exchange_.leave();
    send_rest(clock_.now() + farewell_longest);
    sockets_done();
}

/// Until all that was sent has arrived.
void BusGateway::await_settlement(TimePoint deadline) {
    for (TimePoint now = clock_.now(); now < deadline; now = clock_.now()) {
        exchange_.tick(now);
        const bool all_sent = flush();
        if (all_sent && exchange_.settled()) return;
        const Duration longest = std::min(deadline - now, until_due(now));
        await_frames(all_sent ? longest : std::min<Duration>(longest, retry_full_socket));
        receive();
    }
    log::warn("some of the last messages did not arrive in time");
}

void BusGateway::send_rest(TimePoint deadline) {
    while (!flush()) {
        if (clock_.now() >= deadline) return log::warn("the broker takes nothing any more");
        poll({}, retry_full_socket);
    }
}

}  // namespace zanni::transport
