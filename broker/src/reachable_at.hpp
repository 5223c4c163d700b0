#pragma once

#include <optional>
#include <string>
#include <vector>

namespace zanni::broker {

/// Where brokers of other hosts may connect, of the endpoints on which a host listens: all tcp ones. One that is open
/// on all addresses is reached by `own_address`, if there is one.
std::vector<std::string> reachable_at(const std::vector<std::string>& bound,
                                      const std::optional<std::string>& own_address);

}  // namespace zanni::broker
