#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <zanni/error.hpp>

/// The keys of a convention, as values. Source: ADR 0011.
namespace zanni::transport {

inline constexpr std::size_t key_bytes = 32;

/// Says who somebody is. Anybody may know it.
struct PublicKey {
    std::array<std::byte, key_bytes> bytes{};

    friend bool operator==(const PublicKey&, const PublicKey&) = default;
    friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

/// Proves it. Never logged, never sent.
struct SecretKey {
    std::array<std::byte, key_bytes> bytes{};

    friend bool operator==(const SecretKey&, const SecretKey&) = default;
};

struct KeyPair {
    PublicKey open;
    SecretKey secret;
};

/// What a connection to a broker with keys needs: the one key that the broker must have, and the pair that says who
/// connects.
struct ClientKeys {
    PublicKey leader;
    KeyPair own;
};

/// A new CURVE pair. Errors: throws std::runtime_error when libzmq has no CURVE.
KeyPair make_key_pair();
PublicKey public_key_of(const SecretKey& secret);

/// 64 digits, as people see keys.
std::string to_text(const PublicKey& key);
std::string to_text(const SecretKey& key);
/// Errors: Error::bad_input.
std::expected<PublicKey, Error> parse_public_key(std::string_view text);
std::expected<SecretKey, Error> parse_secret_key(std::string_view text);

/// Lets one newcomer in, once. Its secret is that of a key pair of its own, whose public half the leader knows.
struct Token {
    PublicKey leader;
    SecretKey secret;
    std::int64_t expires_s = 0;  ///< since 1970, for the newcomer's own error; the leader keeps its own

    friend bool operator==(const Token&, const Token&) = default;
};

/// One word, safe in any shell: "zanni1-" and 144 digits.
std::string to_text(const Token& token);
/// Errors: Error::bad_input.
std::expected<Token, Error> parse_token(std::string_view text);

/// Of a key: what lists, logs and file names can show. Letters, digits, dots, dashes, underscores; 64 at most.
/// Errors: Error::bad_input.
std::expected<void, Error> check_key_name(std::string_view name);
inline constexpr std::size_t key_name_bytes_max = 64;

}  // namespace zanni::transport
