#include "conductor.hpp"

#include <stdlib.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include "processes.hpp"

namespace plain_zmq {

namespace {

/// A folder for the ipc sockets that nobody else may enter, removed with all it holds.
class ScratchFolder {
public:
    ScratchFolder() {
        auto path = (std::filesystem::temp_directory_path() / "plain_zmq-XXXXXX").string();
        if (mkdtemp(path.data()) == nullptr) throw std::system_error(errno, std::generic_category(), path);
        path_ = path;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    std::string endpoint(std::uint32_t host) const { return "ipc://" + (path_ / std::to_string(host)).string(); }

private:
    std::filesystem::path path_;
};

constexpr std::uint32_t leader_host = 1, worker_a_host = 2, worker_b_host = 3;
constexpr std::uint32_t requestor_number = 2, server_number = 3;
constexpr auto start_max = std::chrono::seconds(10);
constexpr auto run_max = std::chrono::hours(1);  // the requestor itself gives up far sooner when pongs stay away

/// Starts each process of a run when those that it needs are there. Threads: one.
class Conductor {
public:
    explicit Conductor(const Run& run) : run_(run) {}

    Result conduct() {
        if (run_.brokers > 0) start_leader();
        const auto server = run_.brokers > 0 ? start_server() : start_server_alone();
        const auto requestor = start_requestor(server);
        const auto result = result_from_line(processes_.line_from(requestor, run_max));
        processes_.finish();
        return result;
    }

private:
    /// Where a requestor or server runs: its host and that host's broker.
    struct Place {
        std::uint32_t host;
        std::string endpoint;
    };

    void start_leader() {
        leader_ = start("leader broker", BrokerRole{leader_host, leader_place().endpoint, {}, queue_frames()});
        uplink_endpoint_ = processes_.line_from(leader_, start_max);
    }

    ProcessId start_server() {
        const auto place = run_.brokers > 1 ? start_worker(worker_b_host) : leader_place();
        const auto server = process_id(place.host, server_number);
        start("server", ServerRole{server, broker_of(leader_host), place.endpoint, queue_frames(), run_.one_way});
        processes_.line_from(leader_, start_max);  // "reached": every broker on the way has met its next neighbour
        return server;
    }

    ProcessId start_server_alone() {
        const auto server = process_id(leader_host, server_number);
        const auto child =
            start("server", ServerRole{server, 0, leader_place().endpoint, queue_frames(), run_.one_way});
        processes_.line_from(child, start_max);
        return server;
    }

    Processes::Child start_requestor(ProcessId server) {
        const auto place = run_.brokers > 2 ? start_worker(worker_a_host) : leader_place();
        return start("requestor", RequestorRole{.self = process_id(place.host, requestor_number),
                                                .server = server,
                                                .endpoint = place.endpoint,
                                                .queue_frames_max = queue_frames(),
                                                .in_flight = run_.in_flight,
                                                .count = run_.count,
                                                .payload_bytes = run_.payload_bytes,
                                                .one_way = run_.one_way});
    }

    Place start_worker(std::uint32_t host) {
        const auto name = std::string("worker broker ") + (host == worker_a_host ? 'A' : 'B');
        const Place place{host, folder_.endpoint(host)};
        const auto worker = start(name, BrokerRole{host, place.endpoint, uplink_endpoint_, queue_frames()});
        processes_.line_from(worker, start_max);
        return place;
    }

    template <typename Role>
    Processes::Child start(const std::string& name, const Role& role) {
        return processes_.start(name, [role](const Parent& parent) { plain_zmq::run(role, parent); });
    }

    Place leader_place() const { return {leader_host, folder_.endpoint(leader_host)}; }

    // There are never more frames than pings; and ZeroMQ learns late, half a queue at a time, what the reader has
    // taken.
    int queue_frames() const { return static_cast<int>(2 * run_.in_flight + 1'000); }

    const Run run_;
    ScratchFolder folder_;
    Processes processes_;
    Processes::Child leader_ = 0;
    std::string uplink_endpoint_;
};

}  // namespace

Result conduct(const Run& run) { return Conductor(run).conduct(); }

}  // namespace plain_zmq
