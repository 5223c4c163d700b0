#include "observer/web/metrics_page.hpp"

#include <initializer_list>
#include <limits>
#include <map>
#include <sstream>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <zanni/version.hpp>

#include "host_words.hpp"

namespace zanni::broker {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double seconds_of(Duration time) { return std::chrono::duration<double>(time).count(); }

/// Families by name, in the order in which they were first named.
class Page {
public:
    ClientMetric& add(const char* name, MetricType type, const char* help, Labels labels) {
        auto found = places_.find(name);
        if (found == places_.end()) {
            found = places_.emplace(name, families_.size()).first;
            auto& family = families_.emplace_back();
            family.name = name;
            family.help = help;
            family.type = type;
        }
        ClientMetric& metric = families_[found->second].metric.emplace_back();
        metric.label = std::move(labels);
        return metric;
    }
    void counter(const char* name, const char* help, Labels labels, double value) {
        add(name, MetricType::Counter, help, std::move(labels)).counter.value = value;
    }
    void counter(const char* name, const char* help, Labels labels, std::uint64_t value) {
        counter(name, help, std::move(labels), static_cast<double>(value));
    }
    void gauge(const char* name, const char* help, Labels labels, double value) {
        add(name, MetricType::Gauge, help, std::move(labels)).gauge.value = value;
    }
    void gauge(const char* name, const char* help, Labels labels, std::uint64_t value) {
        gauge(name, help, std::move(labels), static_cast<double>(value));
    }
    std::string text() const {
        std::ostringstream out;
        prometheus::TextSerializer().Serialize(out, families_);
        return out.str();
    }

private:
    std::map<std::string, std::size_t> places_;
    std::vector<prometheus::MetricFamily> families_;
};

Labels with(Labels labels, std::initializer_list<ClientMetric::Label> more) {
    labels.insert(labels.end(), more);
    return labels;
}

void add_membership(Page& page, const Sight& sight) {
    page.gauge("zanni_build_info", "Always 1; the version of this host.", {{"version", version()}}, 1.0);
    std::map<std::string, std::uint64_t> roles{{"leader", 0}, {"worker", 0}, {"suspect", 0}, {"draining", 0}};
    for (const auto& host : sight.hosts) ++roles[role_of(host)];
    for (const auto& [role, count] : roles)
        page.gauge("zanni_convention_hosts", "Hosts of the convention, by what this one knows of them.",
                   {{"state", role}}, count);
}

void add_host(Page& page, const transport::HostStatus& host) {
    const Labels labels{{"host", host.host.name}};
    page.gauge("zanni_host_processes", "Processes of the host.", labels, std::uint64_t{host.processes.size()});
    page.counter("zanni_broker_frames_routed_total", "Frames that the host's broker has passed on.", labels,
                 host.frames_routed);
    page.counter("zanni_broker_frames_returned_total", "Frames for processes that were no more.", labels,
                 host.frames_returned);
    page.counter("zanni_broker_frames_dropped_total", "Frames that had no way; their senders send them again.", labels,
                 host.frames_dropped);
    page.counter("zanni_broker_frames_refused_total", "Frames that a key, or the want of one, kept out.", labels,
                 host.frames_refused);
    page.counter("zanni_broker_connections_refused_total", "Connections that were kept out likewise.", labels,
                 host.connections_refused);
    page.gauge("zanni_broker_queued_bytes", "What waits in the broker for slow peers.", labels, host.bytes_queued);
}

void add_accounts(Page& page, const Accounts& accounts, const Labels& labels) {
    page.counter("zanni_messages_sent_total", "Messages sent by actors, callers from outside, and the system.", labels,
                 accounts.sent);
    page.counter("zanni_messages_received_total", "Messages that came from other processes.", labels,
                 accounts.received);
    page.counter("zanni_messages_delivered_total", "Messages taken by a handler, a caller or the system.", labels,
                 accounts.delivered);
    page.counter("zanni_messages_unhandled_total", "Messages that reached an actor without a handler for them.", labels,
                 accounts.unhandled);
    page.counter("zanni_messages_posted_total", "Messages sent to other processes.", labels, accounts.posted);
    for (const auto& some : accounts.dead_letters)
        page.counter("zanni_dead_letters_total", "Messages that could not be delivered.",
                     with(labels, {{"reason", std::string(to_string(some.reason))}}), some.count);
}

void add_handler_times(Page& page, const HandlerTimes& times, const Labels& labels) {
    auto& histogram =
        page.add("zanni_handler_duration_seconds", MetricType::Histogram,
                 "How long handlers took; of a busy worker one message in 64 stands for the others.", labels)
            .histogram;
    for (std::size_t i = 0; i <= HandlerTimes::bounds; ++i) {
        histogram.sample_count += times.counts[i];
        histogram.bucket.push_back({histogram.sample_count, i == HandlerTimes::bounds
                                                                ? std::numeric_limits<double>::infinity()
                                                                : seconds_of(HandlerTimes::bound(i))});
    }
    histogram.sample_sum = seconds_of(times.all);
}

void add_types(Page& page, const Survey& survey, const Labels& labels) {
    for (const auto& type : survey.types) {
        const Labels own = with(labels, {{"type", type.name}});
        page.gauge("zanni_actors", "Live actors.", own, type.actors);
        page.gauge("zanni_mailbox_messages", "Messages in the mailboxes of a type's actors.", own, type.waiting);
        page.gauge("zanni_mailbox_messages_max", "Messages in the fullest of them.", own, type.deepest);
        add_handler_times(page, type.handler_times, own);
    }
}

void add_channels(Page& page, const Survey& survey, const Labels& labels) {
    for (const auto& peer : survey.peers) {
        const Labels own = with(labels, {{"peer", process_name(peer.process)}});
        page.counter("zanni_channel_batches_sent_total", "Frames of messages sent to another process.", own,
                     peer.frames_sent);
        page.counter("zanni_channel_sent_bytes_total", "Bytes in them.", own, peer.bytes_sent);
        page.counter("zanni_channel_batches_received_total", "Frames of messages that came from it.", own,
                     peer.frames_received);
        page.counter("zanni_channel_received_bytes_total", "Bytes in them.", own, peer.bytes_received);
        page.counter("zanni_channel_batches_resent_total", "Frames that were sent again.", own, peer.frames_resent);
        page.gauge("zanni_channel_window_bytes", "What the other process takes unacknowledged.", own,
                   peer.window_bytes);
        page.gauge("zanni_channel_unacknowledged_bytes", "Sent, and not known to have arrived.", own,
                   peer.bytes_unacknowledged);
        page.gauge("zanni_channel_waiting_bytes", "To be sent.", own, peer.bytes_waiting);
    }
}

void add_process(Page& page, const SurveyedProcess& process) {
    const auto& status = process.status;
    const Labels labels{{"host", process.host}, {"process", process_name(status.process)}, {"program", status.program}};
    page.gauge("zanni_process_surveyed", "1 if the process has told how it fares, else 0.", labels,
               std::uint64_t{process.survey ? 1U : 0U});
    add_accounts(page, process.survey ? process.survey->accounts : status.accounts, labels);
    page.gauge("zanni_messages_waiting", "Messages that came and are not handled yet.", labels, waiting_of(status));
    page.gauge("zanni_messages_in_flight", "Messages to other processes, not known to have arrived.", labels,
               status.in_flight);
    if (!process.survey) return;
    const Survey& survey = *process.survey;
    page.gauge("zanni_process_resident_memory_bytes", "Resident memory.", labels, survey.machine.resident_bytes);
    page.gauge("zanni_process_open_fds", "Open file descriptors.", labels, survey.machine.open_files);
    page.counter("zanni_process_cpu_seconds_total", "Processor time, user and system.", labels,
                 seconds_of(survey.machine.processor_time));
    page.counter("zanni_slow_handlers_total", "Times that a handler was seen to run for too long.", labels,
                 survey.slow_handlers);
    add_types(page, survey, labels);
    add_channels(page, survey, labels);
}

}  // namespace

std::string metrics_page(const Sight& sight, bool all_hosts) {
    Page page;
    add_membership(page, sight);
    for (const auto& host : sight.hosts)
        if (all_hosts || host.host.name == sight.own_host) add_host(page, host);
    for (const auto& process : sight.processes)
        if (all_hosts || process.host == sight.own_host) add_process(page, process);
    return page.text();
}

}  // namespace zanni::broker
