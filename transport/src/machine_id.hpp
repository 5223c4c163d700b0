#pragma once

#include <string>

namespace zanni::transport {

/// Equal in all processes that see each other by pid: this boot of this machine, and this namespace of pids. Empty when
/// the system doesn't tell.
std::string machine_id();

}  // namespace zanni::transport
