#pragma once

#include <string>

#include <zanni/clock.hpp>

namespace zanni::cli {

/// "300ms", "5s" or "2min". Errors: throws CannotStart with the flag's name.
Duration parse_duration(const std::string& flag, const std::string& text);

}  // namespace zanni::cli
