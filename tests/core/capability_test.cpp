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

TEST_CASE("numbers are ordered as numbers, texts as texts with numbers in them", "[D2]") {
    const auto [offered, required, order] = GENERATE(table<CapabilityValue, CapabilityValue, std::string>({
        {integer(8), integer(8), "="},
        {integer(8), integer(9), "<"},
        {integer(-8), integer(7), "<"},
        {8.5, integer(8), ">"},
        {integer(8), 8.0, "="},
        {0.25, 0.5, "<"},
        {text("red"), text("red"), "="},
        {text("blue"), text("red"), "<"},
        {text("red"), text("redder"), "<"},
        {text("0.10.0"), text("0.9.2"), ">"},
        {text("0.9.2"), text("0.10"), "<"},
        {text("1.0"), text("1.0.1"), "<"},
        {text("Linux 6.1.0-9"), text("Linux 6.1.0-18"), "<"},
        {text("a10"), text("a9b"), ">"},
        {text("99999999999999999999"), text("100000000000000000000"), "<"},
        {text("8"), integer(9), "none"},
        {integer(9), text("8"), "none"},
        {true, integer(0), "none"},
        {true, text(""), "none"},
    }));
    CAPTURE(to_string(offered), to_string(required));
    const Capabilities offers{{"Key", offered}};
    const auto met = [&, &value = required](Comparison comparison) {
        return meets(offers, {"Key", value, comparison});
    };

    CHECK(met(Comparison::less) == (order == "<"));
    CHECK(met(Comparison::more) == (order == ">"));
    CHECK(met(Comparison::at_most) == (order == "<" || order == "="));
    CHECK(met(Comparison::at_least) == (order == ">" || order == "="));
    CHECK(met(Comparison::equal) == (order == "="));
    CHECK(met(Comparison::not_equal) == (order != "="));
}

TEST_CASE("for any two values, of equal and not equal just one holds, and of less, equal and more at most one",
          "[D2]") {
    const CapabilityValue values[] = {true,      false,      integer(0),  integer(1), integer(-1), 0.0,
                                      1.0,       2.5,        text(""),    text("1"),  text("01"),  text("true"),
                                      text("x"), text("x1"), text("x01"), text("X")};
    for (const auto& offered : values)
        for (const auto& required : values) {
            CAPTURE(to_string(offered), offered.index(), to_string(required), required.index());
            const Capabilities offers{{"Key", offered}};
            const auto met = [&](Comparison comparison) { return meets(offers, {"Key", required, comparison}); };
            const bool less = met(Comparison::less);
            const bool more = met(Comparison::more);

            CHECK(met(Comparison::equal) != met(Comparison::not_equal));
            CHECK_FALSE((less && more));
            CHECK_FALSE((met(Comparison::equal) && (less || more)));
            CHECK((!less || (met(Comparison::at_most) && !met(Comparison::at_least))));
            CHECK((!more || (met(Comparison::at_least) && !met(Comparison::at_most))));
            CHECK(less == meets({{"Key", required}}, {"Key", offered, Comparison::more}));
        }
}

TEST_CASE("a key that the host doesn't have counts as false", "[D2]") {
    for (const Comparison comparison : {Comparison::less, Comparison::at_most, Comparison::more, Comparison::at_least})
        CHECK_FALSE(meets(host, {"Missing", integer(0), comparison}));
    CHECK(meets(host, capability("Missing") != integer(7)));
    CHECK(meets(host, capability("Missing") != true));
    CHECK_FALSE(meets(host, capability("Missing") != false));
}

TEST_CASE("a comparison that only later versions know is met by nobody", "[D2]") {
    CHECK_FALSE(meets(host, {"Cores", integer(8), Comparison{77}}));
    CHECK(unmet(host, {{"Cores", integer(8), Comparison{77}}}) == std::vector<std::string>{"Cores ? 8 (has 8)"});
}

TEST_CASE("one of several alternatives will do", "[D2]") {
    const Requirement fast = any_of({capability("GPUs") >= 1, capability("Cores") >= 64, {"Cloud", true}});

    CHECK_FALSE(meets(host, fast));
    CHECK(meets({{"GPUs", integer(1)}}, fast));
    CHECK(meets({{"Cores", integer(64)}}, fast));
    CHECK(meets({{"Cloud", true}}, fast));
    CHECK(unmet(host, {{"Server"}, fast}) ==
          std::vector<std::string>{"GPUs >= 1 (has no GPUs) or Cores >= 64 (has 8) or Cloud = true (has no Cloud)"});
    CHECK(any_of({fast, {"Disk", true}}).alternatives.size() == 3);
    CHECK(to_string(fast) == "GPUs >= 1 or Cores >= 64 or Cloud = true");
}

TEST_CASE("code says a requirement as it says a comparison", "[D2]") {
    CHECK((capability("Cores") == 8) == Requirement{"Cores", integer(8), Comparison::equal});
    CHECK((capability("Color") != "red") == Requirement{"Color", text("red"), Comparison::not_equal});
    CHECK((capability("Load") < 0.5) == Requirement{"Load", 0.5, Comparison::less});
    CHECK((capability("Cores") <= 8) == Requirement{"Cores", integer(8), Comparison::at_most});
    CHECK((capability("Cores") > 8) == Requirement{"Cores", integer(8), Comparison::more});
    CHECK((capability("Cores") >= 8) == Requirement{"Cores", integer(8), Comparison::at_least});
    CHECK(Requirements{{"HasDBAccess", true}} == Requirements{capability("HasDBAccess") == true});
}

TEST_CASE("a requirement is read as a person writes it, and written so that it can be read again", "[D2]") {
    const auto [written, requirement] = GENERATE(table<std::string, Requirement>({
        {"Memory GiB>=64", {"Memory GiB", integer(64), Comparison::at_least}},
        {"  Memory GiB  >=  64 ", {"Memory GiB", integer(64), Comparison::at_least}},
        {"Server", {"Server", true}},
        {"Server=false", {"Server", false}},
        {"Cores==8", {"Cores", integer(8)}},
        {"Load<0.5", {"Load", 0.5, Comparison::less}},
        {"Load<=1", {"Load", integer(1), Comparison::at_most}},
        {"Cores>7", {"Cores", integer(7), Comparison::more}},
        {"Color != dark red", {"Color", text("dark red"), Comparison::not_equal}},
        {"Path=/a=b", {"Path", text("/a=b")}},
        {"GPUs>=1 || Cloud || Cores>=64", any_of({{"GPUs", integer(1), Comparison::at_least},
                                                  {"Cloud", true},
                                                  {"Cores", integer(64), Comparison::at_least}})},
    }));
    CAPTURE(written);

    const auto read = parse_requirement(written);

    REQUIRE(read);
    CHECK(*read == requirement);
    if (requirement.alternatives.empty()) CHECK(parse_requirement(to_string(*read)) == *read);
}

TEST_CASE("what is no requirement is refused with what is missing", "[D2]") {
    const auto why = [](const char* text) { return parse_requirement(text).error().context; };

    CHECK(why("") == "'' is no requirement: it begins with a key, such as 'Memory GiB>=64'");
    CHECK(why(">=64") == "'>=64' is no requirement: it begins with a key, such as 'Memory GiB>=64'");
    CHECK(why("Cores>=") == "'Cores>=' is no requirement: it has no value");
    CHECK(why("Cores!8") == "'Cores!8' is no requirement: expected one of =, !=, <, <=, >, >= behind the key");
    CHECK(why("Cores>8||") == "'' is no requirement: it begins with a key, such as 'Memory GiB>=64'");
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
