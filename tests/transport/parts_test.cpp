#include <catch2/catch.hpp>

#include <cstdint>
#include <span>
#include <vector>

#include <zanni/gateway.hpp>

#include "channel_fixture.hpp"
#include "parts.hpp"

namespace zanni::transport {

using namespace zanni::test;

namespace {

constexpr std::uint16_t parts_max = message_bytes_max / part_bytes;

}  // namespace

TEST_CASE("a part whose fellows are missing is lost with them, and nothing else is", "[parts]") {
    const std::vector<std::byte> bytes(3, std::byte{0xc0});
    const auto part = [&](std::uint16_t left, bool continues, std::uint64_t type = 5) {
        return RecordView{.target_actor = 1,
                          .sender_actor = 2,
                          .type = type,
                          .bases = {},
                          .parts_left = left,
                          .continues = continues,
                          .payload = bytes};
    };
    Parts parts;

    CHECK_FALSE(parts.add(here, part(2, false)));
    CHECK_FALSE(parts.add(there, part(1, false)));
    CHECK_FALSE(parts.add(here, part(0, true)));  // the one before it is missing
    CHECK(parts.add(there, part(0, true))->payload().size() == 6);
    CHECK_FALSE(parts.add(here, part(1, false)));
    CHECK(parts.add(here, part(0, false, 6))->message_id() == 6);  // a whole one between the parts
    CHECK(parts.add(here, part(0, true))->payload().size() == 6);
    CHECK_FALSE(parts.add(here, part(1, false)));
    CHECK_FALSE(parts.add(here, part(1, false)));  // in place of the one before
    CHECK(parts.add(here, part(0, true))->payload().size() == 6);
    CHECK_FALSE(parts.add(here, part(1, false)));
    parts.forget([](std::uint64_t source) { return source == here; });
    CHECK_FALSE(parts.add(here, part(0, true)));
    CHECK(parts.add(here, part(0, false))->payload().size() == 3);
}

TEST_CASE("any number of sources can begin large messages, those that fit are put together", "[parts]") {
    const std::vector<std::byte> bytes(1, std::byte{0xc0});
    RecordView first{.target_actor = 1, .type = 5, .bases = {}, .parts_left = parts_max - 1, .payload = bytes};
    RecordView last = first;
    last.continues = true;
    Parts parts;

    std::vector<std::uint64_t> begun;
    for (std::uint64_t source = 1; source <= 10'000; ++source) {
        if (!parts.make_room(source, first)) continue;
        CHECK_FALSE(parts.add(source, first));
        begun.push_back(source);
    }
    CHECK(begun == std::vector<std::uint64_t>{1, 2, 3, 4});
    CHECK(parts.make_room(1, first));  // in place of its first one
    CHECK_FALSE(parts.add(5, first));

    for (last.parts_left = parts_max - 2; last.parts_left > 0; --last.parts_left) CHECK_FALSE(parts.add(2, last));
    CHECK(parts.add(2, last)->payload().size() == parts_max);
    CHECK(parts.make_room(5, first));
    CHECK_FALSE(parts.add(5, first));
    CHECK_FALSE(parts.make_room(6, first));
    parts.doubt([](std::uint64_t source) { return source == 1; });
    CHECK(parts.make_room(6, first));
}

TEST_CASE("a message that announces too many parts, or has too large a one, is refused", "[parts]") {
    const std::vector<std::byte> bytes(part_bytes + 1);
    const auto part = [&](std::uint16_t left, bool continues, std::size_t size) {
        return RecordView{.target_actor = 1,
                          .type = 5,
                          .bases = {},
                          .parts_left = left,
                          .continues = continues,
                          .payload = std::span(bytes).first(size)};
    };
    Parts parts;

    CHECK(parts.make_room(there, part(parts_max, false, 1)));  // there is no use in waiting for it
    CHECK_FALSE(parts.add(there, part(parts_max, false, 1)));
    CHECK_FALSE(parts.add(there, part(parts_max - 1, true, 1)));
    CHECK_FALSE(parts.add(there, part(1, false, part_bytes + 1)));
    CHECK_FALSE(parts.add(there, part(0, true, 1)));
    CHECK_FALSE(parts.add(there, part(1, false, part_bytes)));
    CHECK(parts.add(there, part(0, true, part_bytes))->payload().size() == 2 * part_bytes);
    CHECK(parts.add(there, part(0, false, part_bytes + 1))->payload().size() == part_bytes + 1);
}

}  // namespace zanni::transport
