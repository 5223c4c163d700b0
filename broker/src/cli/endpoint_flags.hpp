#pragma once

#include <string>
#include <vector>

namespace zanni::cli {

/// The value of --join, with its host looked up. Blocks: for the system's name service. Errors: throws CannotStart.
std::string checked_join(const std::string& endpoint);

/// A value of --listen. Errors: throws CannotStart, also when others than this machine could reach it and that isn't
/// wanted.
void check_listen(const std::string& endpoint, bool insecure);

/// The values of --advertise. Errors: throws CannotStart.
void check_advertise(const std::vector<std::string>& endpoints);

}  // namespace zanni::cli
