#pragma once

#include <functional>
#include <string>
#include <vector>

#include "machine.hpp"

namespace chaos {

/// What joins the hosts: a network namespace for each and a bridge between their veth pairs, which needs root, iproute2
/// and nftables; else loopback, which can't be hurt.
/// Threads: one.
class Network {
public:
    /// Errors: throws std::runtime_error when a namespace can't be made.
    explicit Network(std::vector<std::string> hosts);
    /// Takes all namespaces away, and what is in them.
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    bool has_links() const { return has_links_; }

    /// What a host's command begins with.
    Command prefix(const std::string& host) const;
    /// Where the first host listens: on a port to be chosen when there are no namespaces.
    std::string listen() const;
    /// Does it where that host is; what it opens stays there.
    void within(const std::string& host, const std::function<void()>& work) const;

    // ---- What goes wrong. Does nothing without links.

    enum class Way { in, out, both };
    void set_link(const std::string& host, bool up);
    void drop(const std::string& host, Way way, int percent);
    /// Nothing is dropped any more, and the link is up.
    void mend(const std::string& host);

private:
    std::string space(const std::string& name) const;
    bool is_possible() const;
    void make();
    void remove();
    void must(const Command& command) const;

    std::vector<std::string> hosts_;
    bool has_links_;
};

}  // namespace chaos
