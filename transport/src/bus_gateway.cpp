#include "bus_gateway.hpp"

#include <unistd.h>

#include <stdexcept>
#include <utility>

#include "control_frame.hpp"
#include "frame.hpp"
#include "log.hpp"

namespace zanni::transport {

namespace {

constexpr int frames_per_round = 64;
constexpr auto report_interval = std::chrono::seconds(1);
constexpr auto retry_full_socket = std::chrono::milliseconds(1);
constexpr auto farewell_longest = std::chrono::milliseconds(500);

std::uint64_t broker_of(std::uint64_t process) { return process_id(host_of(process), broker_number); }

}  // namespace

BusGateway::BusGateway(std::unique_ptr<Context> context, Options options)
    : options_(std::move(options)),
      context_(std::move(context)),
      dealer_(*context_, routing_id(options_.process)),
      outbox_(options_.process) {
    dealer_.connect(options_.endpoint);
}

BusGateway::~BusGateway() = default;

void BusGateway::open(Inbox& inbox, const Registry& registry) {
    inbox_ = &inbox;
    registration_ = {options_.process, ::getpid(), options_.program, options_.common, {}};
    for (const auto& name : registry.names())
        registration_.types.push_back({name, registry.find(name)->requirements()});
    const std::scoped_lock lock(driving_);
    dealer_.use();
    send_registration();
    await_registration();
    dealer_.done();
}

void BusGateway::send_registration() {
    Frame frame(control_frame(options_.process, broker_of(options_.process), registration_));
    dealer_.send(frame);
}

void BusGateway::await_registration() {
    const TimePoint deadline = clock_.now() + options_.wait_longest;
    for (;;) {
        {
            const std::scoped_lock lock(table_mutex_);
            if (host_ != 0) return;
        }
        if (refused_) throw std::runtime_error(options_.endpoint + ": " + refused_->to_string());
        const Duration left = deadline - clock_.now();
        if (left <= Duration::zero()) throw std::runtime_error(options_.endpoint + ": the broker does not answer");
        PollItem item{&dealer_};
        poll({&item, 1}, left);
        receive();
    }
}

Capabilities BusGateway::capabilities() const {
    const std::scoped_lock lock(table_mutex_);
    const HostEntry* const host = table_.find(host_);
    return host ? host->capabilities : Capabilities{};
}

std::expected<std::uint64_t, Error> BusGateway::place(std::string_view type_name, const Requirements& extra) {
    const std::scoped_lock lock(table_mutex_);
    return table_.choose(host_, type_name, extra);
}

// ---- Out

Way BusGateway::post(EnvelopePtr envelope) {
    std::expected<void, Error> added;
    {
        const std::scoped_lock lock(outbox_mutex_);
        added = closed_ ? std::unexpected(Error{Error::shut_down, {}}) : outbox_.add(*envelope);
    }
    if (!added)
        inbox_->undeliverable(std::move(envelope), added.error().code);
    else if (waiting_.load())
        wake();
    return Way::free;
}

/// Sends until the outbox is empty, or the socket is full: false then.
bool BusGateway::flush() {
    for (;;) {
        if (!unsent_) {
            const std::scoped_lock lock(outbox_mutex_);
            const auto frame = outbox_.take();
            if (!frame) return true;
            unsent_.emplace(*frame);
        }
        if (dealer_.send(*unsent_) != Sent::sent) return false;
        unsent_.reset();
    }
}

void BusGateway::announce_dead_letter_handlers(std::vector<Address> own) {
    {
        const std::scoped_lock lock(outbox_mutex_);
        dead_letter_handlers_ = std::move(own);
        announced_ = false;
    }
    if (waiting_.load()) wake();
}

void BusGateway::announce() {
    DeadLetterHandlers news;
    {
        const std::scoped_lock lock(outbox_mutex_);
        if (announced_) return;
        news.handlers = dead_letter_handlers_;
        announced_ = true;
    }
    Frame frame(control_frame(options_.process, broker_of(options_.process), news));
    if (dealer_.send(frame) == Sent::sent) return;
    const std::scoped_lock lock(outbox_mutex_);
    announced_ = false;
}

void BusGateway::report_if_due() {
    const TimePoint now = clock_.now();
    if (now < next_report_) return;
    next_report_ = now + report_interval;
    const std::uint64_t actors = inbox_->actor_count();
    if (actors == reported_actors_) return;
    Frame frame(control_frame(options_.process, broker_of(options_.process), Report{actors}));
    if (dealer_.send(frame) == Sent::sent) reported_actors_ = actors;
}

// ---- Both

bool BusGateway::serve() {
    const std::unique_lock lock(driving_, std::try_to_lock);
    if (!lock) return false;
    dealer_.use();
    receive();
    flush();
    announce();
    report_if_due();
    dealer_.done();
    return true;
}

void BusGateway::wait(Duration longest) {
    const std::scoped_lock lock(driving_);
    dealer_.use();
    waiting_.store(true);  // before the last look into the outbox: whoever adds after it, wakes
    const bool all_sent = flush();
    announce();
    longest = std::min<Duration>(longest, report_interval);
    PollItem items[] = {{&dealer_}, {nullptr, wake_fd_.fd()}};
    poll(items, all_sent ? longest : std::min<Duration>(longest, retry_full_socket));
    waiting_.store(false);
    if (items[1].ready) wake_fd_.clear();
    receive();
    flush();
    report_if_due();
    dealer_.done();
}

void BusGateway::close() {
    wake();  // whoever waits at the socket
    const std::scoped_lock lock(driving_);
    dealer_.use();
    {
        const std::scoped_lock outbox_lock(outbox_mutex_);
        closed_ = true;
    }
    if (!take_leave(clock_.now() + farewell_longest))
        log::warn("the broker took nothing any more: the last messages are lost");
    dealer_.done();
}

/// Sends what still waits, and Leave behind it.
bool BusGateway::take_leave(TimePoint deadline) {
    Frame leave(control_frame(options_.process, broker_of(options_.process), Leave{}));
    while (!flush() || dealer_.send(leave) != Sent::sent) {
        if (clock_.now() >= deadline) return false;
        poll({}, retry_full_socket);
    }
    return true;
}

// ---- In

void BusGateway::receive() {
    Frame frame;
    for (int i = 0; i < frames_per_round && dealer_.receive(frame); ++i) on_frame(frame);
}

void BusGateway::on_frame(const Frame& frame) {
    const auto header = check_frame(frame.bytes());
    if (!header) return log::warn("a frame was refused: " + header.error().to_string());
    if (header->destination != options_.process) return log::warn("a frame for another process was refused");
    switch (header->kind) {
        case FrameKind::data:
            return on_data(*header, frame.bytes());
        case FrameKind::returned:
            return on_returned(*header, frame.bytes());
        case FrameKind::control:
            return on_control(*header, frame.bytes());
    }
}

namespace {

/// Calls `take` with each record of a checked frame.
template <class Take>
void each_record(const FrameHeader& header, std::span<const std::byte> frame, Take take) {
    auto reader = RecordReader::open(header, frame);
    if (!reader) return;
    for (auto record = reader->next(); record && *record; record = reader->next()) take(**record);
}

void address(Envelope& envelope, const RecordView& record, std::uint64_t target_process, std::uint64_t sender_process) {
    envelope.target = detail::make_address({target_process, record.target_actor});
    if (record.sender_actor) envelope.sender = detail::make_address({sender_process, record.sender_actor});
}

}  // namespace

void BusGateway::on_data(const FrameHeader& header, std::span<const std::byte> frame) {
    note_sequence(header);
    each_record(header, frame, [&](const RecordView& record) {
        EnvelopePtr envelope = parts_.add(header.source, record);
        if (!envelope) return;
        address(*envelope, record, options_.process, header.source);
        inbox_->deliver(std::move(envelope));
    });
}

void BusGateway::note_sequence(const FrameHeader& header) {
    std::uint32_t& last = last_sequence_[header.source];
    const bool begins = last == 0 || header.sequence == 1;  // a sender that took this process for gone begins anew
    if (!begins && header.sequence != last + 1)
        log::warn("frames from " + detail::make_address({header.source, 0}).to_string() +
                  " are missing or out of order: " + std::to_string(header.sequence) + " came after " +
                  std::to_string(last));
    last = header.sequence;
}

/// Of a message that comes back in parts the last one counts. Its content isn't put together again.
void BusGateway::on_returned(const FrameHeader& header, std::span<const std::byte> frame) {
    each_record(header, frame, [&](const RecordView& record) {
        if (record.parts_left != 0) return;
        EnvelopePtr envelope = make_marshalled_envelope(record.type, record.payload, record.bases);
        address(*envelope, record, header.source, options_.process);
        inbox_->undeliverable(std::move(envelope), static_cast<Error::Code>(header.reason));
    });
}

void BusGateway::on_control(const FrameHeader& header, std::span<const std::byte> frame) {
    const auto error = read_control(
        header, frame,  //
        on<Registered>([&](const Registered& news) {
            const std::scoped_lock lock(table_mutex_);
            table_ = {};
            for (const auto& host : news.hosts) table_.put(host);
            host_ = news.host;
        }),
        on<HostChanged>([&](const HostChanged& news) {
            const std::scoped_lock lock(table_mutex_);
            table_.put(news.host);
        }),
        on<HostGone>([&](const HostGone& news) { host_gone(news); }), on<ProcessGone>([&](const ProcessGone& news) {
            forget([&](std::uint64_t process) { return process == news.process; });
            inbox_->process_gone(news.process, news.cause);
        }),
        on<DeadLetterHandlers>([&](const DeadLetterHandlers& news) { inbox_->dead_letter_handlers(news.handlers); }),
        on<RegisterAgain>([&](const RegisterAgain&) {
            send_registration();
            const std::scoped_lock lock(outbox_mutex_);
            announced_ = dead_letter_handlers_.empty();
        }),
        on<EndProcess>([&](const EndProcess&) { inbox_->shut_down(); }), on<Refused>([&](const Refused& news) {
            refused_ = Error{news.code, news.context};
            log::error("the broker refuses this process: " + refused_->to_string());
            inbox_->shut_down();
        }));
    if (error) log::warn("a control message was refused: " + error->to_string());
}

template <class Gone>
void BusGateway::forget(Gone gone) {
    std::erase_if(last_sequence_, [&](const auto& entry) { return gone(entry.first); });
    parts_.forget(gone);
    const std::scoped_lock lock(outbox_mutex_);
    outbox_.forget(gone);
}

void BusGateway::host_gone(const HostGone& news) {
    {
        const std::scoped_lock lock(table_mutex_);
        table_.remove(news.host);
    }
    forget([&](std::uint64_t process) { return host_of(process) == news.host; });
    inbox_->host_gone(news.host, news.reason);
}

}  // namespace zanni::transport
