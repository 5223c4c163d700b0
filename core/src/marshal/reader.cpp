#include <zanni/messagepack.hpp>

#include <msgpack/null_visitor.hpp>
#include <msgpack/parse.hpp>
#include <msgpack/unpack.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace zanni {

using detail::Token;

namespace {

/// As an error names it.
std::string_view to_string(Token::Kind kind) {
    static constexpr std::array<std::string_view, 10> names{"nil",    "a boolean",   "an integer", "a negative integer",
                                                            "a real", "a string",    "bytes",      "an array",
                                                            "a map",  "an extension"};
    return names[kind];
}

/// How many tokens follow a token as its elements.
std::size_t elements_of(const Token& token) {
    if (token.kind == Token::array) return token.size;
    return token.kind == Token::map ? std::size_t{token.size} * 2 : 0;
}

/// Takes msgpack-c's events down as tokens, and stops it at the first claim that can't be true: msgpack-c itself bounds
/// neither the depth nor the counts that it announces. Every value takes at least one byte of the input, so what all
/// arrays and maps together claim must fit into it.
class Tokenizer : public msgpack::null_visitor {
public:
    Tokenizer(std::span<const std::byte> input, detail::Tokens& tokens) : input_(input), tokens_(tokens) {}

    /// Why it stopped msgpack-c, or was stopped.
    std::string take_problem() { return std::move(problem_); }

    bool visit_nil() { return add({Token::nil}); }
    bool visit_boolean(bool value) { return add({Token::boolean, 0, value}); }
    bool visit_positive_integer(std::uint64_t value) { return add({Token::natural, 0, value}); }
    bool visit_negative_integer(std::int64_t value) {
        // Some encoders use the signed formats for positive numbers too.
        return add({value < 0 ? Token::negative : Token::natural, 0, static_cast<std::uint64_t>(value)});
    }
    bool visit_float32(float value) { return visit_float64(value); }
    bool visit_float64(double value) { return add({Token::real, 0, std::bit_cast<std::uint64_t>(value)}); }
    bool visit_str(const char* text, std::uint32_t size) { return add_span(Token::string, text, size); }
    bool visit_bin(const char* text, std::uint32_t size) { return add_span(Token::bytes, text, size); }
    bool visit_ext(const char* text, std::uint32_t size) { return add_span(Token::extension, text, size); }

    bool start_array(std::uint32_t count) { return enter({Token::array, count}); }
    bool start_map(std::uint32_t count) { return enter({Token::map, count}); }
    bool end_array() { return leave(); }
    bool end_map() { return leave(); }

    void parse_error(std::size_t, std::size_t offset) { problem_ = "no MessagePack at byte " + std::to_string(offset); }
    void insufficient_bytes(std::size_t, std::size_t offset) {
        problem_ = "the value is cut off at byte " + std::to_string(offset);
    }

private:
    bool add(Token token) {
        tokens_.add(token);
        return true;
    }

    bool add_span(Token::Kind kind, const char* text, std::uint32_t size) {
        // msgpack-c passes no usable pointer with an empty string.
        if (size == 0) return add({kind});
        const auto offset = text - reinterpret_cast<const char*>(input_.data());
        return add({kind, size, static_cast<std::uint64_t>(offset)});
    }

    bool enter(Token token) {
        const std::size_t elements = elements_of(token);
        if (elements > input_.size() - claimed_) {
            problem_ = std::string{to_string(token.kind)} + " claims more elements than its " +
                       std::to_string(input_.size()) + " bytes can hold";
            return false;
        }
        if (depth_ == marshal_depth_max) {
            problem_ = "nested deeper than " + std::to_string(marshal_depth_max);
            return false;
        }
        claimed_ += elements;
        ++depth_;
        return add(token);
    }

    bool leave() {
        --depth_;
        return true;
    }

    std::span<const std::byte> input_;
    detail::Tokens& tokens_;
    std::size_t claimed_ = 1;  // the value itself; msgpack-c visits nothing of an empty input
    std::size_t depth_ = 0;
    std::string problem_;
};

}  // namespace

Reader::Reader(std::span<const std::byte> input) : input_(input) {
    Tokenizer tokenizer{input, tokens_};
    std::size_t offset = 0;
    if (!msgpack::parse(reinterpret_cast<const char*>(input.data()), input.size(), offset, tokenizer))
        fail(tokenizer.take_problem());
    else if (offset < input.size())
        fail(std::to_string(input.size() - offset) + " bytes follow the value");
}

bool Reader::read_nil() { return take(Token::nil) != nullptr; }

bool Reader::read_boolean(bool& value) {
    const Token* token = take(Token::boolean);
    if (token != nullptr) value = token->value != 0;
    return token != nullptr;
}

bool Reader::read_integer(std::int64_t& value) {
    const Token* token = take(next_is(Token::negative) ? Token::negative : Token::natural);
    if (token == nullptr) return false;
    if (token->kind == Token::natural && !std::in_range<std::int64_t>(token->value))
        return refuse("an integer that does not fit int64");
    value = static_cast<std::int64_t>(token->value);
    return true;
}

bool Reader::read_natural(std::uint64_t& value) {
    const Token* token = take(Token::natural);
    if (token != nullptr) value = token->value;
    return token != nullptr;
}

bool Reader::read_real(double& value) {
    if (next_is(Token::natural))
        value = static_cast<double>(tokens_[next_++].value);
    else if (next_is(Token::negative))
        value = static_cast<double>(static_cast<std::int64_t>(tokens_[next_++].value));
    else if (const Token* token = take(Token::real); token != nullptr)
        value = std::bit_cast<double>(token->value);
    return !failed_;
}

bool Reader::read_string(std::string_view& value) {
    const Token* token = take(Token::string);
    if (token == nullptr) return false;
    const auto bytes = input_.subspan(token->value, token->size);
    value = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return true;
}

bool Reader::read_bytes(std::span<const std::byte>& value) {
    const Token* token = take(Token::bytes);
    if (token != nullptr) value = input_.subspan(token->value, token->size);
    return token != nullptr;
}

bool Reader::read_array(std::size_t& count) {
    const Token* token = take(Token::array);
    if (token != nullptr) count = token->size;
    return token != nullptr;
}

bool Reader::read_map(std::size_t& count) {
    const Token* token = take(Token::map);
    if (token != nullptr) count = token->size;
    return token != nullptr;
}

bool Reader::is_nil() const { return next_is(Token::nil); }

std::optional<Token::Kind> Reader::next_kind() const {
    if (failed_ || next_ == tokens_.size()) return std::nullopt;
    return tokens_[next_].kind;
}

bool Reader::skip() {
    if (failed_ || next_ == tokens_.size()) return unexpected("a value");
    for (std::size_t pending = 1; pending > 0; --pending) pending += elements_of(tokens_[next_++]);
    return true;
}

bool Reader::refuse(std::string_view reason) {
    if (!failed_) fail((next_ == 0 ? "" : path_to(next_ - 1)) + std::string{reason});
    return false;
}

bool Reader::next_is(Token::Kind kind) const {
    return !failed_ && next_ < tokens_.size() && tokens_[next_].kind == kind;
}

const Token* Reader::take(Token::Kind kind) {
    if (next_is(kind)) return &tokens_[next_++];
    unexpected(to_string(kind));
    return nullptr;
}

bool Reader::unexpected(std::string_view expected) {
    if (failed_) return false;
    const bool end = next_ == tokens_.size();
    fail((end ? "" : path_to(next_)) + "expected " + std::string{expected} + ", found " +
         std::string{end ? "the end" : to_string(tokens_[next_].kind)});
    return false;
}

void Reader::fail(std::string context) {
    failed_ = true;
    error_.context = std::move(context);
}

/// "at [2][0]: " for the first element of the third; empty for the outermost value. Walks from the start, since only a
/// failure asks.
std::string Reader::path_to(std::size_t index) const {
    struct Level {
        bool map;
        std::size_t elements;
        std::size_t at = 0;
    };
    std::vector<Level> levels;
    for (std::size_t i = 0; i < index; ++i) {
        if (const std::size_t elements = elements_of(tokens_[i]); elements > 0) {
            levels.push_back({tokens_[i].kind == Token::map, elements});
            continue;
        }
        while (!levels.empty() && ++levels.back().at == levels.back().elements) levels.pop_back();
    }
    std::string path;
    for (const Level& level : levels)
        path += level.map ? (level.at % 2 == 0 ? ".key[" : ".value[") + std::to_string(level.at / 2) + "]"
                          : "[" + std::to_string(level.at) + "]";
    return path.empty() ? path : "at " + path + ": ";
}

}  // namespace zanni
