#include "security/keys.hpp"

#include <algorithm>
#include <span>
#include <string>

namespace zanni::transport {

namespace {

constexpr std::string_view token_prefix = "zanni1-";
constexpr std::size_t expiry_bytes = 8;
constexpr std::size_t token_bytes = 2 * key_bytes + expiry_bytes;
constexpr std::string_view digits = "0123456789abcdef";

std::string hex(std::span<const std::byte> bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::byte byte : bytes) {
        text += digits[std::to_integer<unsigned>(byte) >> 4];
        text += digits[std::to_integer<unsigned>(byte) & 15];
    }
    return text;
}

/// False unless the text is just so many digits.
bool read_hex(std::string_view text, std::span<std::byte> bytes) {
    if (text.size() != bytes.size() * 2) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto high = digits.find(text[2 * i]);
        const auto low = digits.find(text[2 * i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return false;
        bytes[i] = static_cast<std::byte>(high << 4 | low);
    }
    return true;
}

std::unexpected<Error> bad(std::string what) { return std::unexpected(Error{Error::bad_input, std::move(what)}); }

template <class Key>
std::expected<Key, Error> parse_key(std::string_view text) {
    Key key;
    if (!read_hex(text, key.bytes)) return bad("a key has 64 digits from 0 to f");
    return key;
}

}  // namespace

std::string to_text(const PublicKey& key) { return hex(key.bytes); }
std::string to_text(const SecretKey& key) { return hex(key.bytes); }

std::expected<PublicKey, Error> parse_public_key(std::string_view text) { return parse_key<PublicKey>(text); }
std::expected<SecretKey, Error> parse_secret_key(std::string_view text) { return parse_key<SecretKey>(text); }

std::string to_text(const Token& token) {
    std::array<std::byte, expiry_bytes> expires{};
    for (std::size_t i = 0; i < expiry_bytes; ++i)
        expires[i] = static_cast<std::byte>(static_cast<std::uint64_t>(token.expires_s) >> (56 - 8 * i));
    return std::string(token_prefix) + hex(token.leader.bytes) + hex(token.secret.bytes) + hex(expires);
}

std::expected<Token, Error> parse_token(std::string_view text) {
    std::array<std::byte, token_bytes> bytes{};
    if (!text.starts_with(token_prefix) || !read_hex(text.substr(token_prefix.size()), bytes))
        return bad("a token is the one word, zanni1-..., that 'zanni keys join-token' prints");
    Token token;
    std::copy_n(bytes.begin(), key_bytes, token.leader.bytes.begin());
    std::copy_n(bytes.begin() + key_bytes, key_bytes, token.secret.bytes.begin());
    std::uint64_t expires = 0;
    for (std::size_t i = 2 * key_bytes; i < token_bytes; ++i)
        expires = expires << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    token.expires_s = static_cast<std::int64_t>(expires);
    return token;
}

std::expected<void, Error> check_key_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    };
    if (!name.empty() && name.front() != '.' && name.front() != '-' && name.size() <= key_name_bytes_max &&
        std::ranges::all_of(name, fits))
        return {};
    return bad("the name of a key has up to " + std::to_string(key_name_bytes_max) +
               " letters, digits, dots, dashes and underscores, and begins with none of .-");
}

}  // namespace zanni::transport
