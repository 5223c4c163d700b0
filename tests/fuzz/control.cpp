// Is each control message that can be read at all the same once it is written and read again?
#include <array>
#include <utility>

#include "control_frame.hpp"
#include "control_messages.hpp"
#include "input.hpp"

namespace zanni::fuzz {

using namespace transport;

namespace {

using Bytes = std::vector<std::byte>;

/// By its bytes: the messages have no ==, and a NaN would not equal itself.
template <class M>
void write_and_read(const M& message) {
    const Bytes first = marshalled(message);
    const auto again = unmarshalled<M>(first);
    ZANNI_ASSERT(again, "what was written can be read");
    ZANNI_ASSERT(marshalled(*again) == first, "and is the same");
}

template <class... M>
void read_frame(const Bytes& frame, std::tuple<M...>* /*types*/) {
    const auto header = check_frame(frame);
    if (!header) return;
    std::size_t read = 0;
    static_cast<void>(read_control(*header, frame, on<M>([&](const M& message) {
        ++read;
        write_and_read(message);
    })...));
    ZANNI_ASSERT(read <= header->records, "a record holds one message");
}

constexpr std::size_t message_count = std::tuple_size_v<ControlMessages>;

template <std::size_t... I>
constexpr auto ids(std::index_sequence<I...>) {
    return std::array{message_id<std::tuple_element_t<I, ControlMessages>>...};
}

/// The type of a message is a hash, which no fuzzer guesses: so it is given.
Bytes frame_of(std::uint64_t type, const Bytes& payload) {
    FrameBuilder builder;
    auto& bytes = builder.begin_record({.target_actor = 0, .sender_actor = 0, .type = type});
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    ZANNI_ASSERT(builder.end_record(), "far below the limit");
    FrameHeader header;
    header.kind = FrameKind::control;
    return builder.finish(header);
}

}  // namespace

}  // namespace zanni::fuzz

/// A message's number, then its payload; for any other number a frame.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {  // NOLINT: libFuzzer's name
    using namespace zanni::fuzz;
    static constexpr auto types = ids(std::make_index_sequence<message_count>{});
    Input input(bytes, size);
    const std::size_t number = input.byte();
    const auto rest = input.rest();
    read_frame(number < types.size() ? frame_of(types[number], rest) : rest, static_cast<ControlMessages*>(nullptr));
    return 0;
}
