#include <zanni/messagepack.hpp>

#include <msgpack/pack.hpp>

#include <bit>
#include <cmath>
#include <limits>

#include <zanni/assert.hpp>

namespace zanni {

namespace {

/// The stream that msgpack-c packs into.
struct Appender {
    std::vector<std::byte>& out;

    void write(const char* bytes, std::size_t size) {
        const auto* first = reinterpret_cast<const std::byte*>(bytes);
        out.insert(out.end(), first, first + size);
    }
};

template <class Pack>
void append(std::vector<std::byte>& out, Pack pack) {
    Appender appender{out};
    msgpack::packer<Appender> packer{appender};
    pack(packer);
}

void append_float64(std::vector<std::byte>& out, double value) {
    out.push_back(std::byte{0xcb});
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::byte>(bits >> shift & 0xff));
}

std::uint32_t size_of(std::size_t size) {
    ZANNI_ASSERT(size <= std::numeric_limits<std::uint32_t>::max(), "MessagePack counts in 32 bits");
    return static_cast<std::uint32_t>(size);
}

}  // namespace

void Writer::nil() {
    append(out_, [](auto& packer) { packer.pack_nil(); });
}

void Writer::boolean(bool value) {
    append(out_, [&](auto& packer) { value ? packer.pack_true() : packer.pack_false(); });
}

void Writer::integer(std::int64_t value) {
    append(out_, [&](auto& packer) { packer.pack_int64(value); });
}

void Writer::natural(std::uint64_t value) {
    append(out_, [&](auto& packer) { packer.pack_uint64(value); });
}

void Writer::real(double value) {
    // msgpack-c writes a whole number as an integer: shorter, but -0.0 would lose its sign, and 2^64, which is none of
    // an integer's values, passes its check.
    if ((value == 0 && std::signbit(value)) || value == 0x1p64)
        append_float64(out_, value);
    else
        append(out_, [&](auto& packer) { packer.pack_double(value); });
}

void Writer::string(std::string_view value) {
    append(out_, [&, size = size_of(value.size())](auto& packer) {
        packer.pack_str(size);
        packer.pack_str_body(value.data(), size);
    });
}

void Writer::bytes(std::span<const std::byte> value) {
    append(out_, [&, size = size_of(value.size())](auto& packer) {
        packer.pack_bin(size);
        packer.pack_bin_body(reinterpret_cast<const char*>(value.data()), size);
    });
}

void Writer::array(std::size_t count) {
    append(out_, [size = size_of(count)](auto& packer) { packer.pack_array(size); });
}

void Writer::map(std::size_t count) {
    append(out_, [size = size_of(count)](auto& packer) { packer.pack_map(size); });
}

}  // namespace zanni
