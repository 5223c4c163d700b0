#include <catch2/catch.hpp>

#include <string>

#include "log.hpp"

namespace zanni::log {

namespace {

std::string refusal(const std::string& text) {
    const auto sink = parse_sink(text);
    REQUIRE_FALSE(sink);
    CHECK(sink.error().code == Error::bad_input);
    return sink.error().context;
}

}  // namespace

TEST_CASE("a log's sink is read from a flag, a file's with its size and number", "[D11]") {
    CHECK(parse_sink("stderr") == Sink{Sink::Kind::standard_error});
    CHECK(parse_sink("syslog") == Sink{Sink::Kind::syslog});
    CHECK(parse_sink("journald") == Sink{Sink::Kind::journald});
    CHECK(parse_sink("file:/var/log/zanni.log") == Sink{Sink::Kind::file, "/var/log/zanni.log"});
    CHECK(parse_sink("file:z.log,size=2KiB,files=3") == Sink{Sink::Kind::file, "z.log", 2048, 3});
    CHECK(parse_sink("file:z.log,files=1,size=1GiB") == Sink{Sink::Kind::file, "z.log", 1u << 30, 1});
}

TEST_CASE("a sink that makes no sense is refused, and the error says what is expected", "[D11]") {
    CHECK(refusal("stdout") == "expected stderr, file:PATH[,size=10MiB,files=5], syslog or journald");
    CHECK(refusal("file:") == "expected a file's path after file:");
    CHECK(refusal("file:logs/") == "expected a file's path after file:");
    CHECK(refusal("file:a,age=3") == "'age=3': expected size=10MiB or files=5 after the path");
    for (const std::string size : {"", "10", "10MB", "-1MiB", "0MiB", "1023GB", "1025GiB", "99999999999999999999GiB"})
        CHECK(refusal("file:a,size=" + size) ==
              "size=" + size + ": expected a size from 1KiB to 1024GiB, such as 10MiB");
    for (const std::string files : {"", "0", "101", "five"})
        CHECK(refusal("file:a,files=" + files) == "files=" + files + ": expected a number from 1 to 100");
}

TEST_CASE("each process of a host has a file of its own beside the broker's", "[D11]") {
    CHECK(file_of_process("/log/zanni.log", 3) == "/log/zanni.process3.log");
    CHECK(file_of_process("zanni", 1) == "zanni.process1");
}

TEST_CASE("a text in a log is one line, and is cut between characters", "[D11]") {
    CHECK(one_line("plain", 100) == "plain");
    CHECK(one_line("two\nlines\r\x7f", 100) == "two lines  ");
    CHECK(one_line("0123456789", 10) == "0123456789");
    CHECK(one_line("0123456789x", 10) == "0123456...");
    CHECK(one_line("012345\xc3\xa9 and more", 10) == "012345...");
    CHECK(one_line("01234\xc3\xa9 and more", 10) == "01234\xc3\xa9...");
}

}  // namespace zanni::log
