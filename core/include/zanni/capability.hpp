#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <zanni/error.hpp>

namespace zanni {

using CapabilityValue = std::variant<bool, std::int64_t, double, std::string>;

/// What a host offers, by key. Keys are case-sensitive.
using Capabilities = std::map<std::string, CapabilityValue, std::less<>>;

/// How what is offered must stand to what is required. The numbers travel.
enum class Comparison : std::uint8_t { equal, not_equal, less, at_most, more, at_least };

/// One comparison of a requirement: `key` with `value`.
struct Condition {
    std::string key;
    CapabilityValue value = true;
    Comparison comparison = Comparison::equal;

    friend bool operator==(const Condition&, const Condition&) = default;
};

/// What an actor type asks of the host it runs on: `{"HasDBAccess", true}`, `capability("Memory GiB") >= 64`, or
/// any_of() several such.
///
/// A required `true` is met by any value that is neither false, 0 nor empty. Integers and doubles compare as numbers,
/// texts by their characters, but digits in them as numbers: 0.10 is more than 0.9. A number and a text are unequal,
/// and neither is less. A key that the host doesn't have counts as false.
struct Requirement {
    std::string key;
    CapabilityValue value = true;
    Comparison comparison = Comparison::equal;
    std::vector<Condition> alternatives{};  ///< one of these will do instead

    friend bool operator==(const Requirement&, const Requirement&) = default;
};

/// All of them must be met.
using Requirements = std::vector<Requirement>;

/// Offers this from now on; without a value no more.
void change(Capabilities& capabilities, const std::string& key, const std::optional<CapabilityValue>& value);
/// The left side of a comparison; see capability().
struct CapabilityKey {
    std::string key;

    Requirement operator==(CapabilityValue value) const { return {key, std::move(value), Comparison::equal}; }
    Requirement operator!=(CapabilityValue value) const { return {key, std::move(value), Comparison::not_equal}; }
    Requirement operator<(CapabilityValue value) const { return {key, std::move(value), Comparison::less}; }
    Requirement operator<=(CapabilityValue value) const { return {key, std::move(value), Comparison::at_most}; }
    Requirement operator>(CapabilityValue value) const { return {key, std::move(value), Comparison::more}; }
    Requirement operator>=(CapabilityValue value) const { return {key, std::move(value), Comparison::at_least}; }
};
/// `capability("CPUs") >= 8` is a Requirement.
inline CapabilityKey capability(std::string key) { return {std::move(key)}; }

/// Met when one of them is, of which there is at least one: `any_of({capability("GPUs") >= 1, {"TPU", true}})`.
Requirement any_of(std::initializer_list<Requirement> requirements);

bool meets(const Capabilities& capabilities, const Requirement& requirement);

/// The requirements that the capabilities leave unmet, each as one phrase for a reader: "Memory GiB >= 64 (has 32)",
/// "GPUs >= 1 (has no GPUs) or TPU = true (has no TPU)". Empty when all are met.
std::vector<std::string> unmet(const Capabilities& capabilities, const Requirements& requirements);

/// As a person writes it: true, 64, 2.5, text.
std::string to_string(const CapabilityValue& value);
/// Memory GiB >= 64 or Cloud = true
std::string to_string(const Requirement& requirement);

/// Reads a value as a person writes it: true and false are bool, whole numbers integer, other numbers double, the rest
/// text.
CapabilityValue parse_capability_value(std::string_view text);

/// Reads a requirement as a person writes it: `Memory GiB>=64`, `OS != Windows`, `Server` (which is to be true), and
/// alternatives between `||`. Errors: Error::bad_input with what is missing.
std::expected<Requirement, Error> parse_requirement(std::string_view text);

}  // namespace zanni
