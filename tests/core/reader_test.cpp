#include <catch2/catch.hpp>

#include <limits>

#include <zanni/messagepack.hpp>

#include "hex.hpp"

namespace zanni {

namespace {

using test::from_hex;
using test::hex;

using Bytes = std::vector<std::byte>;

Bytes repeated(std::size_t count, unsigned char byte) { return Bytes(count, static_cast<std::byte>(byte)); }

std::string problem_of(const Bytes& bytes) {
    const Reader reader{bytes};
    return reader.failed() ? reader.error().context : "none";
}

// One of everything, lengths of every width among it.
Bytes sample() {
    Bytes bytes;
    Writer writer{bytes};
    writer.array(10);
    writer.nil();
    writer.boolean(true);
    writer.integer(std::numeric_limits<std::int64_t>::min());
    writer.natural(std::numeric_limits<std::uint64_t>::max());
    writer.real(0.1);
    writer.string("");
    writer.string(std::string(300, 'x'));
    writer.bytes(repeated(40, 7));
    writer.map(1);
    writer.string("key");
    writer.array(0);
    writer.array(20);
    for (std::int64_t i = 0; i < 20; ++i) writer.integer(i * -1000);
    return bytes;
}

}  // namespace

TEST_CASE("what the writer writes the reader reads") {
    const Bytes bytes = sample();
    Reader reader{bytes};
    std::size_t count = 0;
    bool boolean = false;
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    double real = 0;
    std::string_view text;
    std::span<const std::byte> raw;

    REQUIRE(reader.read_array(count));
    CHECK(count == 10);
    CHECK(reader.is_nil());
    CHECK(reader.read_nil());
    CHECK_FALSE(reader.is_nil());
    CHECK((reader.read_boolean(boolean) && boolean));
    CHECK((reader.read_integer(integer) && integer == std::numeric_limits<std::int64_t>::min()));
    CHECK((reader.read_natural(natural) && natural == std::numeric_limits<std::uint64_t>::max()));
    CHECK((reader.read_real(real) && real == 0.1));
    CHECK((reader.read_string(text) && text.empty()));
    CHECK((reader.read_string(text) && text == std::string(300, 'x')));
    CHECK((reader.read_bytes(raw) && hex(raw) == hex(repeated(40, 7))));
    CHECK((reader.read_map(count) && count == 1));
    CHECK((reader.read_string(text) && text == "key"));
    CHECK((reader.read_array(count) && count == 0));
    CHECK(reader.skip());
    CHECK_FALSE(reader.failed());
}

TEST_CASE("a message cut off anywhere is refused") {
    const Bytes whole = sample();

    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        INFO("cut to " << size << " of " << whole.size() << " bytes");
        CHECK(problem_of(cut) != "none");
    }
    CHECK(problem_of(whole) == "none");
}

TEST_CASE("input that is not one whole value is refused") {
    struct Case {
        std::string bytes, problem;
    };
    const Case cases[] = {
        {"", "the value is cut off at byte 0"},
        {"c1", "no MessagePack at byte 0"},
        {"92 01 c1", "no MessagePack at byte 2"},
        {"01 02 03", "2 bytes follow the value"},
        {"a5 61 62", "the value is cut off at byte 1"},
        {"d9 05 61 62", "the value is cut off at byte 2"},
        {"c6 ff ff ff ff 00", "the value is cut off at byte 5"},
        {"c9 ff ff ff ff 00", "the value is cut off at byte 5"},
        {"91 a1", "the value is cut off at byte 2"},
    };

    for (const Case& wrong : cases) CHECK(problem_of(from_hex(wrong.bytes)) == wrong.problem);
}

TEST_CASE("a claim of more elements than the input has bytes is refused") {
    const std::string arrays = "an array claims more elements than its ";
    const std::string maps = "a map claims more elements than its ";

    CHECK(problem_of(from_hex("dd ff ff ff ff")) == arrays + "5 bytes can hold");
    CHECK(problem_of(from_hex("df ff ff ff ff")) == maps + "5 bytes can hold");
    CHECK(problem_of(from_hex("df 80 00 00 00")) == maps + "5 bytes can hold");
    CHECK(problem_of(from_hex("92 01")) == arrays + "2 bytes can hold");
    CHECK(problem_of(from_hex("81 01")) == maps + "2 bytes can hold");
    // Each claim could be true alone; together they can't.
    CHECK(problem_of(from_hex("93 93 93 93 01 02 03")) == arrays + "7 bytes can hold");
}

TEST_CASE("values nested too deep are refused") {
    Bytes nested = repeated(marshal_depth_max - 1, 0x91);
    nested.push_back(std::byte{0x90});
    CHECK(problem_of(nested) == "none");

    nested.insert(nested.begin(), std::byte{0x91});
    CHECK(problem_of(nested) == "nested deeper than 64");

    Bytes bomb = repeated(100'000, 0x91);
    bomb.push_back(std::byte{0xc0});
    CHECK(problem_of(bomb) == "nested deeper than 64");
}

TEST_CASE("a reader that failed stays failed with its first error") {
    const Bytes bytes = from_hex("93 01 02 03");
    Reader reader{bytes};
    std::size_t count = 0;
    std::int64_t value = 0;
    std::string_view text;

    REQUIRE(reader.read_array(count));
    CHECK(reader.read_integer(value));
    CHECK_FALSE(reader.read_string(text));

    CHECK_FALSE(reader.read_integer(value));
    CHECK_FALSE(reader.read_array(count));
    CHECK_FALSE(reader.is_nil());
    CHECK_FALSE(reader.skip());
    CHECK_FALSE(reader.refuse("something else"));
    CHECK(reader.error() == Error{Error::malformed, "at [1]: expected a string, found an integer"});
    CHECK(value == 1);
}

TEST_CASE("reading past the value fails") {
    const Bytes bytes = from_hex("01");
    Reader reader{bytes};
    std::int64_t value = 0;

    CHECK(reader.read_integer(value));
    CHECK_FALSE(reader.read_integer(value));

    CHECK(reader.error().context == "expected an integer, found the end");
}

TEST_CASE("skipping passes over a value with all that it holds") {
    const Bytes bytes = from_hex("93 82 01 92 02 03 04 80 d6 01 00 00 00 00 05");
    Reader reader{bytes};
    std::size_t count = 0;
    std::int64_t value = 0;

    REQUIRE(reader.read_array(count));
    CHECK(reader.skip());
    CHECK(reader.skip());

    CHECK(reader.read_integer(value));
    CHECK(value == 5);
    CHECK_FALSE(reader.skip());
}

}  // namespace zanni
