#include <zanni/lifecycle.hpp>

#include <cstring>

namespace zanni {

std::string ExitCause::to_string() const {
    const auto with_detail = [this](const std::string& text) { return detail.empty() ? text : text + ": " + detail; };
    const char* const signal_name = ::sigdescr_np(number);
    switch (kind) {
        case requested:
            return with_detail("requested");
        case exception:
            return with_detail("exception");
        case signal:
            return with_detail("signal " + std::to_string(number) + " (" + (signal_name ? signal_name : "unknown") +
                               ")");
        case out_of_memory:
            return with_detail("out of memory");
        case start_failure:
            return with_detail("start failure");
        case host_lost:
            return with_detail("host lost");
        case process_exit:
            return with_detail("process exit, status " + std::to_string(number));
        case gone:
            return with_detail("gone");
    }
    return with_detail("unknown cause");
}

}  // namespace zanni
