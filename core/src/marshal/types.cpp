#include <zanni/marshal.hpp>

#include <cmath>
#include <limits>

namespace zanni::detail {

namespace {

constexpr std::size_t address_bytes = 16;

std::uint64_t little_endian(std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[i - 1]);
    return value;
}

void put_little_endian(std::uint64_t value, std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) {
        byte = static_cast<std::byte>(value & 0xff);
        value >>= 8;
    }
}

}  // namespace

bool refuse_integer(Reader& reader, std::string_view type) {
    return reader.refuse("an integer that does not fit " + std::string{type});
}

bool refuse_count(Reader& reader, std::size_t expected, std::size_t found) {
    return reader.refuse("expected " + std::to_string(expected) + " elements, found " + std::to_string(found));
}

bool Codec<float>::read(Reader& reader, float& value) {
    double wide = 0;
    if (!reader.read_real(wide)) return false;
    // Precision may be lost, but a number must not turn into infinity.
    if (std::isfinite(wide) && std::abs(wide) > std::numeric_limits<float>::max())
        return reader.refuse("a real that does not fit float");
    value = static_cast<float>(wide);
    return true;
}

bool Codec<std::string>::read(Reader& reader, std::string& value) {
    std::string_view text;
    const bool read = reader.read_string(text);
    if (read) value = text;
    return read;
}

bool Codec<std::vector<std::byte>>::read(Reader& reader, std::vector<std::byte>& value) {
    std::span<const std::byte> bytes;
    const bool read = reader.read_bytes(bytes);
    if (read) value.assign(bytes.begin(), bytes.end());
    return read;
}

void Codec<Address>::write(Writer& writer, const Address& value) {
    const AddressParts parts = parts_of(value);
    std::array<std::byte, address_bytes> bytes{};
    put_little_endian(parts.process, std::span{bytes}.first<8>());
    put_little_endian(parts.actor, std::span{bytes}.last<8>());
    writer.bytes(bytes);
}

bool Codec<Address>::read(Reader& reader, Address& value) {
    std::span<const std::byte> bytes;
    if (!reader.read_bytes(bytes)) return false;
    if (bytes.size() != address_bytes) return reader.refuse("an address that is not 16 bytes long");
    value = make_address({.process = little_endian(bytes.first<8>()), .actor = little_endian(bytes.last<8>())});
    return true;
}

Error error_in(std::string_view message, const Reader& reader) {
    return {reader.error().code, std::string{message} + ": " + reader.error().context};
}

}  // namespace zanni::detail
