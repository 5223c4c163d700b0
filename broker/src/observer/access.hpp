#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zanni::broker {

/// Who may use the observer. By a name of this machine alone, from its own page alone, and, where a token is asked for,
/// with that: so no page of another site can have a browser speak for its user, whatever a name server says.
///
/// Threads: any.
class Access {
public:
    struct Options {
        std::vector<std::string> hosts;  ///< "127.0.0.1:1980", "localhost:1980": what browsers may call this server
        std::string token;               ///< empty: none is asked for
    };
    struct Request {
        std::optional<std::string> host;  ///< headers, as they came
        std::optional<std::string> origin;
        std::optional<std::string> authorization;
        std::optional<std::string> cookie;
        std::string query;
        bool changes = false;  ///< something, or opens a WebSocket: from a browser only with the page's own origin
    };
    enum class Verdict : std::uint8_t {
        let_in,
        set_cookie,    ///< it has brought the token in its address: it shall come without, with a cookie
        wrong_host,    ///< 421
        wrong_origin,  ///< 403
        no_token,      ///< 401
    };

    explicit Access(Options options) : options_(std::move(options)) {}

    Verdict judge(const Request& request) const;
    /// Of Set-Cookie.
    std::string cookie() const;

private:
    bool is_own(std::string_view host) const;
    bool is_token(std::string_view text) const;
    bool has_token(const Request& request) const;

    Options options_;
};

/// 32 digits or more, as somebody keeps it in a file of his own. Errors: throws std::runtime_error with one line.
std::string read_token(const std::string& file);

}  // namespace zanni::broker
