// Does the frame decoder take any bytes without harm, and do all its functions mean the same by each frame?
#include <map>
#include <optional>
#include <utility>

#include <zanni/gateway.hpp>

#include "frame.hpp"
#include "input.hpp"
#include "parts.hpp"

namespace zanni::fuzz {

using namespace transport;

namespace {

using Bytes = std::vector<std::byte>;

/// The records of a frame that check_frame() accepted.
std::vector<RecordView> walk_whole(const FrameHeader& header, std::span<const std::byte> frame) {
    std::vector<RecordView> records;
    auto reader = RecordReader::open(header, frame);
    ZANNI_ASSERT(reader, "what was checked can be opened");
    for (auto record = reader->next();; record = reader->next()) {
        ZANNI_ASSERT(record, "what was checked can be walked");
        if (!*record) break;
        ZANNI_ASSERT((*record)->bases.size() <= record_bases_max, "no more bases than the protocol has");
        ZANNI_ASSERT((*record)->parts_left <= 0x7fff, "no more parts than the protocol has");
        records.push_back(std::move(**record));
    }
    ZANNI_ASSERT(records.size() == header.records, "as many records as the header says");
    static_cast<void>(traces_of(header, frame));
    return records;
}

void walk_to_the_error(const FrameHeader& header, std::span<const std::byte> frame) {
    auto reader = RecordReader::open(header, frame);
    if (!reader) return;
    for (auto record = reader->next();; record = reader->next()) {
        if (record) {
            ZANNI_ASSERT(*record, "what was refused has no end without an error");
            continue;
        }
        ZANNI_ASSERT(record.error() == reader->next().error(), "an error ends the walk");
        return;
    }
}

/// Without an extension there is one way to write a frame.
void write_again(const FrameHeader& header, const std::vector<RecordView>& records, std::span<const std::byte> frame) {
    if (header.extended) return;
    FrameBuilder builder;
    for (const RecordView& record : records) {
        if (builder.bytes() > gathered_bytes_max) return;
        auto& bytes = builder.begin_record({.target_actor = record.target_actor,
                                            .sender_actor = record.sender_actor,
                                            .type = record.type,
                                            .bases = record.bases,
                                            .parts_left = record.parts_left,
                                            .continues = record.continues});
        bytes.insert(bytes.end(), record.payload.begin(), record.payload.end());
        ZANNI_ASSERT(builder.end_record(), "it came in a frame, so a frame has room for it");
    }
    ZANNI_ASSERT(std::ranges::equal(builder.finish(header), frame), "written again it is the same");
}

/// The parts of large messages, and how a whole one must look: all parts that came since the one that began it.
class PartsUnderTest {
public:
    void add(std::uint64_t source, const RecordView& record) {
        if (!record.continues && record.parts_left == 0) {
            const EnvelopePtr alone = parts_.add(source, record);
            ZANNI_ASSERT(alone && std::ranges::equal(alone->payload(), record.payload), "one without parts is whole");
            return;
        }
        auto& since = since_[source];
        if (!record.continues) since = {};
        since.bytes.insert(since.bytes.end(), record.payload.begin(), record.payload.end());
        if (since.records++ == 0) since.announced = record.parts_left + std::size_t{1};

        const EnvelopePtr whole = parts_.add(source, record);
        if (!whole) return;
        ZANNI_ASSERT(record.parts_left == 0, "only the last part makes it whole");
        ZANNI_ASSERT(since.records == since.announced, "whole is what has all its parts");
        ZANNI_ASSERT(whole->payload() == since.bytes, "a message is its parts, one behind the other");
        ZANNI_ASSERT(since.bytes.size() <= message_bytes_max, "no message over the limit");
        ZANNI_ASSERT(whole->message_id() == record.type, "of its type");
    }
    void forget() {
        parts_.forget([](std::uint64_t) { return true; });
        since_.clear();
    }

private:
    struct Since {
        Bytes bytes;
        std::size_t records = 0;
        std::size_t announced = 0;
    };
    Parts parts_;
    std::map<std::uint64_t, Since> since_;
};

void take(const Bytes& frame, PartsUnderTest& parts) {
    const auto header = decode_header(frame);
    const auto checked = check_frame(frame);
    if (!header) {
        ZANNI_ASSERT(!checked && checked.error() == header.error(), "a bad header is a bad frame");
        return;
    }
    std::array<std::byte, frame_header_bytes> again{};
    encode_header(*header, again);
    ZANNI_ASSERT(std::ranges::equal(again, std::span(frame).first<frame_header_bytes>()), "a header has one form");
    if (!checked) return walk_to_the_error(*header, frame);

    ZANNI_ASSERT(*checked == *header, "a frame has one header");
    const auto records = walk_whole(*header, frame);
    write_again(*header, records, frame);
    if (header->kind == FrameKind::data)
        for (const RecordView& record : records) parts.add(header->source, record);
}

}  // namespace

}  // namespace zanni::fuzz

/// Frames, each behind its size.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {  // NOLINT: libFuzzer's name
    zanni::fuzz::Input input(bytes, size);
    zanni::fuzz::PartsUnderTest parts;
    while (!input.empty()) {
        const auto frame = input.piece();
        if (frame.empty())
            parts.forget();
        else
            zanni::fuzz::take(frame, parts);
    }
    return 0;
}
