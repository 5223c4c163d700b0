#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "security/keys.hpp"

/// Keys on disk: a folder that is its user's alone, mode 0700, with files of mode 0600.
///
///     own.key      the pair that says who this user, or this host, is
///     leader.pub   the leader's public key: no other broker is spoken to
///     leader.key   the leader's pair; only where the leader runs
///     members/     one file per key that may connect; only there (broker/src/security/key_store.hpp)
///     tokens/      one file per token that nobody has used yet; likewise
///
/// Errors: all throw std::runtime_error with one line that names the path.
namespace zanni::transport {

/// $XDG_CONFIG_HOME/zanni/keys, or ~/.config/zanni/keys. Empty when neither variable is set.
std::filesystem::path default_key_folder();

/// The folder to use: `asked`, which must be there; if it is empty the default one, if there is one; for "none" none.
std::optional<std::filesystem::path> find_key_folder(const std::string& asked);

/// Made with its parents, mode 0700; one that is there already must be this user's alone.
void make_private_folder(const std::filesystem::path& folder);
void check_private_folder(const std::filesystem::path& folder);

/// What there is, is whole or not there. False when there is such a file already, unless it may be replaced.
bool write_private_file(const std::filesystem::path& file, const std::string& text, bool replace = false);
/// Refuses what others could have read or written.
std::string read_private_file(const std::filesystem::path& file);

std::string text_of(const KeyPair& pair);
KeyPair read_key_pair(const std::filesystem::path& file);
std::string text_of(const PublicKey& leader);
PublicKey read_leader_key(const std::filesystem::path& file);

/// To connect with, from a folder.
ClientKeys read_client_keys(const std::filesystem::path& folder);
/// For that endpoint: none for ipc, whose folder is guard enough, or when there is no folder.
std::optional<ClientKeys> client_keys_for(const std::string& endpoint, const std::string& asked_folder);

}  // namespace zanni::transport
