#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include <zanni/envelope.hpp>
#include <zanni/marshal.hpp>

#include "channel/channels.hpp"
#include "frame.hpp"
#include "golden.hpp"
#include "process_id.hpp"

/// The vectors of tests/conformance, which every implementation of the protocol can be held against.
namespace zanni::transport {

using namespace zanni::test;
using Json = nlohmann::json;

namespace {

Json vectors(const std::string& name) {
    return Json::parse(read_text(std::string(ZANNI_GOLDEN_DIR "/../../conformance/") + name));
}

Bytes bytes_of(const std::string& digits) {
    Bytes bytes;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
        bytes.push_back(static_cast<std::byte>(std::stoul(digits.substr(at, 2), nullptr, 16)));
    return bytes;
}

std::uint64_t id_of(const Json& digits) { return std::stoull(digits.get<std::string>(), nullptr, 16); }

int flags_of(const FrameHeader& header) {
    return (header.extended ? 1 : 0) | (header.answer ? 2 : 0) | (header.missing ? 4 : 0) | (header.starts ? 8 : 0);
}

void check_header(const FrameHeader& header, const Json& expected) {
    CHECK(static_cast<int>(header.kind) == expected["kind"]);
    CHECK(flags_of(header) == expected["flags"]);
    CHECK(header.epoch == expected["epoch"]);
    CHECK(header.acknowledged_epoch == expected["acknowledged_epoch"]);
    CHECK(header.sequence == expected["sequence"]);
    CHECK(header.acknowledged == expected["acknowledged"]);
    CHECK(header.window == expected["window"]);
    CHECK(header.records == expected["records"]);
}

// ---- Payloads

struct Ping {
    std::int64_t number = 0;
    std::string text;
};

/// What is written when those bytes have been read as a T; nothing when they are refused.
template <class T>
std::optional<std::string> again(const Bytes& bytes) {
    const auto value = unmarshalled<T>(bytes);
    return value ? std::optional(hex(marshalled(*value))) : std::nullopt;
}

std::optional<std::string> again(const std::string& type, const Bytes& bytes) {
    using Again = std::optional<std::string> (*)(const Bytes&);
    static const std::map<std::string, Again> types{
        {"int64", again<std::int64_t>},
        {"uint64", again<std::uint64_t>},
        {"uint8", again<std::uint8_t>},
        {"bool", again<bool>},
        {"double", again<double>},
        {"string", again<std::string>},
        {"bytes", again<std::vector<std::byte>>},
        {"address", again<Address>},
        {"vector<int64>", again<std::vector<std::int64_t>>},
        {"map<string,int64>", again<std::map<std::string, std::int64_t>>},
        {"optional<int64>", again<std::optional<std::int64_t>>},
        {"variant<int64,string>", again<std::variant<std::int64_t, std::string>>},
        {"tuple<int64,bool>", again<std::tuple<std::int64_t, bool>>},
        {"Ping", again<Ping>},
    };
    return types.at(type)(bytes);
}

// ---- Channels

constexpr std::uint64_t own = 0xa1b2c3d400000003;
constexpr std::uint64_t peer = 0x5e6f708100000001;

std::uint32_t messages_in(const std::vector<KeptFrame>& frames) {
    std::uint32_t messages = 0;
    for (const auto& frame : frames) messages += frame.messages;
    return messages;
}

/// One end of a channel, to which a scenario's steps happen.
class ChannelRunner {
public:
    void run(const Json& step) {
        const TimePoint now = TimePoint(std::chrono::hours(1)) + std::chrono::milliseconds(step["at_ms"].get<int>());
        const std::string what = step["do"];
        if (what == "send") send(step["payload_bytes"]);
        if (what == "hear") hear(step, now);
        if (what == "tick") CHECK(messages_in(channels_.tick(now)) == step["then"]["given_back"]);
        if (what == "resume") channels_.resume(now);
        if (what == "ask") channels_.ask_host(host_of(peer), now);
        if (what == "close") close(step["then"]);
        check_what_leaves(step["then"]["leaves"], now);
    }

private:
    void send(std::size_t bytes) {
        const Bytes payload(bytes);
        auto envelope = make_marshalled_envelope(3, payload, {});
        envelope->target = detail::make_address({peer, 1});
        envelope->sender = detail::make_address({own, 2});
        REQUIRE(channels_.add(*envelope));
    }

    void hear(const Json& step, TimePoint now) {
        FrameHeader header;
        header.kind = static_cast<FrameKind>(step["kind"].get<int>());
        header.source = peer;
        header.destination = own;
        header.answer = (step["flags"].get<int>() & 2) != 0;
        header.missing = (step["flags"].get<int>() & 4) != 0;
        header.epoch = step["epoch"];
        header.sequence = step["sequence"];
        header.acknowledged_epoch = step["acknowledged_epoch"];
        header.acknowledged = step["acknowledged"];
        header.window = step["window"];
        const bool makes_sense = channels_.on_word(header, now);
        CHECK(makes_sense != step["then"]["refused"].get<bool>());
        const bool is_data = makes_sense && header.kind == FrameKind::data;
        CHECK((is_data && channels_.on_data(header, step["bytes"], now).take) == step["then"]["taken"].get<bool>());
    }

    void close(const Json& then) {
        std::uint32_t unknown = 0;
        std::uint32_t unsent = 0;
        for (const auto& lost : channels_.close(peer, Error::host_lost))
            (lost.reason == Error::unknown_delivery ? unknown : unsent) += messages_in(lost.frames);
        CHECK(unknown == then["unknown"]);
        CHECK(unsent == then["unsent"]);
    }

    void check_what_leaves(const Json& expected, TimePoint now) {
        std::size_t count = 0;
        while (const auto frame = channels_.next(now)) {
            REQUIRE(count < expected.size());
            check_header(check_frame(*frame).value(), expected[count]);
            CHECK(frame->size() == expected[count]["bytes"]);
            ++count;
        }
        CHECK(count == expected.size());
    }

    const ChannelSettings settings_;
    Channels channels_{own, settings_};
};

}  // namespace

TEST_CASE("good frames are read as the vectors say", "[conformance]") {
    const Json all = vectors("frames.json");
    for (const auto& vector : all["good"]) {
        INFO(vector["name"]);
        const Bytes frame = bytes_of(vector["hex"]);
        const auto header = check_frame(frame);
        REQUIRE(header);
        check_header(*header, vector["header"]);
        CHECK(header->reason == vector["header"]["reason"]);
        CHECK(header->destination == id_of(vector["header"]["destination"]));
        CHECK(header->source == id_of(vector["header"]["source"]));
        auto reader = RecordReader::open(*header, frame).value();
        for (const auto& expected : vector["records"]) {
            const auto record = reader.next().value();
            REQUIRE(record);
            CHECK(record->target_actor == id_of(expected["target"]));
            CHECK(record->sender_actor == id_of(expected["sender"]));
            CHECK(record->type == id_of(expected["type"]));
            CHECK(record->parts_left == expected["parts_left"]);
            CHECK(record->continues == expected["continues"]);
            CHECK(hex(record->payload) == expected["payload"]);
            REQUIRE(record->bases.size() == expected["bases"].size());
            for (std::size_t i = 0; i < record->bases.size(); ++i)
                CHECK(record->bases[i] == id_of(expected["bases"][i]));
        }
    }
}

TEST_CASE("bad frames are refused as the vectors say", "[conformance]") {
    const Json all = vectors("frames.json");
    for (const auto& vector : all["bad"]) {
        INFO(vector["why"]);
        Bytes frame = bytes_of(vector["hex"]);
        frame.resize(frame.size() + vector["zeros_behind"].get<std::size_t>());
        CHECK_FALSE(check_frame(frame));
    }
}

TEST_CASE("payloads are read and written as the vectors say", "[conformance]") {
    const Json all = vectors("payloads.json");
    for (const auto& vector : all["good"]) {
        INFO(vector);
        CHECK(again(vector["type"], bytes_of(vector["hex"])) == vector["written"].get<std::string>());
    }
    for (const auto& vector : all["bad"]) {
        INFO(vector);
        CHECK_FALSE(again(vector["type"], bytes_of(vector["hex"])));
    }
}

TEST_CASE("channels do what the vectors say", "[conformance]") {
    const Json all = vectors("channel.json");
    for (const auto& scenario : all["scenarios"]) {
        ChannelRunner runner;
        int number = 0;
        for (const auto& step : scenario["steps"]) {
            INFO(scenario["name"] << ", step " << number++);
            runner.run(step);
        }
    }
}

}  // namespace zanni::transport
