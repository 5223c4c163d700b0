#include "exchange.hpp"

#include <algorithm>
#include <iterator>

#include <zanni/version.hpp>

#include "control_frame.hpp"
#include "frame.hpp"
#include "log.hpp"
#include "planted.hpp"
#include "process_id.hpp"

namespace zanni::transport {

namespace {

constexpr std::size_t capability_updates_max = 1'000;  // that wait for the broker

std::uint64_t broker_of(std::uint64_t process) { return process_id(host_of(process), broker_number); }

/// Calls `take` with each record of a checked frame.
template <class Take>
void each_record(const FrameHeader& header, std::span<const std::byte> frame, Take take) {
    auto reader = RecordReader::open(header, frame);
    if (!reader) return;
    for (auto record = reader->next(); record && *record; record = reader->next()) take(**record);
}

/// The traces of a frame's records, asked for in the order of these.
class Traces {
public:
    Traces(const FrameHeader& header, std::span<const std::byte> frame) : traces_(traces_of(header, frame)) {}

    /// Of the next record.
    const TraceContext* next() {
        const std::uint32_t record = record_++;
        while (next_ != traces_.size() && traces_[next_].record < record) ++next_;
        return next_ != traces_.size() && traces_[next_].record == record ? &traces_[next_].context : nullptr;
    }

private:
    std::vector<RecordTrace> traces_;  // by record
    std::size_t next_ = 0;
    std::uint32_t record_ = 0;
};

void address(Envelope& envelope, const RecordView& record, std::uint64_t target_process, std::uint64_t sender_process) {
    envelope.target = detail::make_address({target_process, record.target_actor});
    if (record.sender_actor) envelope.sender = detail::make_address({sender_process, record.sender_actor});
}

}  // namespace

// ---- From the runtime

Way Exchange::post(EnvelopePtr envelope) {
    std::expected<Way, Error> added;
    const auto trace = envelope->trace == 0 ? std::nullopt : inbox_->trace_context_of(*envelope);
    {
        const std::scoped_lock lock(channels_mutex_);
        added = leaving_ ? std::unexpected(Error{Error::shut_down, {}}) : channels_.add(*envelope, trace);
    }
    if (added) return *added;
    inbox_->undeliverable(std::move(envelope), added.error().code);
    return Way::free;
}

Way Exchange::way_to(std::uint64_t process) {
    const std::scoped_lock lock(channels_mutex_);
    return channels_.way_to(process);
}

void Exchange::announce_dead_letter_handlers(std::vector<Address> own) {
    const std::scoped_lock lock(channels_mutex_);
    dead_letter_handlers_ = std::move(own);
    announced_ = false;
}

Capabilities Exchange::capabilities() const {
    const std::scoped_lock lock(table_mutex_);
    const HostEntry* const host = table_.find(host_);
    return host ? host->capabilities : Capabilities{};
}

std::expected<void, Error> Exchange::update_capability(const std::string& key,
                                                       const std::optional<CapabilityValue>& value) {
    const std::scoped_lock lock(channels_mutex_);
    if (capability_updates_.size() == capability_updates_max)
        return std::unexpected(Error{Error::overloaded, "the broker takes no changes of capabilities at present"});
    capability_updates_.push_back({key, value});
    return {};
}

std::expected<std::uint64_t, Error> Exchange::place(const Wanted& wanted) {
    const std::scoped_lock lock(table_mutex_);
    return table_.choose(host_, wanted, placement_random_);
}

Isolation Exchange::isolation_of(std::string_view type_name) const {
    const std::scoped_lock lock(table_mutex_);
    return table_.isolation_of(type_name);
}

// ---- Out

template <class M>
void Exchange::tell_broker(const M& message) {
    to_broker_.push_back(control_frame(options_.process, broker_of(options_.process), message));
}

void Exchange::begin(Inbox& inbox, const Registry& registry, TimePoint now) {
    inbox_ = &inbox;
    registry_ = &registry;
    registration_ = {options_.process, options_.pid,     options_.program, options_.common,
                     own_types(),      options_.machine, version()};
    broker_heard_ = now;
    send_registration(now);
}

std::vector<TypeEntry> Exchange::own_types() const {
    std::vector<TypeEntry> types;
    for (const auto& name : registry_->names()) {
        const ActorType& type = *registry_->find(name);
        types.push_back({name, type.requirements(), type.traits.isolation == Isolation::process});
    }
    return types;
}

void Exchange::send_registration(TimePoint now) {
    tell_broker(registration_);
    registered_ = false;
    register_at_ = now + report_interval();
}

std::optional<std::span<const std::byte>> Exchange::next(TimePoint now) {
    std::optional<std::span<const std::byte>> frame;
    lane_ = 0;
    {
        const std::scoped_lock lock(channels_mutex_);
        if (registered_) say_names(now);
        if (registered_ && !std::exchange(announced_, true)) tell_broker(DeadLetterHandlers{dead_letter_handlers_});
        if (registered_)
            for (const auto& update : std::exchange(capability_updates_, {})) tell_broker(update);
        if (!greetings_.empty()) {
            frame = channels_.greeting(greetings_.front().peer, greetings_.front().by_lane);
            greetings_.pop_front();
        }
        if (!frame && registered_ && (to_broker_.empty() || left_)) frame = channels_.next(now);
        if (frame) lane_ = channels_.lane();
        if (!frame && !to_broker_.empty()) {
            leaving_now_ = std::move(to_broker_.front());
            to_broker_.pop_front();
            frame = leaving_now_;
        }
    }
    relieve();
    return frame;
}

// ---- In

void Exchange::on_frame(std::span<const std::byte> frame, TimePoint now) {
    const auto header = check_frame(frame);
    if (!header) return log::warn("a frame was refused: " + header.error().to_string());
    if (header->destination != options_.process) return log::warn("a frame for another process was refused");
    broker_heard_ = now;
    broker_missed_ = false;
    switch (header->kind) {
        case FrameKind::data:
            on_data(*header, frame, now);
            break;
        case FrameKind::acknowledgement:
            on_acknowledgement(*header, now);
            if (header->answer) answer_by_broker(*header);
            break;
        case FrameKind::returned:
            on_returned(*header);
            break;
        case FrameKind::control:
            on_control(*header, frame, now);
            break;
    }
    relieve();
}

void Exchange::on_data(const FrameHeader& header, std::span<const std::byte> frame, TimePoint now) {
    IncomingStream::Verdict verdict;
    if (!has_room(header, frame)) return log::debug("a large message has to wait, others come in already");
    bool makes_sense = header.epoch != 0;
    if (makes_sense) {
        const std::scoped_lock lock(channels_mutex_);
        makes_sense = channels_.on_word(header, now);
        if (makes_sense) verdict = channels_.on_data(header, frame.size(), now);
    }
    if (!makes_sense) return log::warn("a frame was refused: it acknowledges what was never sent");
    if (verdict.new_epoch) {
        parts_.forget([&](std::uint64_t source) { return source == header.source; });
        on_lane_broken(header.source, "its other end began anew", now);
    }
    if (!verdict.take) return;
    Traces traces(header, frame);
    each_record(header, frame, [&](const RecordView& record) {
        const TraceContext* const trace = traces.next();
        if (is_lane_word(record)) return on_lane_word(header.source, record, now);
        EnvelopePtr envelope = parts_.add(header.source, record);
        if (!envelope) return;
        address(*envelope, record, options_.process, header.source);
        if (trace) inbox_->trace_received(*envelope, *trace);
        inbox_->deliver(std::move(envelope), header.source);
    });
    look_at_held();
}

/// For the large message that may begin here, in a frame of its own. A frame that isn't taken comes again.
bool Exchange::has_room(const FrameHeader& header, std::span<const std::byte> frame) {
    bool room = true;
    if (header.records == 1)
        each_record(header, frame, [&](const RecordView& record) { room = parts_.make_room(header.source, record); });
    return room;
}

void Exchange::on_acknowledgement(const FrameHeader& header, TimePoint now) {
    const std::scoped_lock lock(channels_mutex_);
    if (!channels_.on_word(header, now)) log::warn("an acknowledgement was refused: it names what was never sent");
}

/// There is no such process, as far as a broker knows that should know it.
void Exchange::on_returned(const FrameHeader& header) {
    {
        const std::scoped_lock lock(channels_mutex_);
        if (!channels_.is_of_this_epoch(header) || has(Bug::returned_ignored)) return;
    }
    const auto lost = give_up(header.source, static_cast<Error::Code>(header.reason));
    ExitCause cause{ExitCause::gone, 0, {}};
    if (header.reason == Error::overloaded)
        cause = {ExitCause::start_failure, 0, "its host can start no process for it"};
    inbox_->process_gone(header.source, cause);
    bury(lost);
}

/// More than this process may hold: its peers are to wait, and nobody here waits for them.
void Exchange::look_at_held() {
    const std::size_t held = held_bytes_.load(std::memory_order_relaxed);
    const bool grant = held <= (granting_ ? options_.held_bytes_max : options_.held_bytes_max / 2);
    if (std::exchange(granting_, grant) == grant) return;
    {
        const std::scoped_lock lock(channels_mutex_);
        channels_.grant(grant);
        channels_.set_calm(!grant);
    }
    inbox_->receiving(grant);
}

void Exchange::relieve() {
    std::vector<std::uint64_t> relieved;
    {
        const std::scoped_lock lock(channels_mutex_);
        relieved = channels_.take_relieved();
    }
    for (const std::uint64_t process : relieved) inbox_->relieved(process);
}

// ---- What the broker says

void Exchange::on_control(const FrameHeader& header, std::span<const std::byte> frame, TimePoint now) {
    const auto error = read_control(
        header, frame,  //
        on<Registered>([&](const Registered& news) { on_registered(news, now); }),
        on<HostChanged>([&](const HostChanged& news) { on_host_changed(news, now); }),
        on<HostLoads>([&](const HostLoads& news) { on_host_loads(news); }),
        on<HostGone>([&](const HostGone& news) { on_host_gone(news.host, news.reason); }),
        on<ProcessGone>([&](const ProcessGone& news) { on_process_gone(news); }),
        on<LoadModule>([&](const LoadModule& wish) { on_load_module(wish); }),
        on<DeadLetterHandlers>([&](const DeadLetterHandlers& news) { inbox_->dead_letter_handlers(news.handlers); }),
        on<RegisterAgain>([&](const RegisterAgain&) {
            if (registered_ || now >= register_at_) send_registration(now);
        }),
        on<NameGiven>([&](const NameGiven& news) { on_name_given(news, now); }),
        on<NameFound>([&](const NameFound& news) { on_name_found(news); }),
        on<NameReleased>([&](const NameReleased& news) {
            const std::scoped_lock lock(channels_mutex_);
            names_.on_released(news);
        }),
        on<Heartbeat>([](const Heartbeat&) {}), on<EndProcess>([&](const EndProcess&) { inbox_->shut_down(); }),
        on<Refused>([&](const Refused& news) {
            refused_ = Error{news.code, news.context};
            log::error("the broker refuses this process: " + refused_->to_string());
            inbox_->shut_down();
        }));
    if (error) log::warn("a control message was refused: " + error->to_string());
}

/// The broker knows this process, maybe again: it may have been gone, and with it whatever was under way.
void Exchange::on_registered(const Registered& news, TimePoint now) {
    registered_ = true;
    down_after_ = news.down_after;
    broker_pid_ = news.pid;
    const Capabilities before = capabilities();
    {
        const std::scoped_lock lock(table_mutex_);
        const auto named = [&](std::uint32_t known) {
            return std::ranges::any_of(news.hosts, [&](const HostEntry& host) { return host.id == known; });
        };
        if (news.member) {
            std::erase_if(doubtful_, [&](const auto& entry) { return named(entry.first); });
            for (const auto& known : table_.hosts())
                if (!named(known.id)) doubtful_.emplace_back(known.id, now + down_after_);
            table_.clear();
        }
        for (const auto& host : news.hosts) table_.put(host);
        host_ = news.host;
    }
    for (const auto& host : news.hosts)
        if (host.id != news.host) inbox_->host_present(host.id, host.name, host.capabilities);
    if (capabilities() != before) inbox_->capabilities_changed();
    const std::scoped_lock lock(channels_mutex_);
    announced_ = dead_letter_handlers_.empty();
    names_.set_retry_after(report_interval());
    names_.say_all();
    channels_.resume(now);
}

void Exchange::on_host_changed(const HostChanged& news, TimePoint now) {
    bool is_own = false;
    bool own_changed = false;
    {
        const std::scoped_lock lock(table_mutex_);
        is_own = news.host.id == host_;
        const HostEntry* const known = table_.find(host_);
        own_changed = is_own && (!known || known->capabilities != news.host.capabilities);
        table_.put(news.host);
        std::erase_if(doubtful_, [&](const auto& entry) { return entry.first == news.host.id; });
    }
    if (own_changed) inbox_->capabilities_changed();
    if (!is_own) inbox_->host_present(news.host.id, news.host.name, news.host.capabilities);
    const std::scoped_lock lock(channels_mutex_);
    channels_.ask_host(news.host.id, now);
}

void Exchange::on_host_loads(const HostLoads& news) {
    const std::scoped_lock lock(table_mutex_);
    for (const auto& load : news.loads) table_.put_load(load.host, load.actors);
}

void Exchange::on_host_gone(std::uint32_t host, const std::string& reason) {
    {
        const std::scoped_lock lock(table_mutex_);
        table_.remove(host);
        std::erase_if(doubtful_, [&](const auto& entry) { return entry.first == host; });
    }
    std::vector<Channels::Lost> lost;
    for (const std::uint64_t peer : peers())
        if (host_of(peer) == host) std::ranges::move(give_up(peer, Error::host_lost), std::back_inserter(lost));
    parts_.doubt([&](std::uint64_t source) { return host_of(source) == host; });  // it may live after all
    inbox_->host_gone(host, reason);
    bury(lost);
}

void Exchange::on_process_gone(const ProcessGone& news) {
    if (news.process == options_.process) return;
    lanes_.forget(news.process);
    std::vector<Channels::Lost> lost;
    {
        const std::scoped_lock lock(channels_mutex_);
        lost = channels_.forget(news.process);
    }
    parts_.forget([&](std::uint64_t source) { return source == news.process; });
    inbox_->process_gone(news.process, news.cause);
    bury(lost);
}

/// Its broker tells everybody of the new types, and this process first of all: whoever asked hears of it after that.
void Exchange::on_load_module(const LoadModule& wish) {
    ModuleLoaded answer{wish.path, "this process loads no modules"};
    if (options_.load_module) {
        const auto loaded = options_.load_module(wish.path);
        answer.failure = loaded ? std::nullopt : std::optional(loaded.error().context);
    }
    registration_.types = answer.types = own_types();
    tell_broker(answer);
}

// ---- What can't be delivered

/// Its channel's next message belongs to another life. What is returned is to be buried when the inbox knows of the
/// end: whoever waits for an answer hears of that first.
std::vector<Channels::Lost> Exchange::give_up(std::uint64_t process, Error::Code unsent_reason) {
    lanes_.forget(process);
    const std::scoped_lock lock(channels_mutex_);
    return channels_.close(process, unsent_reason);
}

std::vector<std::uint64_t> Exchange::peers() {
    const std::scoped_lock lock(channels_mutex_);
    return channels_.peers();
}

/// A large message counts with its last part. It is whole again if the first ones are here too.
void Exchange::bury(const std::vector<Channels::Lost>& lost) {
    Parts parts;
    for (const auto& [frames, reason] : lost)
        for (const KeptFrame& frame : frames) {
            Traces traces(frame.header, frame.bytes);
            each_record(frame.header, frame.bytes, [&, why = reason](const RecordView& record) {
                const TraceContext* const trace = traces.next();
                if (is_lane_word(record)) return;
                EnvelopePtr envelope = parts.add(frame.header.destination, record);
                if (record.parts_left != 0) return;
                if (!envelope) envelope = make_marshalled_envelope(record.type, record.payload, record.bases);
                address(*envelope, record, frame.header.destination, options_.process);
                if (trace) inbox_->trace_received(*envelope, *trace);
                inbox_->undeliverable(std::move(envelope), why);
            });
        }
}

// ---- Time

void Exchange::tick(TimePoint now) {
    look_at_held();
    std::vector<KeptFrame> blocked;
    {
        const std::scoped_lock lock(channels_mutex_);
        blocked = channels_.tick(now);
    }
    if (!blocked.empty()) {
        std::vector<Channels::Lost> lost;
        lost.push_back({std::move(blocked), Error::window_timeout});
        bury(lost);
    }
    if (!registered_ && now >= register_at_) send_registration(now);
    give_up_claims(now);
    look_at_lanes(now);
    report(now);
    forward_logs(now);
    look_at_broker(now);
    look_for_doubtful(now);
    relieve();
}

TimePoint Exchange::due() {
    const std::scoped_lock lock(channels_mutex_);
    if (!registered_) return std::min(channels_.due(), register_at_);
    const TimePoint wished = lane_wishes_.empty() ? TimePoint::max() : lanes_.next_look();
    return std::min({channels_.due(), next_report_, names_.due(), lanes_.due(), wished});
}

/// Also without news: the answer shows that the broker lives.
void Exchange::report(TimePoint now) {
    if (!registered_ || now < next_report_) return;
    next_report_ = now + report_interval();
    if (to_broker_.empty())
        tell_broker(Report{inbox_->actor_count(), inbox_->accounts(), messages_in_flight(), inbox_->resident_type(),
                           lane_entries(now)});
}

/// While the broker is away, or takes nothing, they wait in the outbox, which has a limit.
void Exchange::forward_logs(TimePoint now) {
    constexpr std::size_t waiting_max = 100;
    if (!registered_ || left_ || broker_missed_ || to_broker_.size() > waiting_max) return;
    for (const LogRecord& record : log_outbox_.take(now)) tell_broker(record);
}

/// A host without a broker is no host: an actor process ends then. An application waits for it to come back.
void Exchange::look_at_broker(TimePoint now) {
    if (now - broker_heard_ < down_after_) return;
    if (!std::exchange(broker_missed_, true)) log::warn("the broker is silent");
    if (!ends_with_broker() || broker_pid_ == 0 || options_.lives(broker_pid_)) return;
    log::error("the broker is gone: this process ends");
    broker_pid_ = 0;
    inbox_->shut_down();
    begin_leaving();  // nothing will leave any more, and who is paused for that has to hear that it is to end
    for (const std::uint64_t peer : peers()) bury(give_up(peer, Error::host_lost));
}

void Exchange::look_for_doubtful(TimePoint now) {
    std::vector<std::uint32_t> gone;
    for (const auto& [host, until] : doubtful_)
        if (now >= until) gone.push_back(host);
    for (const std::uint32_t host : gone) on_host_gone(host, "its broker did not come back");
}

void Exchange::add_to(Survey& survey) {
    const std::scoped_lock lock(channels_mutex_);
    survey.peers = channels_.survey();
}

// ---- The end

void Exchange::begin_leaving() {
    const std::scoped_lock lock(channels_mutex_);
    leaving_ = true;
}

bool Exchange::settled() {
    const std::scoped_lock lock(channels_mutex_);
    return channels_.settled();
}

std::uint64_t Exchange::messages_in_flight() {
    const std::scoped_lock lock(channels_mutex_);
    return channels_.messages();
}

void Exchange::leave() {
    lanes_.end();
    for (const std::uint64_t peer : peers()) bury(give_up(peer, Error::shut_down));
    {
        const std::scoped_lock lock(channels_mutex_);
        channels_.acknowledge_all();  // or peers would not know what has come in the last milliseconds
        while (const auto frame = channels_.next(TimePoint{})) to_broker_.emplace_back(frame->begin(), frame->end());
    }
    tell_broker(Leave{});
    left_ = true;
}

}  // namespace zanni::transport
