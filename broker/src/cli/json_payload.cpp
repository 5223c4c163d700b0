#include "json_payload.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include <zanni/address.hpp>
#include <zanni/marshal.hpp>
#include <zanni/messagepack.hpp>

namespace zanni::cli {

namespace {

using Json = nlohmann::ordered_json;

class NoSuchMessage : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The parts of "a,vector<b>,[c,d]".
std::vector<std::string_view> parts_of(std::string_view list) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= list.size(); ++i) {
        if (i == list.size() || (list[i] == ',' && depth == 0)) {
            if (i != begin || !parts.empty()) parts.push_back(list.substr(begin, i - begin));
            begin = i + 1;
        } else if (list[i] == '<' || list[i] == '[') {
            ++depth;
        } else if (list[i] == '>' || list[i] == ']') {
            --depth;
        }
    }
    return parts;
}

/// What stands in "NAME<...>"; nothing when it is no such shape.
std::optional<std::string_view> inside(std::string_view shape, std::string_view name) {
    if (!shape.starts_with(name) || shape.size() < name.size() + 2 || shape[name.size()] != '<') return std::nullopt;
    return shape.substr(name.size() + 1, shape.size() - name.size() - 2);
}

/// Writes one message.
class PayloadWriter {
public:
    std::vector<std::byte> write(const Json& json, std::string_view shape) {
        value(json, shape);
        return std::move(bytes_);
    }

private:
    void value(const Json& json, std::string_view shape) {
        if (shape.starts_with('[')) return fields(json, parts_of(shape.substr(1, shape.size() - 2)), true);
        for (const std::string_view list : {"vector", "set", "array"})
            if (const auto element = inside(shape, list)) return elements(json, *element);
        if (const auto tuple = inside(shape, "tuple")) return fields(json, parts_of(*tuple), false);
        if (const auto pair = inside(shape, "map")) return map(json, parts_of(*pair));
        if (const auto some = inside(shape, "optional")) return json.is_null() ? out_.nil() : value(json, *some);
        if (const auto alternatives = inside(shape, "variant")) return variant(json, parts_of(*alternatives));
        if (!scalar(json, shape)) guess(json);
    }

    /// False for a shape that is none of these.
    bool scalar(const Json& json, std::string_view shape) {
        if (shape == "string") {
            expect(json.is_string(), json, "a string");
            out_.string(json.get_ref<const std::string&>());
        } else if (shape == "bool") {
            expect(json.is_boolean(), json, "true or false");
            out_.boolean(json.get<bool>());
        } else if (shape == "double" || shape == "float") {
            expect(json.is_number(), json, "a number");
            out_.real(json.get<double>());
        } else if (shape.starts_with("int") || shape.starts_with("uint")) {
            integer(json, shape);
        } else if (shape == "address") {
            address(json);
        } else if (shape == "bytes") {
            hexadecimal(json);
        } else if (shape == "nil") {
            expect(json.is_null(), json, "null");
            out_.nil();
        } else {
            return false;
        }
        return true;
    }

    void integer(const Json& json, std::string_view shape) {
        expect(json.is_number_integer(), json, "a whole number (" + std::string(shape) + ")");
        const bool is_signed = shape.starts_with("int");
        int bits = 0;
        const std::string_view digits = shape.substr(is_signed ? 3 : 4);
        std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        const bool is_negative = !json.is_number_unsigned() && json.get<std::int64_t>() < 0;
        const std::uint64_t most = std::numeric_limits<std::uint64_t>::max() >> (64 - bits + (is_signed ? 1 : 0));
        const bool fits = is_negative ? is_signed && json.get<std::int64_t>() >= -static_cast<std::int64_t>(most) - 1
                                      : json.get<std::uint64_t>() <= most;
        if (!fits) refuse(json.dump() + " is no " + std::string(shape));
        is_negative ? out_.integer(json.get<std::int64_t>()) : out_.natural(json.get<std::uint64_t>());
    }

    void address(const Json& json) {
        expect(json.is_string(), json, "an address, as a string");
        const auto address = Address::parse(json.get_ref<const std::string&>());
        if (!address) refuse(address.error().context);
        const auto bytes = marshalled(*address);
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }

    void hexadecimal(const Json& json) {
        expect(json.is_string(), json, "bytes, as a string of hexadecimal digits");
        const auto& text = json.get_ref<const std::string&>();
        std::vector<std::byte> bytes;
        for (std::size_t i = 0; i < text.size(); i += 2) {
            unsigned byte = 0;
            const char* const end = text.data() + std::min(i + 2, text.size());
            const auto read = std::from_chars(text.data() + i, end, byte, 16);
            if (text.size() - i < 2 || read.ptr != end) refuse("expected pairs of hexadecimal digits");
            bytes.push_back(static_cast<std::byte>(byte));
        }
        out_.bytes(bytes);
    }

    void fields(const Json& json, const std::vector<std::string_view>& shapes, bool may_be_short) {
        expect(json.is_array(), json, "an array of " + std::to_string(shapes.size()) + " fields");
        if (json.size() > shapes.size() || (json.size() < shapes.size() && !may_be_short))
            refuse("expected " + std::to_string(shapes.size()) + " fields, found " + std::to_string(json.size()));
        out_.array(json.size());
        for (std::size_t i = 0; i < json.size(); ++i) at(i, [&] { value(json[i], shapes[i]); });
    }

    void elements(const Json& json, std::string_view shape) {
        expect(json.is_array(), json, "an array");
        out_.array(json.size());
        for (std::size_t i = 0; i < json.size(); ++i) at(i, [&] { value(json[i], shape); });
    }

    void map(const Json& json, const std::vector<std::string_view>& pair) {
        expect(json.is_object(), json, "an object");
        out_.map(json.size());
        for (const auto& [key, element] : json.items()) {
            const bool is_text = pair[0] == "string";
            const Json key_value = is_text ? Json(key) : Json::parse(key, nullptr, false);
            const auto& name = key;
            const auto& inner = element;
            at(name, [&] {
                value(key_value.is_discarded() ? Json(name) : key_value, pair[0]);
                value(inner, pair[1]);
            });
        }
    }

    void variant(const Json& json, const std::vector<std::string_view>& shapes) {
        expect(json.is_array() && json.size() == 2 && json[0].is_number_unsigned(), json,
               "[number of the alternative, value]");
        const auto index = json[0].get<std::uint64_t>();
        if (index >= shapes.size()) refuse("there are " + std::to_string(shapes.size()) + " alternatives, from 0");
        out_.array(2);
        out_.natural(index);
        at(1, [&] { value(json[1], shapes[index]); });
    }

    /// What is nearest to it.
    void guess(const Json& json) {
        if (json.is_null()) return out_.nil();
        if (json.is_boolean()) return out_.boolean(json.get<bool>());
        if (json.is_number_unsigned()) return out_.natural(json.get<std::uint64_t>());
        if (json.is_number_integer()) return out_.integer(json.get<std::int64_t>());
        if (json.is_number()) return out_.real(json.get<double>());
        if (json.is_string()) return out_.string(json.get_ref<const std::string&>());
        if (json.is_array()) return elements(json, "");
        map(json, {"string", ""});
    }

    template <class Do>
    void at(std::size_t index, Do inner) {
        at("[" + std::to_string(index) + "]", inner, true);
    }
    template <class Do>
    void at(const std::string& key, Do inner, bool is_index = false) {
        const std::size_t size = place_.size();
        place_ += is_index ? key : "[\"" + key + "\"]";
        if (++depth_ > marshal_depth_max) refuse("more than " + std::to_string(marshal_depth_max) + " deep");
        inner();
        --depth_;
        place_.resize(size);
    }

    void expect(bool holds, const Json& json, const std::string& what) const {
        if (!holds) refuse("expected " + what + ", found " + (json.is_null() ? "null" : kind_of(json)));
    }
    static std::string kind_of(const Json& json) {
        if (json.is_object()) return "an object";
        if (json.is_array()) return "an array";
        return std::string("a ") + json.type_name() + ", " + json.dump();
    }
    [[noreturn]] void refuse(const std::string& why) const {
        throw NoSuchMessage((place_.empty() ? "" : "at " + place_ + ": ") + why);
    }

    std::vector<std::byte> bytes_;
    Writer out_{bytes_};
    std::string place_;
    std::size_t depth_ = 0;
};

}  // namespace

std::expected<std::vector<std::byte>, std::string> payload_of(std::string_view json, std::string_view shape) try {
    return PayloadWriter().write(Json::parse(json), shape);
} catch (const Json::parse_error& error) {
    return std::unexpected("no JSON, at byte " + std::to_string(error.byte));
} catch (const std::exception& error) {
    return std::unexpected(error.what());
}

}  // namespace zanni::cli
