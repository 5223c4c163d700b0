#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include <zanni/message.hpp>

#include "frame.hpp"
#include "golden.hpp"

namespace zanni::transport {

using test::from_hex, test::golden, test::golden_names, test::hex, test::read_text;
using Frame = test::Bytes;

namespace {

constexpr std::uint64_t here = 0xa1b2c3d4'00000003;
constexpr std::uint64_t there = 0x5e6f7081'00000001;

// Where data.hex has what; its two records have payloads of 5 and 19 bytes.
constexpr std::size_t version_at = 0, kind_at = 1, flags_at = 2, reason_at = 3, records_at = 36;
constexpr std::size_t first_length_at = 64, first_bases_at = 68, second_length_at = 101;

Frame data_with(std::size_t offset, std::initializer_list<int> bytes) {
    auto frame = golden("data.hex");
    std::ranges::transform(bytes, frame.begin() + static_cast<std::ptrdiff_t>(offset),
                           [](int byte) { return static_cast<std::byte>(byte); });
    return frame;
}

FrameHeader data_header() {
    return {.destination = there,
            .source = here,
            .records = 2,
            .epoch = 1,
            .acknowledged_epoch = 2,
            .sequence = 7,
            .acknowledged = 5,
            .window = 1048576};
}

void add_record(FrameBuilder& builder, const RecordHeader& record, const std::string& payload_hex) {
    std::ranges::copy(from_hex(payload_hex), std::back_inserter(builder.begin_record(record)));
    REQUIRE(builder.end_record());
}

const RecordHeader ping{.target_actor = 11, .sender_actor = 22, .type = hash_name("echo.Ping")};
const RecordHeader route{.target_actor = 12, .sender_actor = 0, .type = hash_name("echo.Route")};
const std::string ping_payload = "92 07 a2 68 69";
const std::string route_payload = "91 c4 10 03 00 00 00 d4 c3 b2 a1 16 00 00 00 00 00 00 00";

std::vector<RecordView> records_of(std::span<const std::byte> frame) {
    auto reader = RecordReader::open(decode_header(frame).value(), frame).value();
    std::vector<RecordView> records;
    while (const auto record = reader.next().value()) records.push_back(*record);
    return records;
}

// The copy is as large as its bytes, so that the sanitizers see a read behind them.
Error refusal_of(const Frame& frame) {
    const Frame exact(frame);
    const auto checked = check_frame(exact);
    return checked ? Error{Error::Code{}, "it was accepted"} : checked.error();
}

}  // namespace

TEST_CASE("a built frame is the golden one byte for byte", "[frame]") {
    FrameBuilder builder;
    add_record(builder, ping, ping_payload);
    add_record(builder, route, route_payload);

    CHECK(builder.records() == 2);
    CHECK(builder.bytes() == 128);
    CHECK(hex(builder.finish(data_header())) == hex(golden("data.hex")));
}

TEST_CASE("an acknowledgement is a header alone", "[frame]") {
    FrameHeader header;
    header.kind = FrameKind::acknowledgement;
    header.answer = true;
    header.destination = here;
    header.source = there;
    header.epoch = 2;
    header.acknowledged_epoch = 1;
    header.acknowledged = 7;
    header.window = 1048576;
    std::array<std::byte, frame_header_bytes> frame{};

    encode_header(header, frame);

    CHECK(hex(frame) == hex(golden("acknowledgement.hex")));
    CHECK(check_frame(frame).value() == header);
    CHECK(records_of(frame).empty());
}

TEST_CASE("a data frame without records is a header alone", "[frame]") {
    const auto frame = FrameBuilder().finish(data_header());

    CHECK(frame.size() == frame_header_bytes);
    CHECK(check_frame(frame).value().records == 0);
}

TEST_CASE("a frame read gives back the header and the records written", "[frame]") {
    const auto frame = golden("data.hex");

    CHECK(decode_header(frame).value() == data_header());
    CHECK(check_frame(frame).value() == data_header());
    const auto records = records_of(frame);
    REQUIRE(records.size() == 2);
    CHECK(records[0].target_actor == 11);
    CHECK(records[0].sender_actor == 22);
    CHECK(records[0].type == hash_name("echo.Ping"));
    CHECK(hex(records[0].payload) == hex(from_hex(ping_payload)));
    CHECK(records[1].target_actor == 12);
    CHECK(records[1].sender_actor == 0);
    CHECK(records[1].type == hash_name("echo.Route"));
    CHECK(hex(records[1].payload) == hex(from_hex(route_payload)));
}

TEST_CASE("a header of each kind survives encoding", "[frame]") {
    const auto kind = GENERATE(FrameKind::data, FrameKind::control, FrameKind::returned, FrameKind::acknowledgement);
    auto header = data_header();
    header.kind = kind;
    header.reason = kind == FrameKind::returned ? 255 : 0;
    header.answer = header.missing = kind == FrameKind::acknowledgement;
    header.records = kind == FrameKind::data || kind == FrameKind::control ? 2 : 0;
    header.epoch = header.acknowledged_epoch = 65535;
    std::array<std::byte, frame_header_bytes> bytes{};

    encode_header(header, bytes);

    CHECK(decode_header(bytes).value() == header);
}

TEST_CASE("a data frame for nobody comes back as the golden returned frame", "[frame]") {
    const auto frame = returned_frame(decode_header(golden("data.hex")).value(), Error::dead_target);

    CHECK(hex(frame) == hex(golden("returned.hex")));
    CHECK(check_frame(frame).value().reason == Error::dead_target);
}

TEST_CASE("an acknowledgement for nobody comes back without its flags", "[frame]") {
    const auto header = decode_header(golden("acknowledgement.hex")).value();

    const auto back = check_frame(returned_frame(header, Error::dead_target)).value();

    CHECK(back.kind == FrameKind::returned);
    CHECK_FALSE(back.answer);
    CHECK(back.destination == header.source);
    CHECK(back.source == header.destination);
    CHECK(back.epoch == header.epoch);
}

TEST_CASE("an extension is skipped unread", "[frame]") {
    const auto frame = golden("extended.hex");

    CHECK(check_frame(frame).value().extended);
    const auto records = records_of(frame);
    REQUIRE(records.size() == 1);
    CHECK(records[0].target_actor == 11);
    CHECK(hex(records[0].payload) == hex(from_hex(ping_payload)));
}

TEST_CASE("the protocol page's worked examples are the golden frames", "[frame]") {
    const std::string fence = "```";
    const auto page = read_text(ZANNI_DOCS_DIR "/protocol.md");

    std::vector<std::string> shown;
    for (auto begin = page.find(fence + "hex\n"); begin != page.npos; begin = page.find(fence + "hex\n", begin)) {
        begin += fence.size() + 4;
        const auto block = page.substr(begin, page.find(fence, begin) - begin);
        const auto name = block.substr(2, block.find(':') - 2);  // "# data.hex: two records"
        INFO(name);
        CHECK(hex(from_hex(block)) == hex(golden(name)));
        shown.push_back(name);
    }

    CHECK(std::ranges::is_permutation(shown, golden_names));
}

TEST_CASE("a record says how many parts follow, and what its type is based on", "[frame]") {
    const std::vector<std::uint64_t> bases{hash_name("echo.Route"), 3};
    FrameBuilder builder;
    builder.begin_record({.target_actor = 1, .sender_actor = 2, .type = 3, .bases = bases, .parts_left = 513});
    builder.end_record().value();
    add_record(builder, route, "c0");
    const auto frame = builder.finish(data_header());

    const auto records = records_of(frame);

    REQUIRE(records.size() == 2);
    CHECK(records[0].bases == bases);
    CHECK(records[0].parts_left == 513);
    CHECK(records[0].payload.empty());
    CHECK(records[1].bases.empty());
    CHECK(records[1].parts_left == 0);
}

TEST_CASE("a record with too many bases, or bases that run over the end, is refused", "[frame]") {
    CHECK(check_frame(data_with(first_bases_at, {9, 0})).error() ==
          Error{Error::malformed, "record with 9 bases, at most 8"});
    CHECK(check_frame(data_with(first_bases_at, {8, 0})).error().code == Error::malformed);
}

TEST_CASE("a frame cut short at any byte is refused", "[frame]") {
    for (const std::string name : golden_names) {
        const auto whole = golden(name);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            INFO(name << " cut to " << size << " bytes");
            const Frame cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            CHECK(refusal_of(cut).code == Error::malformed);
        }
    }
}

TEST_CASE("bytes after the last record are refused", "[frame]") {
    for (const std::string name : golden_names) {
        auto frame = golden(name);
        frame.push_back(std::byte{0});

        CHECK(refusal_of(frame) == Error{Error::malformed, "1 bytes after the last record"});
    }
}

TEST_CASE("a frame of another version is refused with both versions named", "[frame]") {
    CHECK(refusal_of(data_with(version_at, {2})) ==
          Error{Error::malformed, "frame of protocol version 2, this end speaks version 1"});
    CHECK(refusal_of(data_with(version_at, {0})).code == Error::malformed);
}

TEST_CASE("a frame of unknown kind, flags or reason is refused", "[frame]") {
    CHECK(refusal_of(data_with(kind_at, {0})).context == "frame of unknown kind 0");
    CHECK(refusal_of(data_with(kind_at, {5})).context == "frame of unknown kind 5");
    CHECK(refusal_of(data_with(flags_at, {2})).context == "frame with unknown flags 2");
    CHECK(refusal_of(data_with(flags_at, {0x81})).context == "frame with unknown flags 129");
    CHECK(refusal_of(data_with(reason_at, {2})).context == "frame of kind 1 with reason 2");
    CHECK(refusal_of(data_with(kind_at, {3})).context == "frame of kind 3 with reason 0");
}

TEST_CASE("only an acknowledgement asks for an answer or says that something is missing", "[frame]") {
    CHECK(check_frame(data_with(kind_at, {4, 6, 0})).error().context == "frame of kind 4 with 2 records");
    for (const int kind : {1, 2, 3}) {
        const int reason = kind == 3 ? 2 : 0;
        CHECK(refusal_of(data_with(kind_at, {kind, 2, reason})).context == "frame with unknown flags 2");
        CHECK(refusal_of(data_with(kind_at, {kind, 4, reason})).context == "frame with unknown flags 4");
    }
}

TEST_CASE("a returned frame or an acknowledgement with records is refused", "[frame]") {
    CHECK(refusal_of(data_with(kind_at, {3, 0, 2})).context == "frame of kind 3 with 2 records");
    CHECK(refusal_of(data_with(kind_at, {4})).context == "frame of kind 4 with 2 records");
}

TEST_CASE("a payload length that lies is refused", "[frame]") {
    CHECK(refusal_of(data_with(second_length_at, {20})).context == "payload of 20 bytes, the frame has 19 left");
    CHECK(refusal_of(data_with(second_length_at, {18})).context == "1 bytes after the last record");
    CHECK(refusal_of(data_with(first_length_at, {0xff, 0xff, 0xff, 0xff})).context ==
          "payload of 4294967295 bytes, the frame has 56 left");
    CHECK(refusal_of(data_with(first_length_at, {4})).code == Error::malformed);
    CHECK(refusal_of(data_with(first_length_at, {6})).code == Error::malformed);
    CHECK(refusal_of(data_with(first_length_at, {25})).context == "frame ends within a record's header");
}

TEST_CASE("a number of records that lies is refused", "[frame]") {
    CHECK(refusal_of(data_with(records_at, {0})).context == "88 bytes after the last record");
    CHECK(refusal_of(data_with(records_at, {1})).context == "51 bytes after the last record");
    CHECK(refusal_of(data_with(records_at, {3})).code == Error::malformed);
    CHECK(refusal_of(data_with(records_at, {0xff, 0xff, 0xff, 0xff})).context ==
          "frame of 4294967295 records, its 88 bytes hold 2 at most");
}

TEST_CASE("an extension length that lies is refused", "[frame]") {
    auto frame = golden("extended.hex");
    const auto refusal_of_length = [&](std::uint16_t length) {
        frame[frame_header_bytes] = static_cast<std::byte>(length & 0xff);
        frame[frame_header_bytes + 1] = static_cast<std::byte>(length >> 8);
        return refusal_of(frame);
    };

    CHECK(refusal_of_length(47).context == "extension of 47 bytes, the frame has 46 left");
    CHECK(refusal_of_length(46).context == "frame of 1 records, its 0 bytes hold 0 at most");
    CHECK(refusal_of_length(8).code == Error::malformed);
    CHECK(refusal_of_length(4097) == Error{Error::too_large, "extension of 4097 bytes, the limit is 4096"});
}

TEST_CASE("a frame over the limit is refused by its header", "[frame]") {
    auto frame = golden("data.hex");
    frame.resize(frame_bytes_max + 1);

    CHECK(decode_header(frame).error() == Error{Error::too_large, "frame of 16777217 bytes, the limit is 16777216"});
    frame.pop_back();
    CHECK(decode_header(frame));
}

TEST_CASE("a reader that met an error gives it again", "[frame]") {
    const auto frame = data_with(second_length_at, {20});
    auto reader = RecordReader::open(decode_header(frame).value(), frame).value();

    REQUIRE(reader.next().value());
    const auto first = reader.next();
    const auto second = reader.next();

    REQUIRE_FALSE(first);
    REQUIRE_FALSE(second);
    CHECK(first.error() == second.error());
}

TEST_CASE("a finished builder is empty and ready for the next frame", "[frame]") {
    FrameBuilder builder;
    add_record(builder, ping, ping_payload);
    (void)builder.finish(data_header());

    CHECK(builder.records() == 0);
    CHECK(builder.bytes() == frame_header_bytes);
    add_record(builder, route, route_payload);
    CHECK(records_of(builder.finish(data_header())).size() == 1);
}

TEST_CASE("a discarded record leaves no trace", "[frame]") {
    FrameBuilder builder;
    add_record(builder, ping, ping_payload);
    builder.begin_record({.target_actor = 99}).resize(5000);
    builder.discard_record();
    add_record(builder, route, route_payload);

    CHECK(hex(builder.finish(data_header())) == hex(golden("data.hex")));
}

TEST_CASE("a payload over the limit is an error that leaves the other records alone", "[frame]") {
    FrameBuilder builder;
    add_record(builder, ping, ping_payload);
    auto& bytes = builder.begin_record({});
    bytes.resize(bytes.size() + record_bytes_max + 1);

    const auto ended = builder.end_record();

    REQUIRE_FALSE(ended);
    CHECK(ended.error() == Error{Error::too_large, "payload of 15728609 bytes, the limit is 15728608"});
    CHECK(builder.records() == 1);
    add_record(builder, route, route_payload);
    CHECK(hex(builder.finish(data_header())) == hex(golden("data.hex")));
}

TEST_CASE("the largest payload still fits behind all that may have gathered", "[frame]") {
    FrameBuilder builder;
    builder.begin_record({}).resize(gathered_bytes_max);
    REQUIRE(builder.end_record());
    auto& bytes = builder.begin_record({});
    bytes.resize(bytes.size() + record_bytes_max);
    REQUIRE(builder.end_record());

    const auto frame = builder.finish({});

    CHECK(frame.size() == frame_bytes_max);
    CHECK(records_of(frame).size() == 2);
}

}  // namespace zanni::transport
