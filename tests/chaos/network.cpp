#include "network.hpp"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace chaos {

namespace {

constexpr auto middle = "middle";  // the namespace that has the bridge
constexpr auto leader_address = "10.78.0.1";
constexpr auto port = ":1900";

}  // namespace

Network::Network(std::vector<std::string> hosts) : hosts_(std::move(hosts)), has_links_(is_possible()) {
    if (!has_links_) return;
    try {
        make();
    } catch (...) {
        remove();
        throw;
    }
}

Network::~Network() {
    if (has_links_) remove();
}

/// A container's root may not be allowed to.
bool Network::is_possible() const {
    try {
        const bool made = run({"ip", "netns", "add", space(middle)}).code == 0;
        const bool filters = made && run({"ip", "netns", "exec", space(middle), "nft", "list", "ruleset"}).code == 0;
        if (made) run({"ip", "netns", "delete", space(middle)});
        return filters;
    } catch (const std::system_error&) {
        return false;  // no such program
    }
}

std::string Network::space(const std::string& name) const {
    return "zanni-chaos-" + std::to_string(::getpid()) + "-" + name;
}

void Network::must(const Command& command) const {
    const Ended ended = run(command);
    if (ended.code == 0) return;
    std::string line;
    for (const auto& word : command) line += word + " ";
    throw std::runtime_error(line + "failed: " + ended.out);
}

void Network::make() {
    must({"ip", "netns", "add", space(middle)});
    must({"ip", "-n", space(middle), "link", "add", "bridge", "type", "bridge"});
    must({"ip", "-n", space(middle), "link", "set", "bridge", "up"});
    int number = 0;
    for (const auto& host : hosts_) {
        const std::string own = space(host);
        must({"ip", "netns", "add", own});
        must({"ip", "-n", own, "link", "set", "lo", "up"});
        must({"ip", "-n", own, "link", "add", "wire", "type", "veth", "peer", "name", host, "netns", space(middle)});
        must({"ip", "-n", own, "address", "add", "10.78.0." + std::to_string(++number) + "/24", "dev", "wire"});
        must({"ip", "-n", space(middle), "link", "set", "dev", host, "master", "bridge", "up"});
        must({"ip", "-n", own, "link", "set", "wire", "up"});
    }
}

void Network::remove() {
    for (const auto& host : hosts_) run({"ip", "netns", "delete", space(host)});
    run({"ip", "netns", "delete", space(middle)});
}

Command Network::prefix(const std::string& host) const {
    return has_links_ ? Command{"ip", "netns", "exec", space(host)} : Command{};
}

std::string Network::listen() const {
    return has_links_ ? std::string("tcp://") + leader_address + port : "tcp://127.0.0.1:*";
}

void Network::within(const std::string& host, const std::function<void()>& work) const {
    std::thread([&] {
        if (has_links_) {
            const int file = ::open(("/run/netns/" + space(host)).c_str(), O_RDONLY | O_CLOEXEC);
            if (file < 0 || ::setns(file, CLONE_NEWNET) != 0) return;
            ::close(file);
        }
        work();
    }).join();
}

void Network::set_link(const std::string& host, bool up) {
    if (has_links_) must({"ip", "-n", space(host), "link", "set", "wire", up ? "up" : "down"});
}

void Network::drop(const std::string& host, Way way, int percent) {
    if (!has_links_) return;
    const std::string which = percent < 100 ? "numgen random mod 100 < " + std::to_string(percent) + " " : "";
    std::string rules = "add table inet chaos\n";
    const auto add = [&](const std::string& chain, const std::string& device) {
        rules += "add chain inet chaos " + chain + " { type filter hook " + chain + " priority 0; }\n";
        rules += "add rule inet chaos " + chain + " " + device + " \"wire\" " + which + "drop\n";
    };
    if (way != Way::out) add("input", "iifname");
    if (way != Way::in) add("output", "oifname");
    must({"ip", "netns", "exec", space(host), "nft", rules});
}

void Network::mend(const std::string& host) {
    if (!has_links_) return;
    set_link(host, true);
    run({"ip", "netns", "exec", space(host), "nft", "delete table inet chaos"});
}

}  // namespace chaos
