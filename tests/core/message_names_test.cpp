#include <catch2/catch.hpp>

#include <zanni/message_names.hpp>

namespace echo {

struct Ping {};
struct Named {
    static constexpr auto message_name = "protocol.Ping";
};
enum class Color { red };

}  // namespace echo

namespace zanni {

TEST_CASE("standard types are named alike on every platform") {
    CHECK(message_name<bool>() == "bool");
    CHECK(message_name<char>() == "int8");
    CHECK(message_name<signed char>() == "int8");
    CHECK(message_name<unsigned char>() == "uint8");
    CHECK(message_name<short>() == "int16");
    CHECK(message_name<int>() == "int32");
    CHECK(message_name<unsigned>() == "uint32");
    CHECK(message_name<long long>() == "int64");
    CHECK(message_name<std::int64_t>() == "int64");
    CHECK(message_name<std::size_t>() == "uint64");
    CHECK(message_name<float>() == "float");
    CHECK(message_name<double>() == "double");
    CHECK(message_name<std::string>() == "string");
    CHECK(message_name<std::vector<std::byte>>() == "bytes");
    CHECK(message_name<Address>() == "address");
    CHECK(message_name<std::monostate>() == "nil");
    CHECK(message_name<std::chrono::seconds>() == "int64");
}

TEST_CASE("composite names are put together from the names of the parts") {
    CHECK(message_name<std::vector<int>>() == "vector<int32>");
    CHECK(message_name<std::array<int, 3>>() == "array<int32>");
    CHECK(message_name<std::map<std::string, int>>() == "map<string,int32>");
    CHECK(message_name<std::unordered_map<std::string, int>>() == "map<string,int32>");
    CHECK(message_name<std::set<std::uint16_t>>() == "set<uint16>");
    CHECK(message_name<std::optional<bool>>() == "optional<bool>");
    CHECK(message_name<std::variant<std::monostate, int, std::string>>() == "variant<nil,int32,string>");
    CHECK(message_name<std::pair<int, float>>() == "tuple<int32,float>");
    CHECK(message_name<std::tuple<int>>() == "tuple<int32>");
    CHECK(message_name<std::tuple<>>() == "tuple<>");
    CHECK(message_name<std::vector<std::map<std::string, std::optional<Address>>>>() ==
          "vector<map<string,optional<address>>>");
}

TEST_CASE("a user's types are named by their C++ names unless they name themselves") {
    CHECK(message_name<echo::Ping>() == "echo.Ping");
    CHECK(message_name<echo::Named>() == "protocol.Ping");
    CHECK(message_name<std::vector<echo::Ping>>() == "vector<echo.Ping>");
    CHECK(message_name<std::map<echo::Color, echo::Named>>() == "map<echo.Color,protocol.Ping>");
}

}  // namespace zanni
