#pragma once

#include <string>

#include "observer/sight.hpp"

namespace zanni::broker {

/// A sight as Prometheus reads it, text format 0.0.4. `all_hosts`: of the whole convention, as far as it is known; else
/// of the own host alone, as each host is to be asked for its own.
std::string metrics_page(const Sight& sight, bool all_hosts);

}  // namespace zanni::broker
