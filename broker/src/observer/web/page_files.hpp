#pragma once

#include <optional>
#include <string_view>

namespace zanni::broker {

struct PageFile {
    std::string_view type;
    std::string_view bytes;
};

/// A file of the live page, which is built in: "/", "/app.js", "/app.css".
std::optional<PageFile> page_file(std::string_view path);

}  // namespace zanni::broker
