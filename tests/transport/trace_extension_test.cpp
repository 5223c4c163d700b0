#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <zanni/messagepack.hpp>

#include "exchange_bed.hpp"
#include "frame.hpp"
#include "golden.hpp"

namespace zanni::transport {

using namespace zanni::test;

namespace {

const TraceContext request{0x0af7651916cd43dd, 0x8448eb211c80319c, 0xb7ad6b7169203331, 3, true};

std::vector<std::byte> frame_of(std::size_t records, const std::vector<RecordTrace>& traces) {
    FrameBuilder builder;
    for (std::size_t i = 0; i < records; ++i) {
        builder.begin_record({.target_actor = i, .sender_actor = 0, .type = 1}).push_back(std::byte{0xc0});
        REQUIRE(builder.end_record());
        for (const RecordTrace& trace : traces)
            if (trace.record == i) builder.trace_record(trace.context);
    }
    return builder.finish({.extended = builder.is_extended(), .destination = 1, .source = 2});
}

std::vector<RecordTrace> traces_in(const std::vector<std::byte>& frame) {
    const auto header = check_frame(frame);
    REQUIRE(header);
    return traces_of(*header, frame);
}

std::vector<std::byte> written(auto&& write) {
    std::vector<std::byte> bytes;
    Writer writer(bytes);
    write(writer);
    return bytes;
}

}  // namespace

TEST_CASE("a frame says which of its messages belong to a trace", "[frame][trace]") {
    const std::vector<RecordTrace> traces{{1, request}, {2, {1, 0, 2, 65'535, false}}};
    const auto frame = frame_of(4, traces);

    CHECK(traces_in(frame) == traces);
    const auto header = decode_header(frame).value();
    CHECK(header.extended);
    auto reader = RecordReader::open(header, frame).value();
    for (std::uint64_t i = 0; i < 4; ++i) CHECK(reader.next().value()->target_actor == i);
}

TEST_CASE("a frame without traces is as it was before there were any", "[frame][trace]") {
    CHECK_FALSE(decode_header(frame_of(1, {})).value().extended);
    CHECK(traces_in(frame_of(1, {})).empty());
}

TEST_CASE("a trace is written as traceparent has it", "[frame][trace]") {
    // {"trace": [[1, <trace, span, flags>, 3]]}
    CHECK(hex(trace_extension(std::vector<RecordTrace>{{1, request}})) ==
          hex(from_hex("81 a5 74 72 61 63 65 91 93 01 c4 19 0a f7 65 19 16 cd 43 dd 84 48 eb 21 1c 80 31 9c "
                       "b7 ad 6b 71 69 20 33 31 01 03")));
}

TEST_CASE("a frame has room for a hundred traces, all else goes on untraced", "[frame][trace]") {
    std::vector<RecordTrace> all;
    for (std::uint32_t i = 0; i < 200; ++i) all.push_back({i, {~0ULL, ~0ULL, ~0ULL, 65'535, true}});
    const auto frame = frame_of(200, all);

    REQUIRE(check_frame(frame));
    all.resize(record_traces_max);
    CHECK(traces_in(frame) == all);
    for (auto& trace : all) trace.record = 0xffffffff;
    CHECK(trace_extension(all).size() <= extension_bytes_max);
}

TEST_CASE("the memory of a builder starts anew with each frame", "[frame][trace]") {
    FrameBuilder builder;
    builder.begin_record({.target_actor = 1, .sender_actor = 0, .type = 1});
    REQUIRE(builder.end_record());
    builder.trace_record(request);
    static_cast<void>(builder.finish({.extended = true, .destination = 1, .source = 2}));
    builder.begin_record({.target_actor = 1, .sender_actor = 0, .type = 1});
    REQUIRE(builder.end_record());
    CHECK_FALSE(builder.is_extended());
    CHECK(traces_in(builder.finish({.destination = 1, .source = 2})).empty());
}

TEST_CASE("what can't be read of an extension is passed over", "[frame][trace]") {
    const auto good = trace_extension(std::vector<RecordTrace>{{1, request}});
    const auto begun_twice = written([](Writer& writer) {
        writer.map(2);
        writer.string("other");
        writer.array(1);
        writer.string("trace");
        writer.string("trace");
        writer.array(3);
        writer.array(3);  // of 24 bytes: no context
        writer.natural(7);
        writer.bytes(std::vector<std::byte>(24));
        writer.natural(0);
        writer.array(3);  // all 0: likewise
        writer.natural(7);
        writer.bytes(std::vector<std::byte>(25));
        writer.natural(0);
        writer.array(4);  // a later version may say more
        writer.natural(8);
        writer.bytes(std::vector<std::byte>(25, std::byte{1}));
        writer.natural(0);
        writer.nil();
    });

    const auto read = read_trace_extension(begun_twice);
    REQUIRE(read.size() == 1);
    CHECK(read[0].record == 8);
    CHECK(read_trace_extension({}).empty());
    CHECK(read_trace_extension(written([](Writer& writer) { writer.nil(); })).empty());
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK(read_trace_extension(std::span(good).first(length)).empty());
    auto unsorted = written([](Writer& writer) {
        writer.map(1);
        writer.string("trace");
        writer.array(2);
        for (const std::uint64_t record : {5, 2}) {
            writer.array(3);
            writer.natural(record);
            writer.bytes(std::vector<std::byte>(25, std::byte{1}));
            writer.natural(0);
        }
    });
    CHECK(read_trace_extension(unsorted).front().record == 2);
}

namespace {

/// A runtime for which every message belongs to a trace, the sender's number being its span.
class TracingInbox : public KeepingInbox {
public:
    std::optional<TraceContext> trace_context_of(const Envelope& envelope) override {
        return TraceContext{1, 2, detail::parts_of(envelope.sender).actor, 0, true};
    }
    void trace_received(Envelope& envelope, const TraceContext& context) override {
        spans.emplace_back(detail::parts_of(envelope.sender).actor, context.span);
    }

    std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;  // sender, and span of the context that came with it
};

struct TracingProcess {
    explicit TracingProcess(std::uint64_t process) : exchange(options(process)) {
        exchange.begin(inbox, registry, start);
        exchange.on_frame(
            control_frame(
                0, process,
                Registered{own_host, {host_entry(own_host, "alpha", false), host_entry(other_host, "beta", true)}}),
            start);
    }
    static Exchange::Options options(std::uint64_t process) {
        Exchange::Options all;
        all.process = process;
        return all;
    }
    void tell_all(TracingProcess& other) {
        while (const auto frame = exchange.next(start)) {
            const std::vector<std::byte> bytes(frame->begin(), frame->end());
            if (check_frame(bytes).value().kind == FrameKind::data) other.exchange.on_frame(bytes, start);
        }
    }
    void post(std::uint64_t sender, const std::string& text) {
        auto envelope = make_envelope(actor(other_process, 1), actor(own_process, sender), text);
        envelope->trace = 1;
        exchange.post(std::move(envelope));
    }

    TracingInbox inbox;
    Registry registry;
    Exchange exchange;
};

}  // namespace

TEST_CASE("a message takes its trace with it, small, large or ahead of others", "[exchange][trace]") {
    TracingProcess here(own_process);
    TracingProcess there(other_process);
    here.post(101, "one");
    here.post(102, std::string(300'000, 'x'));  // in three parts
    here.post(103, "two");
    here.tell_all(there);
    std::ranges::sort(there.inbox.spans);  // "two" overtakes the large one
    CHECK(there.inbox.spans ==
          std::vector<std::pair<std::uint64_t, std::uint64_t>>{{101, 101}, {102, 102}, {103, 103}});
}

TEST_CASE("a message that comes back as undeliverable still belongs to its trace", "[exchange][trace]") {
    TracingProcess here(own_process);
    here.post(101, "one");
    static_cast<void>(here.exchange.next(start));
    here.post(102, "two");
    here.exchange.on_frame(control_frame(0, own_process, HostGone{other_host, "gone"}), start);
    CHECK(here.inbox.spans.size() == here.inbox.returned.size());
    CHECK(here.inbox.spans.size() == 2);
}

}  // namespace zanni::transport
