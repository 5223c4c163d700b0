#include "versions.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace zanni::broker {

namespace {

/// The first two numbers of "1.2.3".
std::optional<std::pair<unsigned, unsigned>> numbers_of(std::string_view version) {
    unsigned major = 0;
    unsigned minor = 0;
    const char* const end = version.data() + version.size();
    const auto first = std::from_chars(version.data(), end, major);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return std::nullopt;
    if (std::from_chars(first.ptr + 1, end, minor).ec != std::errc{}) return std::nullopt;
    return std::pair{major, minor};
}

}  // namespace

bool work_together(std::string_view one, std::string_view other) {
    const auto left = numbers_of(one);
    const auto right = numbers_of(other);
    if (!left || !right || left->first != right->first) return false;
    return left->first > 0 || left->second == right->second;
}

std::expected<void, Error> fits_convention(const std::string& newcomer, const std::string& version,
                                           const std::string& convention) {
    if (work_together(convention, version)) return {};
    return std::unexpected(
        Error{Error::refused, newcomer + " has " + (version.empty() ? "no version" : "version " + version) +
                                  ", the convention " + convention +
                                  (version.starts_with("0.") ? ": before 1.0 the first two numbers must be the same"
                                                             : ": the first number must be the same")});
}

}  // namespace zanni::broker
