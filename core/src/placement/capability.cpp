#include <zanni/capability.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>
#include <iterator>
#include <optional>
#include <span>

#include <zanni/assert.hpp>

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

// Runs of digits compare as numbers, so that version 0.10 is more than 0.9; leading zeros count for nothing.
std::strong_ordering in_reading_order(std::string_view left, std::string_view right) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto take_number = [&](std::string_view& text) {
        const auto end = std::ranges::find_if_not(text, is_digit);
        auto number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
        text.remove_prefix(number.size());
        number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
        return number;
    };
    while (!left.empty() && !right.empty()) {
        if (is_digit(left.front()) && is_digit(right.front())) {
            const auto a = take_number(left);
            const auto b = take_number(right);
            if (a.size() != b.size()) return a.size() <=> b.size();
            if (a != b) return a <=> b;
            continue;
        }
        if (left.front() != right.front())
            return static_cast<unsigned char>(left.front()) <=> static_cast<unsigned char>(right.front());
        left.remove_prefix(1);
        right.remove_prefix(1);
    }
    return left.size() <=> right.size();
}

/// Unordered: a text and a number, and bools.
std::partial_ordering order(const CapabilityValue& left, const CapabilityValue& right) {
    const auto* const text = std::get_if<std::string>(&left);
    const auto* const other_text = std::get_if<std::string>(&right);
    if (text && other_text) return in_reading_order(*text, *other_text);
    const auto* const integer = std::get_if<std::int64_t>(&left);
    const auto* const other_integer = std::get_if<std::int64_t>(&right);
    if (integer && other_integer) return *integer <=> *other_integer;
    const auto number = as_number(left);
    const auto other_number = as_number(right);
    return number && other_number ? *number <=> *other_number : std::partial_ordering::unordered;
}

bool same(const CapabilityValue& offered, const CapabilityValue& required) {
    if (const auto* flag = std::get_if<bool>(&required)) return is_truthy(offered) == *flag;
    if (offered.index() == required.index()) return offered == required;
    return order(offered, required) == 0;
}

bool holds(const CapabilityValue& offered, Comparison comparison, const CapabilityValue& required) {
    switch (comparison) {
        case Comparison::equal:
            return same(offered, required);
        case Comparison::not_equal:
            return !same(offered, required);
        case Comparison::less:
            return order(offered, required) < 0;
        case Comparison::at_most:
            return order(offered, required) <= 0;
        case Comparison::more:
            return order(offered, required) > 0;
        case Comparison::at_least:
            return order(offered, required) >= 0;
    }
    return false;  // of a later version
}

bool holds(const Capabilities& capabilities, const auto& condition) {
    const auto offered = capabilities.find(condition.key);
    return holds(offered == capabilities.end() ? CapabilityValue{false} : offered->second, condition.comparison,
                 condition.value);
}

struct Sign {
    std::string_view text;
    Comparison comparison;
};
// The longer ones first, as they are looked for in this order.
constexpr Sign signs[] = {{"!=", Comparison::not_equal}, {"<=", Comparison::at_most}, {">=", Comparison::at_least},
                          {"==", Comparison::equal},     {"=", Comparison::equal},    {"<", Comparison::less},
                          {">", Comparison::more}};

std::string phrase(const auto& condition) {
    const auto sign = std::ranges::find_if(
        signs, [&](const Sign& known) { return known.comparison == condition.comparison && known.text != "=="; });
    return condition.key + " " + (sign == std::end(signs) ? "?" : std::string(sign->text)) + " " +
           to_string(condition.value);
}

std::string phrase(const Capabilities& capabilities, const auto& condition) {
    const auto offered = capabilities.find(condition.key);
    return phrase(condition) + (offered == capabilities.end() ? " (has no " + condition.key + ")"
                                                              : " (has " + to_string(offered->second) + ")");
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::expected<Condition, Error> parse_condition(std::string_view text) {
    const auto begin = std::min(text.find_first_of("=<>!"), text.size());
    const auto rest = text.substr(begin);
    const std::string key(trimmed(text.substr(0, begin)));
    const auto bad = [&](const char* why) {
        return std::unexpected(
            Error{Error::bad_input, "'" + std::string(trimmed(text)) + "' is no requirement: " + why});
    };
    if (key.empty()) return bad("it begins with a key, such as 'Memory GiB>=64'");
    if (rest.empty()) return Condition{key, true, Comparison::equal};
    const auto sign = std::ranges::find_if(signs, [&](const Sign& known) { return rest.starts_with(known.text); });
    if (sign == std::end(signs)) return bad("expected one of =, !=, <, <=, >, >= behind the key");
    const auto value = trimmed(rest.substr(sign->text.size()));
    if (value.empty()) return bad("it has no value");
    return Condition{key, parse_capability_value(value), sign->comparison};
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
    return holds(capabilities, requirement) ||
           std::ranges::any_of(requirement.alternatives,
                               [&](const Condition& condition) { return holds(capabilities, condition); });
}

std::vector<std::string> unmet(const Capabilities& capabilities, const Requirements& requirements) {
    std::vector<std::string> missing;
    for (const auto& requirement : requirements) {
        if (meets(capabilities, requirement)) continue;
        missing.push_back(phrase(capabilities, requirement));
        for (const auto& condition : requirement.alternatives)
            missing.back() += " or " + phrase(capabilities, condition);
    }
    return missing;
}

Requirement any_of(std::initializer_list<Requirement> requirements) {
    ZANNI_ASSERT(requirements.size() > 0, "any_of() of nothing");
    Requirement any = *requirements.begin();
    for (const auto& other : std::span(requirements).subspan(1)) {
        any.alternatives.push_back({other.key, other.value, other.comparison});
        std::ranges::copy(other.alternatives, std::back_inserter(any.alternatives));
    }
    return any;
}

std::string to_string(const Requirement& requirement) {
    std::string text = phrase(requirement);
    for (const auto& condition : requirement.alternatives) text += " or " + phrase(condition);
    return text;
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

std::expected<Requirement, Error> parse_requirement(std::string_view text) {
    std::optional<Requirement> requirement;
    for (bool more = true; more;) {
        const auto bars = text.find("||");
        more = bars != std::string_view::npos;
        auto condition = parse_condition(text.substr(0, bars));
        if (!condition) return std::unexpected(condition.error());
        if (requirement)
            requirement->alternatives.push_back(std::move(*condition));
        else
            requirement = {std::move(condition->key), std::move(condition->value), condition->comparison};
        if (more) text.remove_prefix(bars + 2);
    }
    return *requirement;
}

}  // namespace zanni
