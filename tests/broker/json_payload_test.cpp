#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/any_message.hpp>
#include <zanni/marshal.hpp>
#include <zanni/marshal/shape.hpp>

#include "cli/json_payload.hpp"

namespace zanni::cli {

namespace {

struct Inner {
    std::uint8_t small = 0;
    std::string text;
    friend bool operator==(const Inner&, const Inner&) = default;
};
struct Everything {
    std::int32_t number = 0;
    bool yes = false;
    double real = 0;
    Inner inner;
    std::vector<std::int64_t> list;
    std::map<std::string, std::uint32_t> by_name;
    std::map<std::int16_t, bool> by_number;
    std::optional<std::string> maybe;
    std::variant<std::int32_t, std::string> either;
    Address address;
    std::vector<std::byte> bytes;
    std::vector<Inner> inners;
    friend bool operator==(const Everything&, const Everything&) = default;
};

std::string complaint(const std::string& json, const std::string& shape) {
    const auto payload = payload_of(json, shape);
    return payload ? "" : payload.error();
}

}  // namespace

TEST_CASE("what is written as JSON is what a program would have sent", "[tools]") {
    const Address address = detail::make_address({0xa1b2c3d400000003, 22});
    const std::string shape = detail::shape_of<Everything>();
    CHECK(shape ==
          "[int32,bool,double,[uint8,string],vector<int64>,map<string,uint32>,map<int16,bool>,optional<string>,"
          "variant<int32,string>,address,bytes,vector<zanni.cli.{anonymous}.Inner>]");

    const auto payload = payload_of(
        "[-7, true, 2.5, [255, \"hi\"], [1, -2], {\"a\": 1, \"b\": 2}, {\"-3\": true}, null, "
        "[1, \"or\"], \"" +
            address.to_string() + "\", \"00ff\", [[3, \"in\"]]]",
        shape);

    REQUIRE(payload);
    Everything expected;
    expected.number = -7;
    expected.yes = true;
    expected.real = 2.5;
    expected.inner = {255, "hi"};
    expected.list = {1, -2};
    expected.by_name = {{"a", 1}, {"b", 2}};
    expected.by_number = {{-3, true}};
    expected.either = "or";
    expected.address = address;
    expected.bytes = {std::byte{0}, std::byte{0xff}};
    expected.inners = {{3, "in"}};
    const auto read = unmarshalled<Everything>(*payload);
    REQUIRE(read);
    CHECK(*read == expected);
}

TEST_CASE("fields that are left out keep their defaults, and a message that is no struct is one value", "[tools]") {
    CHECK(unmarshalled<Inner>(payload_of("[3]", detail::shape_of<Inner>()).value()) == Inner{3, ""});
    CHECK(unmarshalled<Inner>(payload_of("[]", detail::shape_of<Inner>()).value()) == Inner{});
    CHECK(unmarshalled<std::string>(payload_of("\"text\"", detail::shape_of<std::string>()).value()) == "text");
}

TEST_CASE("where nobody says what a message is made of, each value becomes what is nearest to it", "[tools]") {
    const auto payload = payload_of("[1, -1, 1.5, \"x\", null, true, [2], {\"k\": 3}]", "");
    REQUIRE(payload);
    CHECK(to_text({0, "any", *payload}) == "any [1, -1, 1.5, \"x\", nil, true, [2], {\"k\": 3}]");
}

TEST_CASE("what doesn't fit is refused, with where and why", "[tools]") {
    CHECK_THAT(complaint("[1", "[int32]"), Catch::StartsWith("no JSON, at byte"));
    CHECK_THAT(complaint("[1, 2]", "[int32]"), Catch::Contains("expected 1 fields, found 2"));
    CHECK_THAT(complaint("[300]", "[uint8]"), Catch::Contains("at [0]: 300 is no uint8"));
    CHECK_THAT(complaint("[-129]", "[int8]"), Catch::Contains("-129 is no int8"));
    CHECK(complaint("[-128, 127]", "[int8,int8]").empty());
    CHECK(complaint("[18446744073709551615, -9223372036854775808]", "[uint64,int64]").empty());
    CHECK_THAT(complaint("[-1]", "[uint64]"), Catch::Contains("-1 is no uint64"));
    CHECK_THAT(complaint("[1.5]", "[int32]"), Catch::Contains("expected a whole number"));
    CHECK_THAT(complaint("[[1, [2, \"x\"]]]", "[[int32,vector<int32>]]"),
               Catch::Contains("at [0][1][1]: expected a whole number (int32), found a string"));
    CHECK_THAT(complaint("{\"k\": 1}", "map<string,bool>"), Catch::Contains("at [\"k\"]: expected true or false"));
    CHECK_THAT(complaint("[\"nobody\"]", "[address]"), Catch::Contains("at [0]: "));
    CHECK_THAT(complaint("[\"0\"]", "[bytes]"), Catch::Contains("pairs of hexadecimal digits"));
    CHECK_THAT(complaint("[\"0g\"]", "[bytes]"), Catch::Contains("pairs of hexadecimal digits"));
    CHECK_THAT(complaint("[2, 1]", "variant<bool,bool>"), Catch::Contains("there are 2 alternatives"));
    CHECK_THAT(complaint("[1]", "tuple<bool,bool>"), Catch::Contains("expected 2 fields"));
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += '[';
    CHECK_THAT(complaint(deep + std::string(100, ']'), ""), Catch::Contains("deep"));
}

}  // namespace zanni::cli
