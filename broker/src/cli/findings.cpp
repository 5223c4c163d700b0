#include "findings.hpp"

#include <sys/resource.h>
#include <sys/timex.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <set>
#include <string_view>
#include <utility>

#include "host_words.hpp"
#include "open_files.hpp"
#include "security/key_folder.hpp"
#include "table.hpp"
#include "versions.hpp"

namespace zanni::cli {

namespace {

using enum Finding::Level;

constexpr std::size_t open_files_enough = 4'096;
constexpr std::size_t processes_enough = 1'024;
constexpr std::uint64_t memory_enough = std::uint64_t{256} << 20;
constexpr std::uint64_t disk_enough = std::uint64_t{64} << 20;
constexpr std::uint64_t waiting_much = 100'000;
constexpr std::uint64_t queued_much = std::uint64_t{16} << 20;

std::uint64_t memory_line(std::string_view name) {
    std::ifstream file("/proc/meminfo");
    std::string key;
    std::uint64_t kib = 0;
    for (std::string rest; file >> key >> kib; std::getline(file, rest))
        if (key == name) return kib * 1024;
    return 0;
}

}  // namespace

MachineFacts machine_facts() {
    MachineFacts facts;
    facts.open_files_max = broker::most_open_files();
    rlimit processes{};
    if (::getrlimit(RLIMIT_NPROC, &processes) == 0 && processes.rlim_cur != RLIM_INFINITY)
        facts.processes_max = processes.rlim_cur;
    facts.memory_all = memory_line("MemTotal:");
    facts.memory_free = memory_line("MemAvailable:");
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    std::error_code error;
    const std::filesystem::path folder = runtime ? runtime : std::filesystem::temp_directory_path(error);
    const auto space = std::filesystem::space(folder, error);
    if (!error) {
        facts.disk_folder = folder.string();
        facts.disk_free = space.available;
    }
    timex clock{};
    if (const int state = ::adjtimex(&clock); state >= 0) facts.clock_synchronised = state != TIME_ERROR;
    return facts;
}

Findings look_at(const MachineFacts& facts) {
    Findings found;
    const std::string files = "up to " + std::to_string(facts.open_files_max) + " open files for a host";
    if (facts.open_files_max >= open_files_enough)
        found.push_back({good, files});
    else
        found.push_back(
            {doubtful, files, "each connection is one: raise the hard limit (ulimit -Hn, LimitNOFILE= of a unit)"});
    if (facts.processes_max != 0 && facts.processes_max < processes_enough)
        found.push_back({doubtful,
                         "up to " + std::to_string(facts.processes_max) + " processes and threads of this user",
                         "actors with processes of their own need more: raise ulimit -u, or TasksMax= of a unit"});
    if (facts.memory_all != 0) {
        const std::string memory =
            bytes_in_short(facts.memory_free) + " of " + bytes_in_short(facts.memory_all) + " memory available";
        if (facts.memory_free >= memory_enough)
            found.push_back({good, memory});
        else
            found.push_back(
                {bad, memory, "the system will kill processes when it is used up: end some, or add memory"});
    }
    if (!facts.disk_folder.empty() && facts.disk_free < disk_enough)
        found.push_back({bad, bytes_in_short(facts.disk_free) + " left in " + facts.disk_folder,
                         "hosts keep their state there, and can't start without room for it"});
    if (facts.clock_synchronised && !*facts.clock_synchronised)
        found.push_back(
            {doubtful, "this machine's clock is not synchronised",
             "no promise depends on it, but logs of several hosts don't fit together, and tokens may end too "
             "early: run chrony or systemd-timesyncd"});
    else if (facts.clock_synchronised)
        found.push_back({good, "this machine's clock is synchronised"});
    return found;
}

Findings look_at_keys(const std::filesystem::path& folder, bool was_named) {
    std::error_code error;
    if (folder.empty() || !std::filesystem::exists(folder, error)) {
        if (was_named)
            return {{bad, "no folder of keys " + folder.string(), "--keys names it; 'zanni keys init' makes one"}};
        return {{good, "no keys: fine for hosts of one machine, or of a network that you trust"}};
    }
    Findings found;
    const auto check = [&](const std::string& what, const auto& read, const std::string& advice) {
        try {
            read();
            found.push_back({good, what});
        } catch (const std::exception& problem) {
            found.push_back({bad, problem.what(), advice});
        }
    };
    check(
        "keys in " + folder.string(), [&] { transport::check_private_folder(folder); },
        "make it its user's alone: chmod 700");
    if (std::filesystem::exists(folder / "leader.key", error))
        check(
            "the leader's key pair", [&] { transport::read_key_pair(folder / "leader.key"); },
            "chmod 600, or 'zanni keys init' in a new folder");
    check(
        "the key to connect with, and the leader's", [&] { transport::read_client_keys(folder); },
        "'zanni keys join-token' on the leader's machine, then --token here, brings a new one");
    return found;
}

namespace {

void look_at(const transport::HostStatus& host, Findings& found) {
    const std::string name = "host " + host.host.name;
    if (host.suspect)
        found.push_back({bad, name + " has been silent for a while",
                         "look whether its machine and network live; it is gone for all after the down time"});
    if (host.host.draining)
        found.push_back({doubtful, name + " is being drained", "it ends when its work is done; nothing to do"});
    if (host.frames_dropped != 0)
        found.push_back({doubtful, name + " has dropped " + counted(host.frames_dropped, "frame", "frames"),
                         "channels send them again; if it goes on, a link is too slow for what is sent: look for full "
                         "queues with 'zanni top'"});
    if (host.bytes_queued > queued_much)
        found.push_back({doubtful, name + " has " + bytes_in_short(host.bytes_queued) + " waiting for slow peers",
                         "find the process that doesn't read: 'zanni top', w"});
    if (host.frames_refused + host.connections_refused != 0)
        found.push_back({doubtful,
                         name + " has refused " + counted(host.connections_refused, "connection", "connections") +
                             " and " + counted(host.frames_refused, "frame", "frames"),
                         "somebody comes with no key, a wrong one, or without the role: the host's log says who"});
    const HostLoad load = load_of(host);
    if (load.waiting > waiting_much)
        found.push_back({doubtful, name + ": " + std::to_string(load.waiting) + " messages wait",
                         "'zanni actors' shows before whom"});
    std::uint64_t dead = 0;
    for (const auto& process : host.processes)
        for (const auto& some : process.accounts.dead_letters) dead += some.count;
    if (dead != 0)
        found.push_back({doubtful, name + ": " + counted(dead, "message", "messages") + " could not be delivered",
                         "'zanni dead-letters' shows which, and why"});
}

}  // namespace

Findings look_at(const std::vector<transport::HostStatus>& hosts, const std::string& own_version) {
    Findings found;
    std::set<std::string> versions;
    for (const auto& host : hosts) versions.insert(host.host.version);
    if (std::ranges::none_of(hosts, [](const auto& host) { return host.host.leader; }))
        found.push_back({bad, "the convention has no leader at the moment",
                         "start its broker again, with the same --name or --state: it takes its members back"});
    for (const auto& version : versions)
        if (!broker::work_together(version, own_version))
            found.push_back({bad, "a host has version " + version + ", this program " + own_version,
                             "install the same minor version everywhere"});
    if (versions.size() > 1)
        found.push_back({doubtful, "hosts have " + std::to_string(versions.size()) + " different versions",
                         "they work together; bring all to the newest when you can"});
    for (const auto& host : hosts) look_at(host, found);
    if (found.empty())
        found.push_back({good, counted(hosts.size(), "host, which fares well", "hosts, which all fare well")});
    return found;
}

}  // namespace zanni::cli
