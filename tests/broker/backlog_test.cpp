#include <catch2/catch.hpp>

#include <span>
#include <string>
#include <vector>

#include "backlog.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using transport::Frame, transport::Sent;

namespace {

const Peer first(process_id(alpha, 1));
const Peer second(process_id(alpha, 2));

Frame frame_of(const std::string& text) { return Frame(std::as_bytes(std::span(text))); }
std::string text_of(const Frame& frame) {
    const auto bytes = frame.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("frames wait in order until their peer takes them", "[backlog]") {
    Backlog backlog;
    for (const std::string text : {"one", "two", "three"}) REQUIRE_FALSE(backlog.push(first, frame_of(text)));
    std::vector<std::string> taken;

    backlog.retry([&](const Peer&, Frame& frame) {
        if (taken.size() == 2) return Sent::full;
        taken.push_back(text_of(frame));
        return Sent::sent;
    });
    CHECK(taken == std::vector<std::string>{"one", "two"});
    CHECK(backlog.holds(first));

    backlog.retry([&](const Peer&, Frame& frame) { return taken.push_back(text_of(frame)), Sent::sent; });
    CHECK(taken == std::vector<std::string>{"one", "two", "three"});
    CHECK(backlog.empty());
    CHECK(backlog.bytes() == 0);
}

TEST_CASE("a full peer doesn't hold up the others", "[backlog]") {
    Backlog backlog;
    backlog.push(first, frame_of("stuck"));
    backlog.push(second, frame_of("goes"));
    std::vector<std::string> taken;

    backlog.retry([&](const Peer& peer, Frame& frame) {
        if (peer == first) return Sent::full;
        taken.push_back(text_of(frame));
        return Sent::sent;
    });

    CHECK(taken == std::vector<std::string>{"goes"});
    CHECK(backlog.holds(first));
    CHECK_FALSE(backlog.holds(second));
}

TEST_CASE("frames for a peer that has gone are given back in order", "[backlog]") {
    Backlog backlog;
    backlog.push(first, frame_of("one"));
    backlog.push(first, frame_of("two"));

    const auto undeliverable = backlog.retry([](const Peer&, Frame&) { return Sent::unknown; });

    REQUIRE(undeliverable.size() == 2);
    CHECK(text_of(undeliverable[0]) == "one");
    CHECK(text_of(undeliverable[1]) == "two");
    CHECK(backlog.empty());
}

TEST_CASE("a peer's share is bounded, and what is over comes back whole", "[backlog]") {
    Backlog backlog;
    const std::string megabyte(1024 * 1024 - sizeof(Frame), 'x');
    for (int i = 0; i < 64; ++i) REQUIRE_FALSE(backlog.push(first, frame_of(megabyte)));
    CHECK(backlog.bytes() == Backlog::bytes_max);

    const auto over = backlog.push(first, frame_of("one more"));

    REQUIRE(over);
    CHECK(text_of(*over) == "one more");
    CHECK_FALSE(backlog.push(second, frame_of("for another")));
    CHECK_FALSE(backlog.push(first, frame_of("news"), Backlog::control_bytes_max));
}

TEST_CASE("small frames count with what they cost", "[backlog]") {
    Backlog backlog;

    backlog.push(first, frame_of("x"));

    CHECK(backlog.bytes() == 1 + sizeof(Frame));
}

TEST_CASE("all peers together are bounded too", "[backlog]") {
    Backlog backlog(3 * 1024);
    const std::string kilobyte(1024 - sizeof(Frame), 'x');
    for (std::uint32_t i = 1; i <= 3; ++i) REQUIRE_FALSE(backlog.push(Peer(process_id(alpha, i)), frame_of(kilobyte)));

    CHECK(backlog.push(Peer(process_id(alpha, 4)), frame_of("one more")));
    CHECK(backlog.bytes() == 3 * 1024);
}

}  // namespace zanni::broker
