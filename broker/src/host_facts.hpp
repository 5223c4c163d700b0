#pragma once

#include <string>

#include <zanni/capability.hpp>

namespace zanni::broker {

/// What every host offers without being told: "Host", "OS", "CPUs", "Memory GiB", "Zanni".
Capabilities host_facts();

/// This machine's name, and the process's number, as a host's name must tell two hosts of one machine apart:
/// "alpha-4711".
std::string default_host_name();

}  // namespace zanni::broker
