#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "control.hpp"
#include "process_id.hpp"

/// What tools say of hosts and processes.
namespace zanni {

/// "a1b2c3d4.3".
inline std::string process_name(std::uint64_t process) {
    char text[32];
    std::snprintf(text, sizeof text, "%08x.%x", transport::host_of(process), transport::number_of(process));
    return text;
}

inline const char* role_of(const transport::HostStatus& host) {
    if (host.suspect) return "suspect";
    if (host.host.draining) return "draining";
    return host.host.leader ? "leader" : "worker";
}

struct HostLoad {
    std::uint64_t actors = 0;
    std::uint64_t waiting = 0;
    std::uint64_t rate = 0;  ///< messages handled per second
};

inline HostLoad load_of(const transport::HostStatus& host) {
    HostLoad load;
    for (const auto& process : host.processes) {
        load.actors += process.actors;
        load.waiting += waiting_of(process);
        load.rate += process.handled_per_second;
    }
    return load;
}

}  // namespace zanni
