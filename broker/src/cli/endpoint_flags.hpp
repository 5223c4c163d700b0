#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace zanni::cli {

/// The value of --join, or of another flag that says where to connect, with its host looked up. Blocks: for the
/// system's name service. Errors: throws CannotStart.
std::string checked_join(const std::string& endpoint, const std::string& flag = "--join");

enum class Listener { insecure, without_keys, with_keys };

/// A value of --listen. Errors: throws CannotStart, also when others than this machine could reach it and that isn't
/// wanted.
void check_listen(const std::string& endpoint, Listener listener, const std::string& flag = "--listen");

/// --keys, of any command that speaks to a broker.
void add_keys_flag(CLI::App& command, std::string& keys);
/// The folder that it means, if any. Errors: throws CannotStart.
std::optional<std::filesystem::path> key_folder(const std::string& keys);

/// The values of --advertise. Errors: throws CannotStart.
void check_advertise(const std::vector<std::string>& endpoints);

}  // namespace zanni::cli
