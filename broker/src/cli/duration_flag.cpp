#include "duration_flag.hpp"

#include <charconv>
#include <string_view>

#include "command.hpp"

namespace zanni::cli {

Duration parse_duration(const std::string& flag, const std::string& text) {
    constexpr std::uint32_t count_max = 1'000'000;
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (error == std::errc{} && count <= count_max) {
        if (unit == "ms") return std::chrono::milliseconds(count);
        if (unit == "s") return std::chrono::seconds(count);
        if (unit == "min") return std::chrono::minutes(count);
    }
    throw CannotStart(flag + " " + text + ": expected a time, such as 300ms or 5s");
}

}  // namespace zanni::cli
