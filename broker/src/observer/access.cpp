#include "observer/access.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "security/key_folder.hpp"

namespace zanni::broker {

namespace {

constexpr std::string_view cookie_name = "zanni_token";
constexpr std::size_t token_letters_min = 32;

bool equal_ignoring_case(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other,
                              [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

/// Of "a=1; b=2" or "a=1&b=2".
std::optional<std::string_view> value_of(std::string_view name, std::string_view pairs, char separator) {
    while (!pairs.empty()) {
        const auto end = pairs.find(separator);
        std::string_view pair = pairs.substr(0, end);
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
        if (end == std::string_view::npos) break;
        pairs.remove_prefix(end + 1);
    }
    return std::nullopt;
}

}  // namespace

Access::Verdict Access::judge(const Request& request) const {
    if (!request.host || !is_own(*request.host)) return Verdict::wrong_host;
    if (request.origin) {
        std::string_view origin = *request.origin;
        for (const std::string_view scheme : {"http://", "https://"})
            if (origin.starts_with(scheme)) origin.remove_prefix(scheme.size());
        if (!is_own(origin)) return Verdict::wrong_origin;
    }
    if (options_.token.empty()) return Verdict::let_in;
    if (has_token(request)) return Verdict::let_in;
    const auto brought = value_of("token", request.query, '&');
    return brought && !request.changes && is_token(*brought) ? Verdict::set_cookie : Verdict::no_token;
}

std::string Access::cookie() const {
    return std::string(cookie_name) + "=" + options_.token + "; HttpOnly; SameSite=Strict; Path=/";
}

bool Access::is_own(std::string_view host) const {
    return std::ranges::any_of(options_.hosts, [&](const std::string& own) { return equal_ignoring_case(own, host); });
}

/// In the same time, whatever is wrong with it.
bool Access::is_token(std::string_view text) const {
    if (text.size() != options_.token.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        difference |= static_cast<unsigned char>(text[i]) ^ static_cast<unsigned char>(options_.token[i]);
    return difference == 0;
}

bool Access::has_token(const Request& request) const {
    constexpr std::string_view bearer = "bearer ";
    if (request.authorization && request.authorization->size() > bearer.size() &&
        equal_ignoring_case(std::string_view(*request.authorization).substr(0, bearer.size()), bearer))
        return is_token(std::string_view(*request.authorization).substr(bearer.size()));
    if (!request.cookie) return false;
    const auto value = value_of(cookie_name, *request.cookie, ';');
    return value && is_token(*value);
}

std::string read_token(const std::string& file) {
    std::string token = transport::read_private_file(file);
    token.erase(token.find_last_not_of(" \n\r\t") + 1);
    if (token.size() < token_letters_min || !std::ranges::all_of(token, [](unsigned char letter) {
            return std::isalnum(letter) || letter == '-' || letter == '_';
        }))
        throw std::runtime_error(file + ": expected a token of " + std::to_string(token_letters_min) +
                                 " or more letters, digits, - or _, such as 'openssl rand -hex 32' makes");
    return token;
}

}  // namespace zanni::broker
