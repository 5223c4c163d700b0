// Does the marshalling reader take any bytes without harm, in bounded memory, and read back what it has read?
#include <concepts>
#include <utility>

#include <zanni/marshal.hpp>

#include "input.hpp"
#include "marshal_types.hpp"

namespace zanni::fuzz {

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::size_t error_text_max = 4'000;  // a path of marshal_depth_max steps, and a sentence

bool same(const auto& one, const auto& other) {
    if constexpr (requires {
                      { one == other } -> std::same_as<bool>;
                  })
        return one == other;
    else  // a NaN does not equal itself, its bytes do
        return marshalled(one) == marshalled(other);
}

template <class T>
void read(const Bytes& bytes) {
    const auto message = unmarshalled<T>(bytes);
    if (!message) {
        ZANNI_ASSERT(message.error().code == Error::malformed, "bytes that are no message are malformed");
        ZANNI_ASSERT(message.error().context.size() <= error_text_max, "an error is a sentence");
        return;
    }
    const Bytes written = marshalled(*message);
    const auto again = unmarshalled<T>(written);
    ZANNI_ASSERT(again, "what was written can be read");
    ZANNI_ASSERT(same(*again, *message), "and is the same");
}

template <class... T>
void read_as(std::size_t number, const Bytes& bytes, std::tuple<T...>* /*types*/) {
    std::size_t i = 0;
    static_cast<void>(((i++ == number && (read<T>(bytes), true)) || ...));
}

/// What is unknown can be skipped and shown, as long as it is MessagePack.
void skip_and_show(const Bytes& bytes) {
    Reader reader(bytes);
    const bool whole = !reader.failed();
    ZANNI_ASSERT(reader.skip() == whole, "one value, or none");
    ZANNI_ASSERT(!reader.next_kind(), "and nothing behind it");

    const std::string text = to_text(AnyMessage{.type = 1, .name = "", .payload = bytes});
    ZANNI_ASSERT(text.size() <= 100 + 8 * bytes.size(), "the text for people grows with the message at most");
}

}  // namespace

}  // namespace zanni::fuzz

/// A type's number, then a payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {  // NOLINT: libFuzzer's name
    using namespace zanni::fuzz;
    Input input(bytes, size);
    const std::size_t number = input.byte() % (std::tuple_size_v<MarshalTypes> + 1);
    const auto payload = input.rest();
    if (number < std::tuple_size_v<MarshalTypes>)
        read_as(number, payload, static_cast<MarshalTypes*>(nullptr));
    else
        skip_and_show(payload);
    return 0;
}
