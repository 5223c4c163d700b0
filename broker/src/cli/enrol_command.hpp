#pragma once

#include <filesystem>
#include <string>

#include "enrolment.hpp"

namespace zanni::cli {

/// Brings a key of this folder to the leader by a token, and pins the leader's: makes the folder and the key when they
/// are missing. Does nothing when the folder is of that convention already.
/// Errors: throws CannotStart for a bad token or folder, std::runtime_error when the leader doesn't take it.
/// Blocks: until the leader has answered.
void bring_key(const std::filesystem::path& folder, const std::string& endpoint, const std::string& token,
               const std::string& name, transport::Meeting meeting = transport::Meeting::join);

/// Letters, digits, dots, dashes and underscores of it.
std::string key_name_from(const std::string& text);

}  // namespace zanni::cli
