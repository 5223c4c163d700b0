#include "simulation/simulated_host.hpp"

#include <csignal>
#include <stdexcept>

#include <zanni/assert.hpp>
#include <zanni/version.hpp>

#include "control_frame.hpp"
#include "process_id.hpp"
#include "simulation/simulated_network.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

constexpr auto retry_interval = std::chrono::milliseconds(1);
constexpr auto start_of_process = std::chrono::milliseconds(10);
constexpr auto notice_of_end = std::chrono::milliseconds(1);
const ExitCause killed{ExitCause::signal, SIGKILL, {}};

/// A newcomer's connection, whose id libzmq would choose.
Peer newcomer() {
    Peer peer;
    peer.size = Peer::chosen_bytes;
    return peer;
}

}  // namespace

SimulatedHost::SimulatedHost(SimulatedNetwork& network, const SimulatedConvention::Host& options, std::uint32_t id,
                             bool leads)
    : network_(network),
      options_(options),
      id_(id),
      leads_(leads),
      clock_(network.world().clock(), options.clock_ahead, options.clock_parts_per_million),
      up_(network.events(), network.choices(), network.world().clock(),
          [this](Frame frame) {
              network_.leader().let_happen([this, &frame](Switch& leader, TimePoint then) {
                  leader.on_frame(Peer(link_), std::move(frame), then);
              });
          }),
      down_(network.events(), network.choices(), network.world().clock(), [this](Frame frame) {
          let_happen([&](Switch& own, TimePoint then) { own.on_frame_from_leader(std::move(frame), then); });
      }) {
    up_.set(network.options().between_hosts);
    down_.set(network.options().between_hosts);
}

/// As the broker's loop does it: the event, then what has waited.
template <class Event>
void SimulatedHost::let_happen(Event event) {
    if (!switch_) return;
    event(*switch_, now());
    if (switch_) retry_soon();
}

void SimulatedHost::retry_soon() {
    if (retrying_ || !switch_->wants_retry()) return;
    retrying_ = true;
    network_.in(retry_interval, [this] {
        retrying_ = false;
        if (!stopped_) let_happen([](Switch& own, TimePoint then) { own.retry(then); });
    });
}

// ---- The broker

void SimulatedHost::start_broker() {
    if (switch_) return;
    Broker::Options options;
    options.self = {
        id_, options_.name, version(), leads_, options_.capabilities, 0, {}, {"tcp://" + options_.name + ":1"}};
    Wire& wire = *this;
    options.remembers = true;
    options.memory = memory_;
    if (options.memory)
        for (auto& resident : options.memory->residents) resident.lives = network_.lives(resident.pid);
    options.times = network_.times();
    options.machine = "simulated";
    options.pid = broker_pid_ = network_.new_pid();
    switch_ = std::make_unique<Switch>(std::move(options), wire, now());
    ready_ = false;
    const std::uint64_t incarnation = ++incarnation_;
    switch_->begin();
    tick(incarnation);
    for (auto& [number, attached] : processes_)
        if (!attached.is_gone)
            network_.in(network_.reconnect_delay(), [this, incarnation, &there = attached] {
                if (incarnation == incarnation_ && switch_ && !there.is_gone) connect(there);
            });
    if (leads_)
        for (const auto& host : network_.hosts()) host->try_to_link();
}

void SimulatedHost::tick(std::uint64_t incarnation) {
    if (incarnation != incarnation_ || !switch_) return;
    network_.in(network_.times().tick_interval(), [this, incarnation] { tick(incarnation); });
    if (!stopped_) let_happen([](Switch& own, TimePoint then) { own.tick(then); });
}

void SimulatedHost::kill_broker() {
    if (!switch_) return;
    switch_.reset();
    ready_ = false;
    stopped_ = false;
    missed_.clear();
    watched_.clear();
    network_.pid_ended(broker_pid_);
    for (auto& [number, attached] : processes_) {
        attached.connected = false;
        attached.up->break_off();
        attached.down->break_off();
    }
    up_.break_off();
    down_.break_off();
    linked_ = false;
    link_ = 0;
    look_at_cuts();
    while (!host_links_.empty()) drop_link(host_links_.begin()->first);
    for (const auto& host : network_.hosts()) {
        if (leads_) host->lost_leader();
        host->lost_host(id_);
    }
}

void SimulatedHost::stop_broker(bool stopped) {
    stopped_ = stopped;
    look_at_cuts();
    for (const auto& host : network_.hosts()) host->look_at_host_links();
    if (leads_)
        for (const auto& host : network_.hosts()) host->look_at_cuts();
    if (!stopped)
        for (const auto& missed : std::exchange(missed_, {})) missed();
}

/// Pipes to whoever doesn't read stall.
void SimulatedHost::look_at_cuts() {
    const bool reads = lives() && !stopped_;
    for (auto& [number, attached] : processes_) {
        attached.up->cut(!attached.connected || !reads);
        attached.down->cut(attached.process->is_stopped());
    }
    if (leads_) return;
    const SimulatedHost& leader = network_.leader();
    up_.cut(!linked_ || up_cut_ || !leader.lives() || leader.stopped_);
    down_.cut(!linked_ || down_cut_ || !reads);
}

void SimulatedHost::stop(const Stop&) {
    network_.in({}, [this, incarnation = incarnation_] {
        if (incarnation == incarnation_) kill_broker();
    });
}

// ---- Its processes

SimulatedHost::Attached& SimulatedHost::attach(std::uint64_t number, bool common) {
    ZANNI_ASSERT(!processes_.contains(number), "a broker gives no number twice");
    Attached& attached = processes_[number];
    const auto pipe = [&](Pipe::Arrive arrive) {
        auto made =
            std::make_unique<Pipe>(network_.events(), network_.choices(), network_.world().clock(), std::move(arrive));
        made->set(network_.options().within_host);
        return made;
    };
    attached.up = pipe([this, number](Frame frame) {
        let_happen([&](Switch& own, TimePoint then) { own.on_frame(Peer(number), std::move(frame), then); });
    });
    attached.down = pipe([&attached](Frame frame) { attached.process->arrive(std::move(frame)); });
    attached.lanes = std::make_unique<SimulatedLanes>(
        network_, *this, number,
        [&attached](std::uint64_t peer, Frame frame) { attached.process->arrive_by_lane(peer, std::move(frame)); });
    attached.process = std::make_unique<SimulatedProcess>(
        network_.world(),
        SimulatedProcess::Options{number, network_.new_pid(), common, *network_.options().registry,
                                  options_.clock_ahead, options_.clock_parts_per_million, *attached.lanes,
                                  network_.options().lane_frames},
        [&attached](Frame& frame) { return attached.up->send(frame); },
        [this](std::int64_t pid) { return network_.lives(pid); });
    return attached;
}

void SimulatedHost::connect(Attached& attached) {
    attached.connected = true;
    look_at_cuts();
}

SimulatedProcess& SimulatedHost::start_application() {
    if (!switch_) throw std::runtime_error("the broker of " + options_.name + " doesn't live");
    switch_->on_frame(newcomer(), Frame(control_frame(0, 0, Hello{version()})), now());
    std::uint64_t number = 0;
    const auto header = check_frame(std::as_const(*welcome_).bytes());
    read_control(*header, std::as_const(*welcome_).bytes(),
                 on<Welcome>([&](const Welcome& welcome) { number = welcome.process; }));
    Attached& attached = attach(number, false);
    connect(attached);
    attached.process->begin();
    return *attached.process;
}

void SimulatedHost::start_actor_process(std::uint64_t process) { start_child(process, true); }

void SimulatedHost::start_child(std::uint64_t process, bool common) {
    Attached& attached = attach(process, common);
    switch_->actor_process_started(process, attached.process->pid());
    network_.in(start_of_process, [this, &attached] {
        if (attached.is_gone) return;
        if (switch_) connect(attached);
        attached.process->begin();
    });
}

SimulatedProcess* SimulatedHost::actor_process() {
    for (auto& [number, attached] : processes_)
        if (!attached.is_gone && attached.process->is_common()) return attached.process.get();
    return nullptr;
}

void SimulatedHost::turn(Attached& attached) {
    attached.process->turn();
    look_at_time(attached);
    if (attached.process->has_ended() && !attached.is_gone) gone(attached, {ExitCause::process_exit, 0, {}});
}

void SimulatedHost::look_at_time(Attached& attached) {
    const TimePoint due = attached.process->due();
    if (due >= attached.next_turn) return;
    attached.next_turn = due;
    network_.events().at(due, [&attached] {
        attached.next_turn = TimePoint::max();
        attached.process->wake_up();
    });
}

void SimulatedHost::kill(SimulatedProcess& process) {
    Attached& attached = processes_.at(process.number());
    if (attached.is_gone) return;
    process.kill();
    attached.down->break_off();
    gone(attached, killed);
}

/// What it has sent still arrives; then its end is noticed.
void SimulatedHost::gone(Attached& attached, const ExitCause& cause) {
    SimulatedProcess& process = *attached.process;
    attached.is_gone = true;
    network_.world().remove(process.runtime());
    network_.pid_ended(process.pid());
    network_.in(notice_of_end, [this, &attached, cause] {
        attached.connected = false;
        notice_end(*attached.process, cause);
    });
}

void SimulatedHost::notice_end(const SimulatedProcess& process, const ExitCause& cause) {
    if (stopped_) {
        missed_.emplace_back([this, &process, cause] { notice_end(process, cause); });
    } else if (watched_.erase(process.number()) != 0) {
        let_happen([&](Switch& own, TimePoint) { own.process_ended(process.number(), {ExitCause::gone, 0, {}}); });
    } else {
        let_happen([&](Switch& own, TimePoint then) { own.child_ended(process.pid(), cause, then); });
    }
}

void SimulatedHost::adopt_actor_process(std::int64_t pid) {
    if (network_.lives(pid)) return;
    network_.in(notice_of_end, [this, pid, incarnation = incarnation_] {
        if (incarnation != incarnation_) return;
        let_happen([&](Switch& own, TimePoint then) { own.child_ended(pid, {ExitCause::gone, 0, {}}, then); });
    });
}

void SimulatedHost::watch_process(std::uint64_t process, std::int64_t) {
    watched_.insert(process);
    const auto found = processes_.find(process);
    if (found == processes_.end() || found->second.is_gone)
        network_.in(notice_of_end, [this, process] {
            if (watched_.erase(process) == 0) return;
            let_happen([&](Switch& own, TimePoint) { own.process_ended(process, {ExitCause::gone, 0, {}}); });
        });
}

void SimulatedHost::signal_process(std::int64_t pid, int signal) {
    for (auto& [number, attached] : processes_) {
        if (attached.process->pid() != pid || attached.is_gone) continue;
        if (signal == SIGTERM)
            attached.process->end_in_order();
        else
            kill(*attached.process);
        return;
    }
}

Sent SimulatedHost::send(const Peer& peer, Frame& frame) {
    if (peer.size == Peer::chosen_bytes) {
        welcome_ = std::move(frame);
        return Sent::sent;
    }
    if (is_link(peer.process())) {
        if (!leads_) return send_to_caller(peer, frame);
        SimulatedHost* const member = network_.host_at(peer);
        return member ? member->send_down(frame) : Sent::unknown;
    }
    const auto found = processes_.find(peer.process());
    if (found == processes_.end() || !found->second.connected) return Sent::unknown;
    return found->second.down->send(frame);
}

// ---- Its link to the leader

void SimulatedHost::connect_to_leader(std::uint64_t link) {
    link_ = link;
    linked_ = false;
    up_.break_off();
    down_.break_off();
    look_at_cuts();
    try_to_link();
}

void SimulatedHost::lost_leader() {
    if (leads_) return;
    linked_ = false;
    up_.break_off();
    down_.break_off();
    look_at_cuts();
}

void SimulatedHost::try_to_link() {
    if (leads_ || link_ == 0) return;
    const auto possible = [this] { return lives() && !linked_ && network_.leader().lives() && !up_cut_ && !down_cut_; };
    if (!possible()) return;
    network_.in(network_.reconnect_delay(), [this, possible, link = link_] {
        if (link != link_ || !possible()) return;
        linked_ = true;
        look_at_cuts();
    });
}

void SimulatedHost::cut_link(bool up, bool is_cut) {
    (up ? up_cut_ : down_cut_) = is_cut;
    look_at_cuts();
    try_to_link();
}

// ---- Its direct links to other workers

void SimulatedHost::connect_to_host(const ConnectToHost& to) {
    drop_link(to.host);
    host_links_[to.host] = std::make_shared<SimulatedHostLink>(network_, *this, *network_.host(to.host), to.link);
}

Sent SimulatedHost::send_to_host(std::uint32_t host, Frame& frame) {
    const auto found = host_links_.find(host);
    return found == host_links_.end() ? Sent::unknown : found->second->send_there(frame);
}

void SimulatedHost::disconnect_from_host(std::uint32_t host) { drop_link(host); }

/// A frame that has come by it may be why: it outlives that.
void SimulatedHost::drop_link(std::uint32_t host) {
    const auto found = host_links_.find(host);
    if (found == host_links_.end()) return;
    found->second->reset();
    network_.in({}, [link = std::move(found->second)] {});
    host_links_.erase(found);
}

Sent SimulatedHost::send_to_caller(const Peer& peer, Frame& frame) {
    SimulatedHost* const caller = network_.host(host_of(peer.process()));
    if (!caller) return Sent::unknown;
    const auto link = caller->host_links_.find(id_);
    const bool is_it = link != caller->host_links_.end() && link->second->number() == peer.process();
    return is_it && link->second->is_made() ? link->second->send_back(frame) : Sent::unknown;
}

void SimulatedHost::hear_as_called(std::uint64_t link, Frame frame) {
    let_happen([&](Switch& own, TimePoint then) { own.on_frame(Peer(link), std::move(frame), then); });
}

void SimulatedHost::hear_as_caller(std::uint32_t host, Frame frame) {
    let_happen([&](Switch& own, TimePoint then) { own.on_frame_from_host(host, std::move(frame), then); });
}

void SimulatedHost::set_link_to(std::uint32_t host, const SimulatedConvention::Link& link) {
    links_to_[host] = link;
    for (const auto& each : network_.hosts()) each->look_at_host_links();
}

SimulatedConvention::Link SimulatedHost::link_to(std::uint32_t host) const {
    const auto found = links_to_.find(host);
    return found == links_to_.end() ? network_.options().between_hosts : found->second;
}

void SimulatedHost::cut_from(std::uint32_t host, bool is_cut) {
    if (is_cut)
        cut_from_.insert(host);
    else
        cut_from_.erase(host);
    for (const auto& each : network_.hosts()) each->look_at_host_links();
}

void SimulatedHost::heal_links() {
    cut_from_.clear();
    for (const auto& each : network_.hosts()) each->look_at_host_links();
}

void SimulatedHost::reset_link_to(std::uint32_t host) {
    if (const auto link = host_links_.find(host); link != host_links_.end()) link->second->reset();
}

void SimulatedHost::lost_host(std::uint32_t host) {
    if (const auto link = host_links_.find(host); link != host_links_.end()) link->second->lost();
}

void SimulatedHost::look_at_host_links() {
    for (const auto& [host, link] : host_links_) link->look_at_cuts();
}

Sent SimulatedHost::send_counted(Pipe& pipe, Frame& frame) {
    if (const auto header = decode_header(frame.bytes()); header && header->kind == FrameKind::control) {
        auto records = RecordReader::open(*header, frame.bytes());
        const auto record = records ? records->next() : std::nullopt;
        if (record && *record && (*record)->type != message_id<Heartbeat>) ++news_frames_;
    }
    return pipe.send(frame);
}

}  // namespace zanni::broker
