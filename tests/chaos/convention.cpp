#include "convention.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <stdexcept>
#include <utility>

namespace chaos {

using namespace std::chrono_literals;

namespace {

constexpr auto until_whole = 30s;
constexpr auto restart_period = 61s;
constexpr std::size_t restarts_max = 5;
constexpr std::size_t more_files_max = 8;  // a connection that was just broken and made again

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
    return found;
}

}  // namespace

Convention::Convention(Network& network, std::filesystem::path folder) : network_(network), folder_(std::move(folder)) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // no orphan escapes
    leader_ = network_.listen();
    for (const auto& host : host_names) {
        start_broker(host);
        if (host != host_names.front()) continue;
        const std::string ready = folder_ / "leader.ready";
        if (!holds_within(until_whole, [&] { return !read_text(ready).empty(); }))
            throw std::runtime_error("the leader did not start: " + log_of("leader"));
        leader_ = read_text(ready);
        leader_.pop_back();
    }
    if (const std::string wrong = await_health(); !wrong.empty())
        throw std::runtime_error("the convention did not start: " + wrong);
    for (const auto& host : host_names) files_at_first_[host] = open_files(broker(host));
}

Convention::~Convention() {
    for (int looks = 0; looks < 500; ++looks) {
        const auto left = processes();
        if (left.empty()) return;
        for (const pid_t pid : left) ::kill(pid, SIGKILL);
        ::usleep(10'000);
        reap_orphans({});
    }
}

// ---- Hosts

std::string Convention::endpoint(const std::string& host) const {
    return "ipc://" + (folder_ / host / "broker").string();
}

Command Convention::command_of(const std::string& host) const {
    Command command = network_.prefix(host);
    command.emplace_back(ZANNI_PROGRAM);
    if (host == host_names.front())
        command.insert(command.end(), {"broker", "--listen", leader_, "--insecure"});
    else
        command.insert(command.end(), {"host", "--join", leader_});
    command.insert(command.end(), {"--name", host, "--capability", host + "=true", "--load", CHAOS_MODULE, "--state",
                                   (folder_ / host).string(), "--ready-file", (folder_ / (host + ".ready")).string()});
    return command;
}

void Convention::start_broker(const std::string& host) {
    brokers_[host] = start(command_of(host), folder_ / (host + ".out"), folder_ / (host + ".err"));
}

void Convention::kill_broker(const std::string& host) {
    ::kill(broker(host), SIGKILL);
    ::waitpid(broker(host), nullptr, 0);
}

pid_t Convention::actor_process(const std::string& host) const {
    for (const auto& process : descendants())
        if (process.state != 'Z' && process.command.find(" actor-process ") != std::string::npos &&
            process.command.find(endpoint(host) + " --process ") != std::string::npos)  // no warm one
            return process.pid;
    return 0;
}

pid_t Convention::expendable_actor_process(const std::string& host) {
    auto& times = expended_[host];
    holds_within(restart_period, [&] {
        check_interrupted();
        std::erase_if(times, [](auto time) { return std::chrono::steady_clock::now() - time > restart_period; });
        return times.size() < restarts_max;
    });
    times.push_back(std::chrono::steady_clock::now());
    return actor_process(host);
}

std::vector<pid_t> Convention::processes() const {
    std::vector<pid_t> all;
    for (const auto& process : descendants()) all.push_back(process.pid);
    return all;
}

// ---- What is to be seen

std::string Convention::await_health() {
    std::string wrong;
    const bool is_healthy = holds_within(until_whole, [&] {
        wrong = look();
        return wrong.empty();
    });
    return is_healthy ? std::string{} : wrong;
}

std::string Convention::look() const {
    check_interrupted();
    std::vector<pid_t> own;
    for (const auto& [host, pid] : brokers_) own.push_back(pid);
    reap_orphans(own);
    for (const auto& process : descendants())
        if (process.state == 'Z') return "a zombie, pid " + std::to_string(process.pid);
    for (const auto& [host, files] : files_at_first_)
        if (const std::size_t now = open_files(broker(host)); now > files + more_files_max)
            return "the broker of " + host + " has " + std::to_string(now) + " files open, " + std::to_string(files) +
                   " at first";
    return look_at_status();
}

std::string Convention::look_at_status() const {
    const Ended status = run({ZANNI_PROGRAM, "status", "--json", "--join", endpoint(host_names.front())});
    if (status.code != 0) return "status says " + status.out;
    for (const auto& host : host_names)
        if (count(status.out, "\"name\":\"" + host + "\"") != 1) return host + " is no member: " + status.out;
    if (count(status.out, R"("state":"up")") != host_names.size()) return "a host is suspect: " + status.out;
    if (count(status.out, R"("program":"actor process")") != host_names.size())
        return "an actor process is missing: " + status.out;
    return {};
}

std::string Convention::end() {
    const Ended ended = run({ZANNI_PROGRAM, "shutdown", "--join", endpoint(host_names.front())});
    std::string wrong = ended.code == 0 ? "" : "shutdown says " + ended.out;
    const bool all_ended = holds_within(until_whole, [] {
        reap_orphans({});
        return descendants().empty();
    });
    if (all_ended) return wrong;
    for (const auto& process : descendants())
        wrong += " left: pid " + std::to_string(process.pid) + " " + process.command;
    return wrong;
}

}  // namespace chaos
