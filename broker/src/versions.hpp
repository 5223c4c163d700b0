#pragma once

#include <expected>
#include <string>
#include <string_view>

#include <zanni/error.hpp>

namespace zanni::broker {

/// Whether hosts, or a host and a program, of these two versions of the library may be in one convention: with the same
/// first number, and before 1.0, when a minor version may break things, with the same second one. False for what is no
/// version.
bool work_together(std::string_view one, std::string_view other);

/// The same of a newcomer. Errors: Error::refused with both versions, and what must be the same.
std::expected<void, Error> fits_convention(const std::string& newcomer, const std::string& version,
                                           const std::string& convention);

}  // namespace zanni::broker
