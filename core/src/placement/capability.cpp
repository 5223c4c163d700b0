#include <zanni/capability.hpp>

#include <charconv>
#include <cmath>
#include <optional>

namespace zanni {

namespace {

std::optional<double> as_number(const CapabilityValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return std::nullopt;
}

bool is_truthy(const CapabilityValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* text = std::get_if<std::string>(&value)) return !text->empty();
    return as_number(value) != 0.0;
}

bool same(const CapabilityValue& offered, const CapabilityValue& required) {
    if (const auto* flag = std::get_if<bool>(&required)) return is_truthy(offered) == *flag;
    if (offered.index() == required.index()) return offered == required;
    const auto left = as_number(offered);
    return left && left == as_number(required);
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

void change(Capabilities& capabilities, const std::string& key, const std::optional<CapabilityValue>& value) {
    if (value)
        capabilities.insert_or_assign(key, *value);
    else
        capabilities.erase(key);
}

bool meets(const Capabilities& capabilities, const Requirement& requirement) {
    const auto offered = capabilities.find(requirement.key);
    if (offered == capabilities.end()) return requirement.value == CapabilityValue{false};
    return same(offered->second, requirement.value);
}

std::vector<std::string> unmet(const Capabilities& capabilities, const Requirements& requirements) {
    std::vector<std::string> missing;
    for (const auto& requirement : requirements) {
        if (meets(capabilities, requirement)) continue;
        const auto offered = capabilities.find(requirement.key);
        missing.push_back(requirement.key + " = " + to_string(requirement.value) +
                          (offered == capabilities.end() ? " (has no " + requirement.key + ")"
                                                         : " (has " + to_string(offered->second) + ")"));
    }
    return missing;
}

std::string to_string(const CapabilityValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, std::get<double>(value)).ptr};
}

CapabilityValue parse_capability_value(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    if (const auto integer = parse_number<std::int64_t>(text)) return *integer;
    if (const auto real = parse_number<double>(text); real && std::isfinite(*real)) return *real;  // "inf" is a name
    return std::string(text);
}

}  // namespace zanni
