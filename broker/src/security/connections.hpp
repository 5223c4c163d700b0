#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include <zanni/clock.hpp>
#include <zanni/error.hpp>

#include "limits.hpp"

namespace zanni::broker {

/// A broker's connections by tcp, and whether one more may come in. Pure.
///
/// Threads: one.
/// Limits: as many entries as this process may have open files: whatever comes with the number of a connection that is
/// known takes its place.
class Connections {
public:
    struct Limits {
        std::size_t per_address_max = connections_per_address_max;
        std::size_t max = connections_max(1'024);
    };

    explicit Connections(Limits limits) : limits_(limits) {}

    void opened(int fd, const std::string& address);
    void closed(int fd);
    /// Whether all that address has may come in, the one that asks included. Addresses without a connection are not by
    /// tcp. Errors: Error::overloaded, for the log.
    std::expected<void, Error> may_come_in(const std::string& address) const;
    /// Whether a refusal of that address is worth a line in the log: once per minute, of a hundred addresses.
    bool worth_a_line(const std::string& address, TimePoint now);

    std::size_t size() const { return addresses_.size(); }

private:
    const Limits limits_;
    std::unordered_map<int, std::string> addresses_;  // by file descriptor
    std::map<std::string, std::size_t> counts_;       // by address
    std::set<std::string> told_;                      // since told_since_
    TimePoint told_since_{};
};

}  // namespace zanni::broker
