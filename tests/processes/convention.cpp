#include "convention.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <iterator>

#include <catch2/catch.hpp>

namespace zanni::tests {

Convention::Convention() {
    adopt_orphans();
    ::setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), 1);  // where hosts make their folders
    ::setenv("XDG_CONFIG_HOME", file("config").c_str(), 1);  // where keys are looked for
}

Convention::~Convention() {
    if (std::uncaught_exceptions() > 0)
        for (const auto& [name, host] : hosts_) std::cerr << "---- log of " << name << ":\n" << host->err();
    programs_.clear();
    for (int looks = 0; looks < 1'000 && !no_process_is_left(); ++looks) ::usleep(5'000);
}

// ---- Programs

Program& Convention::start(const std::string& program, const Arguments& arguments) {
    Arguments command{program};
    std::ranges::copy(arguments, std::back_inserter(command));
    return programs_.emplace_back(folder_.path(), "program-" + std::to_string(next_number_++), std::move(command));
}

Ended Convention::run(const std::string& program, const Arguments& arguments) {
    return start(program, arguments).wait();
}

Ended Convention::zanni(const Arguments& arguments) { return run(ZANNI_PROGRAM, arguments); }

// ---- Hosts

Program& Convention::begin_host(const std::string& name, Arguments arguments) {
    const auto ready = file(name + ".ready");
    std::filesystem::remove(ready);
    arguments.insert(arguments.begin(), ZANNI_PROGRAM);
    std::ranges::copy(Arguments{"--name", name, "--ready-file", ready.string()}, std::back_inserter(arguments));
    Program& host = programs_.emplace_back(folder_.path(), name, std::move(arguments));
    hosts_[name] = &host;
    return host;
}

void Convention::await_ready(const std::string& name) {
    Program& host = *hosts_.at(name);
    eventually(name + " is ready, or has ended", [&] { return is_ready(name) || !host.is_running(); });
    INFO(host.err());
    REQUIRE(is_ready(name));
}

Program& Convention::start_host(const std::string& name, Arguments arguments) {
    Program& host = begin_host(name, std::move(arguments));
    await_ready(name);
    return host;
}

Program& Convention::start_leader(const std::string& listen, Arguments more) {
    more.insert(more.begin(), {"broker", "--listen", listen});
    Program& leader = start_host("leader", std::move(more));
    leader_endpoint_ = endpoint("leader");
    return leader;
}

Program& Convention::start_worker(const std::string& name, Arguments arguments) {
    arguments.insert(arguments.begin(), {"host", "--join", leader_endpoint_});
    return start_host(name, std::move(arguments));
}

void Convention::start_three() {
    start_leader(any_port, {"--load", ZANNI_ECHO_MODULE});
    start_worker("client", {"--load", ZANNI_ECHO_MODULE, "--capability", "Client=true"});
    start_worker("server", {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true"});
}

std::string Convention::endpoint(const std::string& name) const {
    std::string text = read_text(file(name + ".ready"));
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

// ---- What is to be seen

std::string Convention::status() {
    const Ended ended = zanni({"status", "--json", "--join", leader_endpoint_});
    INFO(ended.err);
    REQUIRE(ended.code == 0);
    return ended.out;
}

pid_t Convention::actor_process_of(const std::string& host, pid_t not_this) {
    pid_t pid = 0;
    eventually("the actor process of " + host + " is in the status", [&] {
        pid = find_actor_process(host);
        return pid != 0 && pid != not_this;
    });
    return pid;
}

std::string Convention::status_of(const std::string& host) {
    // ...,{"name":"server",...,"processes":[{"process":"...","pid":123,"program":"actor process",...}],...},{"name":...
    const std::string all = status();
    const auto begin = all.find("\"name\":\"" + host + "\"");
    if (begin == std::string::npos) return {};
    const auto end = all.find("\"name\":", begin + 1);
    return all.substr(begin, end == std::string::npos ? end : end - begin);
}

pid_t Convention::find_actor_process(const std::string& host) {
    const std::string own = status_of(host);
    const auto program = own.find("\"program\":\"actor process\"");
    if (program == std::string::npos) return 0;
    return std::stoi(own.substr(own.rfind("\"pid\":", program) + 6));
}

// ---- The end

void Convention::shut_down() {
    std::erase_if(hosts_, [](const auto& entry) { return !entry.second->is_running(); });
    const Ended ended = zanni({"shutdown", "--join", leader_endpoint_});
    INFO(ended.err);
    CHECK(ended.code == 0);
    CHECK(ended.out == "zanni: the convention has ended\n");
    for (const auto& [name, host] : hosts_) {
        const Ended end = host->wait();
        INFO("host " << name << ":\n" << end.err);
        CHECK(end.code == 0);
    }
    nothing_is_left();
}

void Convention::nothing_is_left() {
    for (Program& program : programs_) program.wait();
    eventually("no process is left", no_process_is_left);
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        INFO("left: " << entry.path());
        CHECK_FALSE((entry.is_directory() && entry.path().filename() != "config"));
    }
}

}  // namespace zanni::tests
