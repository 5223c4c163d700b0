#include "observer/snapshot.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include <zanni/version.hpp>

#include "host_words.hpp"
#include "json.hpp"

namespace zanni::broker {

namespace {

double seconds_of(Duration time) { return std::chrono::duration<double>(time).count(); }

std::string shown(const Address& address) { return address ? address.to_string() : std::string(); }

struct Totals {
    std::uint64_t actors = 0, waiting = 0, dead_letters = 0;
    double rate = 0, dead_rate = 0, bytes_rate = 0;
};

Totals totals_of(const Sight& sight) {
    Totals totals;
    for (const auto& process : sight.processes) {
        const auto rates = sight.rates.of_process(process.status.process);
        totals.actors += process.status.actors;
        totals.waiting += waiting_of(process.status);
        totals.dead_letters += rates.dead_letters;
        totals.rate += rates.rate;
        totals.dead_rate += rates.dead_rate;
    }
    for (const auto& [between, flow] : sight.rates.flows()) totals.bytes_rate += flow.bytes;
    return totals;
}

void write_totals(JsonWriter& json, const Sight& sight) {
    const Totals totals = totals_of(sight);
    json.key("totals").begin_object().key("hosts").value(std::uint64_t{sight.hosts.size()});
    json.key("processes").value(std::uint64_t{sight.processes.size()}).key("actors").value(totals.actors);
    json.key("rate").value(totals.rate).key("waiting").value(totals.waiting);
    json.key("dead_letters").value(totals.dead_letters).key("dead_rate").value(totals.dead_rate);
    json.key("bytes_rate").value(totals.bytes_rate).end_object();
}

void write_host(JsonWriter& json, const transport::HostStatus& host) {
    const HostLoad load = load_of(host);
    char id[16];
    std::snprintf(id, sizeof id, "%08x", host.host.id);
    json.begin_object().key("name").value(host.host.name).key("id").value(std::string_view(id));
    json.key("role").value(std::string_view(role_of(host))).key("version").value(host.host.version);
    json.key("capabilities").begin_object();
    for (const auto& [key, value] : host.host.capabilities)
        std::visit([&, &name = key](const auto& plain) { json.key(name).value(plain); }, value);
    json.end_object().key("endpoints").begin_array();
    for (const auto& endpoint : host.host.endpoints) json.value(endpoint);
    json.end_array().key("types").begin_array();
    for (const auto& type : host.host.types) json.value(type.name);
    json.end_array().key("actors").value(load.actors).key("waiting").value(load.waiting);
    json.key("rate").value(load.rate).key("frames_routed").value(host.frames_routed);
    json.key("frames_returned").value(host.frames_returned).key("frames_dropped").value(host.frames_dropped);
    json.key("frames_refused").value(host.frames_refused);
    json.key("connections_refused").value(host.connections_refused);
    json.key("bytes_queued").value(host.bytes_queued).end_object();
}

void write_process(JsonWriter& json, const SurveyedProcess& process, const Sight& sight) {
    const auto& status = process.status;
    const auto rates = sight.rates.of_process(status.process);
    const bool silent = !process.survey || sight.at - process.at > std::chrono::seconds(3);
    json.begin_object().key("process").value(process_name(status.process)).key("host").value(process.host);
    json.key("pid").value(status.pid).key("program").value(status.program);
    json.key("isolated").value(status.resident_type).key("actors").value(status.actors);
    json.key("waiting").value(waiting_of(status)).key("in_flight").value(status.in_flight);
    json.key("rate").value(process.survey ? rates.rate : static_cast<double>(status.handled_per_second));
    json.key("dead_letters").value(rates.dead_letters).key("silent").value(silent);
    if (process.survey) {
        json.key("cpu").value(rates.processor).key("memory").value(process.survey->machine.resident_bytes);
        json.key("files").value(process.survey->machine.open_files);
        json.key("age_s").value(seconds_of(sight.at - process.at));
    }
    json.end_object();
}

void write_types(JsonWriter& json, const Sight& sight) {
    json.key("types").begin_array();
    for (const auto& [name, type] : sight.rates.types()) {
        json.begin_object().key("name").value(name).key("actors").value(type.actors);
        json.key("waiting").value(type.waiting).key("deepest").value(type.deepest).key("rate").value(type.rate);
        json.key("cpu").value(type.processor).key("p50_us").value(microseconds_at(type.times, 50));
        json.key("p99_us").value(microseconds_at(type.times, 99)).end_object();
    }
    json.end_array();
}

struct NamedActor {
    const SurveyedProcess* process;
    const Survey::Actor* actor;
};

std::vector<NamedActor> named(const Sight& sight) {
    std::vector<NamedActor> all;
    for (const auto& process : sight.processes) {
        if (!process.survey) continue;
        for (const auto& actor : process.survey->listed) all.push_back({&process, &actor});
    }
    if (all.size() <= named_actors_max) return all;
    std::ranges::sort(all, std::greater<>(),
                      [](const NamedActor& each) { return std::pair(each.actor->waiting, each.actor->address); });
    all.resize(named_actors_max);
    return all;
}

void write_actors(JsonWriter& json, const Sight& sight) {
    json.key("actors").begin_array();
    for (const auto& [process, actor] : named(sight)) {
        json.begin_object().key("address").value(actor->address.to_string());
        json.key("process").value(process_name(process->status.process));
        json.key("type").value(process->survey->types.at(actor->type).name).key("name").value(actor->name);
        json.key("parent").value(shown(actor->parent)).key("waiting").value(actor->waiting);
        json.key("rate").value(sight.rates.of_actor(actor->address)).key("taken").value(actor->taken).end_object();
    }
    json.end_array();
}

void write_flows(JsonWriter& json, const Sight& sight) {
    json.key("flows").begin_array();
    for (const auto& [between, flow] : sight.rates.flows()) {
        json.begin_object().key("from").value(process_name(between.first));
        json.key("to").value(process_name(between.second));
        json.key("frames_rate").value(flow.frames).key("bytes_rate").value(flow.bytes);
        json.key("waiting").value(flow.peer.bytes_waiting);
        json.key("unacknowledged").value(flow.peer.bytes_unacknowledged);
        json.key("resent").value(flow.peer.frames_resent).key("lane").value(flow.peer.by_lane).end_object();
    }
    json.end_array();
}

void write_dead_letters(JsonWriter& json, const Sight& sight) {
    constexpr std::size_t latest_max = 100;
    struct Letter {
        const SurveyedProcess* process;
        const Survey::RecentDeadLetter* letter;
        double ago;
    };
    std::map<std::string, std::uint64_t> reasons;
    std::vector<Letter> latest;
    for (const auto& process : sight.processes) {
        for (const auto& some : (process.survey ? process.survey->accounts : process.status.accounts).dead_letters)
            if (some.count != 0) reasons[std::string(to_string(some.reason))] += some.count;
        if (!process.survey) continue;
        const double age = seconds_of(sight.at - process.at);
        for (const auto& letter : process.survey->dead_letters)
            latest.push_back({&process, &letter, seconds_of(letter.ago) + age});
    }
    std::ranges::sort(latest, {}, [](const Letter& each) { return std::pair(each.ago, each.letter->target); });
    latest.resize(std::min(latest.size(), latest_max));
    json.key("dead_letters").begin_object().key("reasons").begin_object();
    for (const auto& [reason, count] : reasons) json.key(reason).value(count);
    json.end_object().key("latest").begin_array();
    for (const auto& [process, letter, ago] : latest) {
        json.begin_object().key("ago_s").value(ago).key("count").value(letter->count);
        json.key("reason").value(to_string(letter->reason)).key("message").value(letter->message);
        json.key("to").value(shown(letter->target)).key("from").value(shown(letter->sender));
        json.key("process").value(process_name(process->status.process));
        json.key("host").value(process->host).end_object();
    }
    json.end_array().end_object();
}

void write_points(JsonWriter& json, const std::deque<History::Point>& points) {
    json.key("rate").begin_array();
    for (const auto& point : points) json.value(point.rate);
    json.end_array().key("waiting").begin_array();
    for (const auto& point : points) json.value(point.waiting);
    json.end_array();
}

void write_history(JsonWriter& json, const History& history) {
    json.key("history").begin_object().key("interval_s").value(std::int64_t{1}).key("at_ms").begin_array();
    for (const auto at : history.at_ms()) json.value(at);
    json.end_array();
    write_points(json, history.all());
    json.key("dead_rate").begin_array();
    for (const double rate : history.dead_rate()) json.value(rate);
    json.end_array().key("hosts").begin_object();
    for (const auto& [name, points] : history.hosts()) {
        json.key(name).begin_object();
        write_points(json, points);
        json.end_object();
    }
    json.end_object().end_object();
}

}  // namespace

std::string snapshot(const Sight& sight, const History& history, const SnapshotOptions& options) {
    const auto leader = std::ranges::find_if(sight.hosts, [](const auto& host) { return host.host.leader; });
    std::uint64_t actors = 0;
    std::size_t named_all = 0;
    for (const auto& process : sight.processes)
        if (process.survey) {
            actors += process.survey->actors;
            named_all += process.survey->listed.size();
        }
    JsonWriter json;
    json.begin_object().key("at_ms").value(sight.at_ms).key("seq").value(sight.number);
    json.key("version").value(std::string_view(version())).key("host").value(sight.own_host);
    json.key("leader").value(leader == sight.hosts.end() ? std::string() : leader->host.name);
    json.key("admin").value(options.admin).key("interval_s").value(std::int64_t{1});
    write_totals(json, sight);
    json.key("hosts").begin_array();
    for (const auto& host : sight.hosts) write_host(json, host);
    json.end_array().key("processes").begin_array();
    for (const auto& process : sight.processes) write_process(json, process, sight);
    json.end_array();
    write_types(json, sight);
    json.key("aggregated").value(actors > std::min(named_all, named_actors_max));
    if (options.actors) write_actors(json, sight);
    write_flows(json, sight);
    write_dead_letters(json, sight);
    json.key("names").begin_array();
    for (const auto& name : sight.names) {
        json.begin_object().key("name").value(name.name).key("address").value(shown(name.address));
        json.key("host").value(name.host).end_object();
    }
    json.end_array().key("log").begin_array();
    for (const auto& line : sight.log)
        json.begin_object().key("n").value(line.number).key("text").value(line.text).end_object();
    json.end_array();
    if (options.history) write_history(json, history);
    json.end_object();
    return json.text();
}

}  // namespace zanni::broker
