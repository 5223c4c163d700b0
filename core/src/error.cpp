#include <zanni/error.hpp>

#include <ostream>

namespace zanni {

std::string_view to_string(Error::Code code) {
    switch (code) {
        case Error::timeout:
            return "timeout";
        case Error::dead_target:
            return "dead_target";
        case Error::poison:
            return "poison";
        case Error::unexpected_reply:
            return "unexpected_reply";
        case Error::unmet_requirement:
            return "unmet_requirement";
        case Error::unknown_type:
            return "unknown_type";
        case Error::start_failed:
            return "start_failed";
        case Error::malformed:
            return "malformed";
        case Error::too_large:
            return "too_large";
        case Error::overloaded:
            return "overloaded";
        case Error::shut_down:
            return "shut_down";
        case Error::bad_input:
            return "bad_input";
        case Error::refused:
            return "refused";
        case Error::unreachable:
            return "unreachable";
        case Error::superseded:
            return "superseded";
        case Error::no_address:
            return "no_address";
        case Error::host_lost:
            return "host_lost";
        case Error::window_timeout:
            return "window_timeout";
        case Error::unknown_delivery:
            return "unknown_delivery";
        case Error::unknown_name:
            return "unknown_name";
    }
    return "unknown error";  // a number from a newer version
}

std::string Error::to_string() const {
    return std::string(zanni::to_string(code)) + (context.empty() ? "" : ": " + context);
}

std::ostream& operator<<(std::ostream& out, const Error& error) { return out << error.to_string(); }

}  // namespace zanni
