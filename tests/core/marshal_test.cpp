#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include <zanni/marshal.hpp>

#include "hex.hpp"

namespace zanni {

namespace {

using namespace std::chrono_literals;
using test::from_hex;
using test::hex;

enum class Color : std::uint8_t { red = 1, green = 2 };
enum Plain : int { below = -1, above = 1 };

struct Empty {
    friend bool operator==(const Empty&, const Empty&) = default;
};

struct Point {
    int x = 0;
    int y = 0;
    friend auto operator<=>(const Point&, const Point&) = default;
};

struct Tree {
    int value = 0;
    std::vector<Tree> children;
    friend bool operator==(const Tree&, const Tree&) = default;
};

struct Everything {
    bool yes = true;
    std::int8_t small = -1;
    std::uint64_t big = 7;
    float weight = 0.5F;
    Color color = Color::red;
    std::string text = "default";
    std::vector<std::byte> raw;
    std::array<Point, 2> line{};
    std::vector<std::string> words;
    std::map<int, Point> places;
    std::unordered_map<std::string, int> counts;
    std::optional<Point> maybe;
    std::variant<std::monostate, int, std::string> either;
    std::pair<int, std::string> both;
    std::chrono::milliseconds age{};
    Address from;
    friend bool operator==(const Everything&, const Everything&) = default;
};

// Neither an aggregate nor with a base class: it says what it is made of.
class Account : public Empty {
public:
    Account() = default;
    Account(std::string owner, std::int64_t cents) : owner_(std::move(owner)), cents_(cents) {}
    static auto fields(auto& self) { return std::tie(self.owner_, self.cents_); }
    friend bool operator==(const Account&, const Account&) = default;

private:
    std::string owner_;
    std::int64_t cents_ = 0;
};

struct Long {
    int a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12, m = 13, n = 14, o = 15,
        p = 16;
    friend bool operator==(const Long&, const Long&) = default;
};

const Address somebody = detail::make_address({.process = 0x0102030405060708, .actor = 9});

template <class T>
void round_trip(const T& value) {
    const auto bytes = marshalled(value);
    INFO(message_name<T>() << ": " << hex(bytes));

    const auto back = unmarshalled<T>(bytes);

    REQUIRE(back);
    CHECK((*back == value));
}

template <class T>
std::string written(const T& value) {
    return hex(marshalled(value));
}

template <class T>
T read(const std::string& text) {
    return unmarshalled<T>(from_hex(text)).value();
}

template <class T>
std::string refusal(const std::string& text) {
    const auto result = unmarshalled<T>(from_hex(text));
    return result ? "read" : result.error().to_string();
}

template <class Integer>
void round_trip_limits() {
    for (const Integer value :
         {std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max(), Integer{0}, Integer{100}})
        round_trip(value);
}

}  // namespace

TEST_CASE("integers of every width come back over their whole range") {
    round_trip_limits<std::int8_t>();
    round_trip_limits<std::int16_t>();
    round_trip_limits<std::int32_t>();
    round_trip_limits<std::int64_t>();
    round_trip_limits<std::uint8_t>();
    round_trip_limits<std::uint16_t>();
    round_trip_limits<std::uint32_t>();
    round_trip_limits<std::uint64_t>();
    round_trip_limits<char>();
    round_trip_limits<long long>();
}

TEST_CASE("reals come back to the bit") {
    for (const double value : {0.0, 1.5, -2.0, 1e300, 0x1p53, 0x1p63, 0x1p64, 0x1p65, -0x1p63,
                               std::numeric_limits<double>::infinity(), std::numeric_limits<double>::denorm_min()})
        round_trip(value);
    round_trip(0.1F);
    round_trip(std::numeric_limits<float>::max());
    round_trip(std::numeric_limits<float>::infinity());
    CHECK(std::signbit(unmarshalled<double>(marshalled(-0.0)).value()));
    CHECK(std::isnan(unmarshalled<double>(marshalled(std::nan(""))).value()));
    CHECK(std::isnan(unmarshalled<float>(marshalled(std::nanf(""))).value()));
}

TEST_CASE("scalars and strings come back") {
    round_trip(true);
    round_trip(false);
    round_trip(Color::green);
    round_trip(below);
    round_trip(std::byte{200});
    round_trip(std::string{});
    round_trip(std::string{"zero \0 and \xff", 12});
    round_trip(std::string(70'000, 'x'));
    round_trip(std::vector<std::byte>(300, std::byte{7}));
    round_trip(std::monostate{});
    round_trip(-90'061s);
    round_trip(Address{});
    round_trip(somebody);
}

TEST_CASE("containers come back") {
    round_trip(std::vector<int>{});
    round_trip(std::vector<bool>{true, false, true});
    round_trip(std::vector<std::vector<std::string>>{{}, {"a", "b"}});
    round_trip(std::vector<int>(100'000, -5));
    round_trip(std::array<std::string, 3>{"a", "", "c"});
    round_trip(std::array<int, 0>{});
    round_trip(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}});
    round_trip(std::unordered_map<std::uint64_t, std::string>{{1, "one"}, {2, "two"}});
    round_trip(std::set<Point>{{1, 2}, {0, 3}});
    round_trip(std::optional<int>{});
    round_trip(std::optional<int>{0});
    round_trip(std::pair{1, std::string{"one"}});
    round_trip(std::tuple{});
    round_trip(std::tuple{true, Point{1, 2}, somebody});
}

TEST_CASE("each alternative of a variant comes back") {
    using Either = std::variant<std::monostate, int, std::string, int, Point>;
    round_trip(Either{});
    round_trip(Either{std::in_place_index<1>, 5});
    round_trip(Either{"text"});
    round_trip(Either{std::in_place_index<3>, 5});
    round_trip(Either{Point{1, 2}});
}

TEST_CASE("structs come back without a macro") {
    round_trip(Empty{});
    round_trip(Point{-1, 300});
    round_trip(Long{});
    round_trip(Everything{});
    round_trip(Everything{.small = -7,
                          .raw = from_hex("00 ff"),
                          .line{{{1, 2}, {3, 4}}},
                          .words{"a", "b"},
                          .places{{-1, {5, 6}}},
                          .counts{{"x", 1}},
                          .maybe = Point{7, 8},
                          .either = "text",
                          .both{9, "ten"},
                          .age = 11ms,
                          .from = somebody});
}

TEST_CASE("a struct that holds itself in a vector comes back") {
    round_trip(Tree{1, {Tree{2, {}}, Tree{3, {Tree{4, {}}}}}});
}

TEST_CASE("a class that offers its fields comes back") {
    round_trip(Account{"zanni", -250});
    round_trip(std::vector{Account{"a", 1}, Account{"b", 2}});
}

TEST_CASE("the bytes of a message never change") {
    CHECK(written(Empty{}) == "90");
    CHECK(written(Point{1, -2}) == "92 01 fe");
    CHECK(written(std::string{"hi"}) == "a2 68 69");
    CHECK(written(from_hex("00 ff")) == "c4 02 00 ff");
    CHECK(written(somebody) == "c4 10 08 07 06 05 04 03 02 01 09 00 00 00 00 00 00 00");
    CHECK(written(Address{}) == "c4 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    CHECK(written(std::map<std::string, bool>{{"a", true}}) == "81 a1 61 c3");
    CHECK(written(std::set<int>{2, 1}) == "92 01 02");
    CHECK(written(std::optional<int>{}) == "c0");
    CHECK(written(std::variant<std::monostate, int>{}) == "92 00 c0");
    CHECK(written(std::variant<std::monostate, int>{300}) == "92 01 cd 01 2c");
    CHECK(written(std::tuple{1.5, 2.0, -0.0}) == "93 cb 3f f8 00 00 00 00 00 00 02 cb 80 00 00 00 00 00 00 00");
    CHECK(written(60s) == "3c");
    CHECK(written(Color::green) == "02");
    CHECK(written(Account{"a", 1}) == "92 a1 61 01");
}

TEST_CASE("fields that an older sender does not have keep their initialisers") {
    CHECK((read<Long>("92 64 65") == Long{.a = 100, .b = 101}));
    CHECK((read<Everything>("90") == Everything{}));
    CHECK((read<std::vector<Long>>("91 90") == std::vector{Long{}}));
    CHECK((read<Account>("91 a1 61") == Account{"a", 0}));
}

TEST_CASE("fields that a newer sender adds are skipped with all they hold") {
    CHECK((read<Point>("94 01 02 92 c0 81 a1 61 93 01 02 03 c7 01 05 00") == Point{1, 2}));
    CHECK((read<Empty>("91 c0") == Empty{}));
    CHECK((read<std::vector<Point>>("92 93 01 02 90 92 03 04") == std::vector<Point>{{1, 2}, {3, 4}}));
}

TEST_CASE("any form of a number that another encoder chooses is read") {
    CHECK(read<std::uint8_t>("d3 00 00 00 00 00 00 00 07") == 7);
    CHECK(read<std::int64_t>("cc 07") == 7);
    CHECK(read<std::int8_t>("d1 ff ff") == -1);
    CHECK(read<double>("ca 3f c0 00 00") == 1.5);
    CHECK(read<double>("fd") == -3);
    CHECK(read<float>("cd 01 00") == 256);
    CHECK(read<std::string>("db 00 00 00 01 61") == "a");
}

TEST_CASE("an enumerator that only the sender knows is read as its number") {
    CHECK(read<Color>("09") == static_cast<Color>(9));
}

TEST_CASE("reading into an existing message replaces what it held") {
    const auto bytes = from_hex("92 01 91 90");
    Reader reader{bytes};
    Tree tree{7, {Tree{8, {}}, Tree{9, {}}}};

    REQUIRE(unmarshal(reader, tree));

    CHECK((tree == Tree{1, {Tree{}}}));
}

TEST_CASE("a value outside its type is refused and the error says where") {
    CHECK(refusal<std::uint8_t>("cd 01 2c") == "malformed: uint8: an integer that does not fit uint8");
    CHECK(refusal<std::int8_t>("cc 80") == "malformed: int8: an integer that does not fit int8");
    CHECK(refusal<std::int64_t>("cf ff ff ff ff ff ff ff ff") ==
          "malformed: int64: an integer that does not fit int64");
    CHECK(refusal<std::uint64_t>("ff") == "malformed: uint64: expected an integer, found a negative integer");
    CHECK(refusal<float>("cb 7e 37 e4 3c 88 00 75 9c") == "malformed: float: a real that does not fit float");
    CHECK(refusal<std::vector<int>>("93 01 02 a1 61") ==
          "malformed: vector<int32>: at [2]: expected an integer, found a string");
    CHECK(refusal<std::vector<std::map<int, bool>>>("92 80 82 01 c3 02 05") ==
          "malformed: vector<map<int32,bool>>: at [1].value[1]: expected a boolean, found an integer");
    CHECK(refusal<std::map<int, bool>>("82 01 c3 c0 c3") ==
          "malformed: map<int32,bool>: at .key[1]: expected an integer, found nil");
}

TEST_CASE("a shape that a type can not take is refused") {
    CHECK(refusal<Address>("c4 03 01 02 03") == "malformed: address: an address that is not 16 bytes long");
    CHECK(refusal<std::array<int, 2>>("93 01 02 03") == "malformed: array<int32>: expected 2 elements, found 3");
    CHECK(refusal<std::array<int, 2>>("91 01") == "malformed: array<int32>: expected 2 elements, found 1");
    CHECK(refusal<std::variant<int, bool>>("92 02 01") ==
          "malformed: variant<int32,bool>: at [0]: a variant's alternative that is not known here");
    CHECK(refusal<std::variant<int, bool>>("91 00") == "malformed: variant<int32,bool>: expected 2 elements, found 1");
    CHECK(refusal<std::set<int>>("92 01 01") == "malformed: set<int32>: at [1]: a set with an element twice");
    CHECK(refusal<std::map<int, int>>("82 01 02 01 03") ==
          "malformed: map<int32,int32>: at .key[1]: a map with a key twice");
    CHECK(refusal<std::string>("c4 01 61") == "malformed: string: expected a string, found bytes");
    CHECK(refusal<int>("c3") == "malformed: int32: expected an integer, found a boolean");
}

}  // namespace zanni
