#pragma once

#include <zanni/survey.hpp>

namespace zanni::transport {

/// What the system says of this process at the moment. What it doesn't say is 0. Blocks: some microseconds, in /proc.
Survey::Machine own_process_now();

}  // namespace zanni::transport
