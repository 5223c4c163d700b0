#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace zanni {

using CapabilityValue = std::variant<bool, std::int64_t, double, std::string>;

/// What a host offers, by key. Keys are case-sensitive.
using Capabilities = std::map<std::string, CapabilityValue, std::less<>>;

/// What an actor type asks of the host it runs on: this key with this value. A required `true` is also met by any value
/// that is neither false, 0 nor empty; integers and doubles compare as numbers.
struct Requirement {
    std::string key;
    CapabilityValue value = true;

    friend bool operator==(const Requirement&, const Requirement&) = default;
};

/// All of them must be met.
using Requirements = std::vector<Requirement>;

/// Offers this from now on; without a value no more.
void change(Capabilities& capabilities, const std::string& key, const std::optional<CapabilityValue>& value);

bool meets(const Capabilities& capabilities, const Requirement& requirement);

/// The requirements that the capabilities leave unmet, each as one phrase for a reader: "Server = true (has no
/// Server)". Empty when all are met.
std::vector<std::string> unmet(const Capabilities& capabilities, const Requirements& requirements);

/// As a person writes it: true, 64, 2.5, text.
std::string to_string(const CapabilityValue& value);

/// Reads a value as a person writes it: true and false are bool, whole numbers integer, other numbers double, the rest
/// text.
CapabilityValue parse_capability_value(std::string_view text);

}  // namespace zanni
