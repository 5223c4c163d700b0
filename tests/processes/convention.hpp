#pragma once

#include <filesystem>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "program.hpp"

namespace zanni::tests {

using Arguments = std::vector<std::string>;

inline const std::string any_port = "tcp://127.0.0.1:*";

/// What a test runs: hosts of a convention, each a `zanni` of its own, and the commands that are given to them. All of
/// it in one new folder, in which the hosts make theirs too. Limits: one at a time, as it sets an environment variable
/// and takes every child process for its own.
class Convention {
public:
    Convention();
    /// Kills what still runs.
    ~Convention();
    Convention(const Convention&) = delete;
    Convention& operator=(const Convention&) = delete;

    /// Runs `zanni` with these arguments to its end.
    Ended zanni(const Arguments& arguments);
    Ended run(const std::string& program, const Arguments& arguments);

    /// Starts, and does not wait.
    Program& start(const std::string& program, const Arguments& arguments);
    /// Starts a host and does not wait until it is ready. Its name is its file's, too.
    Program& begin_host(const std::string& name, Arguments arguments);
    void await_ready(const std::string& name);
    /// Both.
    Program& start_host(const std::string& name, Arguments arguments);

    /// A leader named "leader", then a worker "client" that offers Client and a worker "server" that offers Server, all
    /// with the echo module.
    void start_three();
    Program& start_leader(const std::string& listen = any_port, Arguments more = {});
    Program& start_worker(const std::string& name, Arguments arguments);

    Program& host(const std::string& name) { return *hosts_.at(name); }
    std::string endpoint(const std::string& name = "leader") const;
    std::string log_of(const std::string& name) const { return read_text(file(name + ".err")); }
    bool is_ready(const std::string& name) const { return std::filesystem::exists(file(name + ".ready")); }

    std::string status();
    /// That host's part of it; empty when it is no member.
    std::string status_of(const std::string& host);
    /// The pid of that host's common actor process, other than `not_this`, once `zanni status --json` has it: the
    /// leader learns from a heartbeat what another host runs.
    pid_t actor_process_of(const std::string& host, pid_t not_this = 0);

    /// Ends the convention as a user does, and checks that nothing is left: no process, no host's folder.
    void shut_down();
    void nothing_is_left();

    std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }

private:
    pid_t find_actor_process(const std::string& host);

    Folder folder_;
    std::list<Program> programs_;
    std::map<std::string, Program*> hosts_;
    std::string leader_endpoint_;
    int next_number_ = 0;
};

}  // namespace zanni::tests
