#pragma once

#include <algorithm>
#include <string_view>

namespace zanni::detail {

/// Those that move a terminal's cursor: no text that is logged or shown has any.
inline bool has_control_characters(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace zanni::detail
