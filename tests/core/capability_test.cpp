#include <catch2/catch.hpp>

#include <zanni/capability.hpp>

namespace zanni {

namespace {

const Capabilities host{{"Server", true},
                        {"Disk", false},
                        {"Cores", std::int64_t{8}},
                        {"Load", 0.5},
                        {"Zero", std::int64_t{0}},
                        {"Nothing", 0.0},
                        {"Color", std::string("red")},
                        {"Empty", std::string()},
                        {"Whole", 8.0}};

CapabilityValue integer(std::int64_t value) { return value; }
CapabilityValue text(const char* value) { return std::string(value); }

}  // namespace

TEST_CASE("a requirement is met by the same value, and numbers compare as numbers", "[D2]") {
    const auto [key, value, met] = GENERATE(table<std::string, CapabilityValue, bool>({
        {"Server", true, true},
        {"Server", false, false},
        {"Server", integer(1), false},
        {"Server", text("true"), false},
        {"Cores", integer(8), true},
        {"Cores", integer(4), false},
        {"Cores", 8.0, true},
        {"Cores", 8.5, false},
        {"Cores", text("8"), false},
        {"Whole", integer(8), true},
        {"Load", 0.5, true},
        {"Load", 0.25, false},
        {"Color", text("red"), true},
        {"Color", text("Red"), false},
        {"color", text("red"), false},
    }));
    CAPTURE(key, to_string(value));

    CHECK(meets(host, {key, value}) == met);
}

TEST_CASE("a required true is met by any value that is neither false, 0 nor empty; a required false by the others",
          "[D2]") {
    const auto [key, truthy] = GENERATE(table<std::string, bool>({
        {"Server", true},
        {"Cores", true},
        {"Load", true},
        {"Color", true},
        {"Disk", false},
        {"Zero", false},
        {"Nothing", false},
        {"Empty", false},
        {"Missing", false},
    }));
    CAPTURE(key);

    CHECK(meets(host, {key}) == truthy);
    CHECK(meets(host, {key, true}) == truthy);
    CHECK(meets(host, {key, false}) == !truthy);
}

TEST_CASE("integers too big for a double are told apart", "[D2]") {
    const std::int64_t big = (std::int64_t{1} << 53) + 1;
    const Capabilities offers{{"Big", big}};

    CHECK(meets(offers, {"Big", big}));
    CHECK_FALSE(meets(offers, {"Big", big - 1}));
}

TEST_CASE("what a host lacks is said in one phrase each", "[D2]") {
    CHECK(unmet(host, {}).empty());
    CHECK(unmet(host, {{"Server"}, {"Cores", integer(8)}}).empty());
    CHECK(unmet(host, {{"Server"}, {"GPU"}, {"Cores", integer(16)}, {"Color", text("blue")}}) ==
          std::vector<std::string>{"GPU = true (has no GPU)", "Cores = 16 (has 8)", "Color = blue (has red)"});
}

TEST_CASE("a capability's value is read as a person writes it, and written so that it reads back", "[D1]") {
    const auto [written, value] = GENERATE(table<std::string, CapabilityValue>({
        {"true", true},
        {"false", false},
        {"64", integer(64)},
        {"-1", integer(-1)},
        {"9223372036854775807", integer(9223372036854775807)},
        {"2.5", 2.5},
        {"0.1", 0.1},
        {"1e+20", 1e20},
        {"text", text("text")},
        {"True", text("True")},
        {"", text("")},
        {" 1", text(" 1")},
        {"1 GB", text("1 GB")},
        {"0x10", text("0x10")},
        {"1.2.3", text("1.2.3")},
        {"inf", text("inf")},
        {"nan", text("nan")},
        {"1e999", text("1e999")},
    }));
    CAPTURE(written);

    CHECK(parse_capability_value(written) == value);
    CHECK(to_string(value) == written);
}

TEST_CASE("a whole number too big for an integer is read as a double", "[D1]") {
    CHECK(parse_capability_value("9223372036854775808") == CapabilityValue{9223372036854775808.0});
}

}  // namespace zanni
