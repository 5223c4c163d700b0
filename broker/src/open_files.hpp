#pragma once

#include <cstddef>

namespace zanni::broker {

/// Lets this process, and those that it starts, open as many files as the system allows: each connection is one, and
/// the usual soft limit of 1,024 is meant for programs that use select().
void allow_most_open_files();
/// So many are allowed once the above is done.
std::size_t most_open_files();

}  // namespace zanni::broker
