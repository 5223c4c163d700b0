#include "log_sink.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace zanni::log {

namespace {

std::unexpected<Error> bad(std::string why) { return std::unexpected(Error{Error::bad_input, std::move(why)}); }

/// A number, and what follows it.
std::optional<std::pair<std::uint64_t, std::string_view>> number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    return std::pair{number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

std::expected<std::uint64_t, Error> parse_size(std::string_view text) {
    const auto refused = bad("size=" + std::string(text) + ": expected a size from 1KiB to 1024GiB, such as 10MiB");
    const auto number = number_of(text);
    if (!number || number->first > Sink::bytes_most) return refused;
    std::uint64_t bytes = number->first;
    if (number->second == "KiB")
        bytes <<= 10;
    else if (number->second == "MiB")
        bytes <<= 20;
    else if (number->second == "GiB")
        bytes <<= 30;
    else
        return refused;
    if (bytes < Sink::bytes_min || bytes > Sink::bytes_most || bytes < number->first) return refused;
    return bytes;
}

std::expected<std::uint64_t, Error> parse_files(std::string_view text) {
    const auto number = number_of(text);
    if (!number || !number->second.empty() || number->first < 1 || number->first > Sink::files_most)
        return bad("files=" + std::string(text) + ": expected a number from 1 to " + std::to_string(Sink::files_most));
    return number->first;
}

std::expected<void, Error> set_option(Sink& sink, std::string_view option) {
    constexpr std::string_view size = "size=";
    constexpr std::string_view files = "files=";
    std::expected<std::uint64_t, Error> value;
    if (option.starts_with(size)) {
        value = parse_size(option.substr(size.size()));
        if (value) sink.bytes_max = *value;
    } else if (option.starts_with(files)) {
        value = parse_files(option.substr(files.size()));
        if (value) sink.files_max = *value;
    } else {
        value = bad("'" + std::string(option) + "': expected size=10MiB or files=5 after the path");
    }
    if (!value) return std::unexpected(value.error());
    return {};
}

std::expected<Sink, Error> parse_file(std::string_view text) {
    Sink sink{Sink::Kind::file};
    auto comma = text.find(',');
    sink.path = text.substr(0, comma);
    if (sink.path.empty() || !sink.path.has_filename()) return bad("expected a file's path after file:");
    while (comma != std::string_view::npos) {
        text.remove_prefix(comma + 1);
        comma = text.find(',');
        if (const auto set = set_option(sink, text.substr(0, comma)); !set) return std::unexpected(set.error());
    }
    return sink;
}

}  // namespace

std::expected<Sink, Error> parse_sink(std::string_view text) {
    constexpr std::string_view file = "file:";
    if (text == "stderr") return Sink{Sink::Kind::standard_error};
    if (text == "syslog") return Sink{Sink::Kind::syslog};
    if (text == "journald") return Sink{Sink::Kind::journald};
    if (text.starts_with(file)) return parse_file(text.substr(file.size()));
    return bad("expected stderr, file:PATH[,size=10MiB,files=5], syslog or journald");
}

std::string to_string(const Sink& sink) {
    switch (sink.kind) {
        case Sink::Kind::standard_error:
            return "stderr";
        case Sink::Kind::syslog:
            return "syslog";
        case Sink::Kind::journald:
            return "journald";
        case Sink::Kind::file:
            break;
    }
    return "file:" + sink.path.string();
}

std::filesystem::path file_of_process(const std::filesystem::path& path, unsigned number) {
    std::filesystem::path name = path.stem();
    name += ".process" + std::to_string(number);
    name += path.extension();
    return path.parent_path() / name;
}

}  // namespace zanni::log
