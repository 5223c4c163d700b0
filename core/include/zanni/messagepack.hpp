#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/error.hpp>

/// MessagePack, piece by piece; marshal.hpp puts whole messages together of it.
/// Source: docs/protocol.md, "Payload".
namespace zanni {

/// How deep arrays and maps may lie in each other.
inline constexpr std::size_t marshal_depth_max = 64;

/// Appends MessagePack values, each in its shortest form. After array(n) the caller writes n values, after map(n) n
/// pairs.
///
/// Threads: one.
/// Owns: nothing; the bytes it appends to outlive it.
/// Limits: below 4 GiB per string and 2^32 elements per array, which it asserts. It doesn't count the depth: what lies
/// deeper than marshal_depth_max is refused where it is read.
class Writer {
public:
    explicit Writer(std::vector<std::byte>& out) : out_(out) {}

    void nil();
    void boolean(bool value);
    void integer(std::int64_t value);
    void natural(std::uint64_t value);
    void real(double value);
    void string(std::string_view value);
    void bytes(std::span<const std::byte> value);
    void array(std::size_t count);
    void map(std::size_t count);

private:
    std::vector<std::byte>& out_;
};

namespace detail {

/// One value of the input, or the head of an array or map whose elements are the tokens that follow.
struct Token {
    enum Kind : std::uint8_t { nil, boolean, natural, negative, real, string, bytes, array, map, extension };

    Kind kind = nil;
    std::uint32_t size = 0;   ///< of a string in bytes; elements of an array, pairs of a map
    std::uint64_t value = 0;  ///< the scalar's bits; where a string begins in the input
};

/// Those of one input, in order. Few need no memory from elsewhere.
class Tokens {
public:
    void add(const Token& token) {
        if (size_ < few_.size()) {
            few_[size_++] = token;
            return;
        }
        if (more_.empty()) more_.assign(few_.begin(), few_.end());
        more_.push_back(token);
        ++size_;
    }
    std::size_t size() const { return size_; }
    const Token& operator[](std::size_t index) const { return more_.empty() ? few_[index] : more_[index]; }

private:
    std::array<Token, 16> few_;
    std::vector<Token> more_;  // all, once they are not few
    std::size_t size_ = 0;
};

}  // namespace detail

/// Walks over one complete MessagePack value, which it checks as a whole before the first read. Each read_ either
/// consumes the next value or fails; after the first failure every read fails, so callers may check once.
///
/// Threads: one.
/// Owns: nothing of the input, which outlives the reader and every string and span read from it.
/// Limits: marshal_depth_max. What claims more elements than the input has bytes is refused before anything is
/// allocated for it; then every value of the input, down to one byte, takes a token of 16 bytes.
/// Errors: Error::malformed, with where the value stands: "at [2][0]: expected a string, found nil". Never the content.
class Reader {
public:
    explicit Reader(std::span<const std::byte> input);
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    [[nodiscard]] bool read_nil();
    [[nodiscard]] bool read_boolean(bool& value);
    [[nodiscard]] bool read_integer(std::int64_t& value);
    [[nodiscard]] bool read_natural(std::uint64_t& value);
    /// Takes integers too: many encoders write 2.0 as 2.
    [[nodiscard]] bool read_real(double& value);
    /// Whether it is UTF-8 isn't checked.
    [[nodiscard]] bool read_string(std::string_view& value);
    [[nodiscard]] bool read_bytes(std::span<const std::byte>& value);
    /// The caller reads or skips that many values next.
    [[nodiscard]] bool read_array(std::size_t& count);
    /// The caller reads or skips that many pairs next.
    [[nodiscard]] bool read_map(std::size_t& count);

    bool is_nil() const;
    /// What comes next; nothing at the end, or after a failure.
    std::optional<detail::Token::Kind> next_kind() const;

    /// Past the next value, with all that it holds.
    [[nodiscard]] bool skip();

    /// For a value that was read but can't be accepted: fails with this reason. Always false.
    bool refuse(std::string_view reason);

    bool failed() const { return failed_; }
    const Error& error() const { return error_; }

private:
    bool next_is(detail::Token::Kind kind) const;
    const detail::Token* take(detail::Token::Kind kind);
    bool unexpected(std::string_view expected);
    void fail(std::string context);
    std::string path_to(std::size_t index) const;

    std::span<const std::byte> input_;
    detail::Tokens tokens_;
    std::size_t next_ = 0;
    bool failed_ = false;
    Error error_{Error::malformed, {}};
};

}  // namespace zanni
