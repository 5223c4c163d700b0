#include "observer/web/page_files.hpp"

#include <cstddef>

// The bytes of a file as they are, without a compiler that has to read them as numbers.
#define ZANNI_EMBED(NAME, FILE)                                        \
    __asm__(                                                           \
        ".section .rodata\n"                                           \
        ".global zanni_page_" #NAME                                    \
        "\n"                                                           \
        ".global zanni_page_" #NAME                                    \
        "_end\n"                                                       \
        "zanni_page_" #NAME ":\n.incbin \"" ZANNI_PAGE_FOLDER "/" FILE \
        "\"\n"                                                         \
        "zanni_page_" #NAME "_end:\n.byte 0\n.previous\n");            \
    extern "C" const char zanni_page_##NAME[];                         \
    extern "C" const char zanni_page_##NAME##_end[];

ZANNI_EMBED(index, "index.html")
ZANNI_EMBED(script, "app.js")
ZANNI_EMBED(style, "app.css")

namespace zanni::broker {

namespace {

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

}  // namespace

std::optional<PageFile> page_file(std::string_view path) {
    if (path == "/" || path == "/index.html")
        return PageFile{"text/html; charset=utf-8", between(zanni_page_index, zanni_page_index_end)};
    if (path == "/app.js")
        return PageFile{"text/javascript; charset=utf-8", between(zanni_page_script, zanni_page_script_end)};
    if (path == "/app.css") return PageFile{"text/css; charset=utf-8", between(zanni_page_style, zanni_page_style_end)};
    return std::nullopt;
}

}  // namespace zanni::broker
