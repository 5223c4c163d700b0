#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "observer/access.hpp"

namespace zanni::broker {

namespace {

using enum Access::Verdict;

const std::string token = "0123456789abcdef0123456789abcdef";

Access::Request from(const std::string& host) {
    Access::Request request;
    request.host = host;
    return request;
}

}  // namespace

TEST_CASE("an observer answers to its own names only, whatever a name server says", "[observer]") {
    const Access access({{"127.0.0.1:1980", "localhost:1980"}, {}});

    CHECK(access.judge(from("127.0.0.1:1980")) == let_in);
    CHECK(access.judge(from("LocalHost:1980")) == let_in);
    for (const char* const host : {"evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:19800", ""})
        CHECK(access.judge(from(host)) == wrong_host);
    CHECK(access.judge({}) == wrong_host);
}

TEST_CASE("no page of another site may have a browser speak for its user", "[observer]") {
    const Access access({{"127.0.0.1:1980"}, {}});
    const auto with_origin = [&](const std::string& origin) {
        auto request = from("127.0.0.1:1980");
        request.origin = origin;
        return access.judge(request);
    };

    CHECK(with_origin("http://127.0.0.1:1980") == let_in);
    CHECK(with_origin("https://127.0.0.1:1980") == let_in);  // by a proxy
    for (const char* const origin : {"http://evil.example", "null", "http://127.0.0.1:1981", ""})
        CHECK(with_origin(origin) == wrong_origin);
}

TEST_CASE("with a token nobody looks without it", "[observer]") {
    const Access access({{"host:1980"}, token});
    auto request = from("host:1980");
    CHECK(access.judge(request) == no_token);

    SECTION("in a header") {
        request.authorization = "Bearer " + token;
        CHECK(access.judge(request) == let_in);
        const auto judged = [&](const std::string& header) {
            request.authorization = header;
            return access.judge(request);
        };
        request.authorization = "bearer " + token;
        CHECK(access.judge(request) == let_in);
        for (const auto& wrong : std::vector<std::string>{token, "Bearer ", "Bearer " + token + "0",
                                                          "Bearer 0" + token.substr(1) + "x", "Basic " + token})
            CHECK(judged(wrong) == no_token);
    }
    SECTION("in the cookie that it gave") {
        request.cookie = "a=b; " + access.cookie().substr(0, access.cookie().find(';'));
        CHECK(access.judge(request) == let_in);
        request.cookie = "zanni_token=; zanni_tokens=" + token;
        CHECK(access.judge(request) == no_token);
    }
    SECTION("once in the address, which then goes") {
        request.query = "x=1&token=" + token;
        CHECK(access.judge(request) == set_cookie);
        request.query = "token=wrong";
        CHECK(access.judge(request) == no_token);
    }
    SECTION("but what changes something never by the address") {
        request.query = "token=" + token;
        request.changes = true;
        CHECK(access.judge(request) == no_token);
    }
}

TEST_CASE("a token is long, and its user's alone", "[observer]") {
    const auto file = std::filesystem::temp_directory_path() / ("zanni-token-" + std::to_string(::getpid()));
    const auto write = [&](const std::string& text, mode_t mode) {
        std::ofstream(file) << text;
        REQUIRE(::chmod(file.c_str(), mode) == 0);
    };

    write(token + "\n", 0600);
    CHECK(read_token(file.string()) == token);
    write(token + "\n", 0644);
    CHECK_THROWS_WITH(read_token(file.string()), Catch::Contains(file.string()));
    write("short", 0600);
    CHECK_THROWS_WITH(read_token(file.string()), Catch::Contains("32 or more"));
    write(token + " and more", 0600);
    CHECK_THROWS_WITH(read_token(file.string()), Catch::Contains("letters, digits"));
    std::filesystem::remove(file);
    CHECK_THROWS_WITH(read_token(file.string()), Catch::Contains(file.string()));
}

}  // namespace zanni::broker
