#include <exception>
#include <utility>

#include <zanni/convention_status.hpp>

#include "ask_broker.hpp"

namespace zanni {

namespace {

ProcessReport report_of(const transport::ProcessStatus& status) {
    ProcessReport report;
    report.process = status.process;
    report.pid = status.pid;
    report.program = status.program;
    report.isolated = status.resident_type;
    report.actors = status.actors;
    report.waiting = waiting_of(status);
    report.handled_per_second = status.handled_per_second;
    report.in_flight = status.in_flight;
    report.accounts = status.accounts;
    for (const auto& lane : status.lanes) report.lanes.push_back({lane.peer, lane.ipc, lane.up, lane.frames});
    return report;
}

HostReport report_of(const transport::HostStatus& status) {
    HostReport report;
    report.id = status.host.id;
    report.name = status.host.name;
    report.version = status.host.version;
    report.leader = status.host.leader;
    report.suspect = status.suspect;
    report.draining = status.host.draining;
    report.capabilities = status.host.capabilities;
    for (const auto& type : status.host.types) report.types.push_back(type.name);
    report.endpoints = status.host.endpoints;
    report.frames_routed = status.frames_routed;
    report.frames_returned = status.frames_returned;
    report.frames_dropped = status.frames_dropped;
    report.frames_refused = status.frames_refused;
    report.connections_refused = status.connections_refused;
    report.bytes_queued = status.bytes_queued;
    for (const auto& process : status.processes) report.processes.push_back(report_of(process));
    return report;
}

}  // namespace

std::expected<std::vector<HostReport>, Error> convention_status(const std::string& endpoint,
                                                                const StatusOptions& options) try {
    auto reply = transport::question<transport::HostStatusReply>(
        transport::connectable(endpoint), transport::HostStatusRequest{}, options.wait_longest, options.keys);
    if (!reply) return std::unexpected(Error{Error::refused, endpoint + ": " + reply.error().context});
    transport::put_leader_first(reply->hosts);
    std::vector<HostReport> hosts;
    for (const auto& host : reply->hosts) hosts.push_back(report_of(host));
    return hosts;
} catch (const std::exception& error) {
    return std::unexpected(Error{Error::unreachable, error.what()});
}

}  // namespace zanni
