#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include <zanni/error.hpp>

namespace zanni::log {

/// Where a log goes. A value, from a flag: "stderr", "file:PATH,size=10MiB,files=5", "syslog", "journald".
struct Sink {
    enum class Kind : std::uint8_t { standard_error, file, syslog, journald };
    static constexpr std::uint64_t bytes_min = 1024;
    static constexpr std::uint64_t bytes_most = std::uint64_t{1} << 40;
    static constexpr std::uint64_t files_most = 100;

    Kind kind = Kind::standard_error;
    std::filesystem::path path{};                   ///< of a file
    std::uint64_t bytes_max = 10ull * 1024 * 1024;  ///< a file that would grow beyond it is put aside
    std::uint64_t files_max = 5;                    ///< this one, and those put aside

    friend bool operator==(const Sink&, const Sink&) = default;
};

/// Errors: Error::bad_input, with what is wrong and what is expected.
std::expected<Sink, Error> parse_sink(std::string_view text);

/// As it would be written.
std::string to_string(const Sink& sink);

/// "log/zanni.log" for process 3 of a host: "log/zanni.process3.log".
std::filesystem::path file_of_process(const std::filesystem::path& path, unsigned number);

}  // namespace zanni::log
