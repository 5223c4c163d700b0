#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "machine.hpp"
#include "network.hpp"

namespace chaos {

inline const std::vector<std::string> host_names{"leader", "north", "south"};

/// A leader and two worker hosts, each with a state folder of its own, and what is to be seen of their processes.
/// Threads: one.
class Convention {
public:
    /// Starts it, and waits until it is whole. Errors: throws std::runtime_error.
    Convention(Network& network, std::filesystem::path folder);
    /// Kills what still runs.
    ~Convention();
    Convention(const Convention&) = delete;
    Convention& operator=(const Convention&) = delete;

    /// Where programs join a host without its network.
    std::string endpoint(const std::string& host) const;
    /// Where the leader's broker listens in its network: "tcp://10.78.0.1:1900".
    const std::string& leader() const { return leader_; }

    pid_t broker(const std::string& host) const { return brokers_.at(host); }
    /// 0 while there is none.
    pid_t actor_process(const std::string& host) const;
    /// The same, to be killed: waits until its broker would start another, as it does so only a few times a minute.
    pid_t expendable_actor_process(const std::string& host);
    std::vector<pid_t> processes() const;

    void kill_broker(const std::string& host);
    /// In its state folder.
    void start_broker(const std::string& host);

    /// Nothing is wrong any more: all hosts are up and have an actor process, nobody has left a zombie, no broker has
    /// many more files open than in the beginning. Empty, or what still was wrong after a while.
    std::string await_health();
    /// In order. Empty, or what was left.
    std::string end();

    std::string log_of(const std::string& host) const { return read_text((folder_ / (host + ".err")).string()); }

private:
    Command command_of(const std::string& host) const;
    std::string look() const;
    std::string look_at_status() const;

    Network& network_;
    std::filesystem::path folder_;
    std::string leader_;
    std::map<std::string, pid_t> brokers_;
    std::map<std::string, std::size_t> files_at_first_;
    std::map<std::string, std::vector<std::chrono::steady_clock::time_point>> expended_;
};

}  // namespace chaos
