#include <catch2/catch.hpp>

#include <msgpack.hpp>

#include <bit>

#include <zanni/marshal.hpp>
#include <zanni/random.hpp>

#include "hex.hpp"

// Our writer and reader against msgpack-c's own, on generated values and on what a hostile peer might make of them.
// Each property is tried with many seeds; a failing check prints the seed that replays it.
namespace zanni {

namespace {

using test::hex;

using Bytes = std::vector<std::byte>;

Bytes bytes_of(const msgpack::sbuffer& buffer) {
    const auto* first = reinterpret_cast<const std::byte*>(buffer.data());
    return {first, first + buffer.size()};
}

// Numbers near every width's limits rather than uniform ones, which nearly all need eight bytes.
class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t limit) { return random_.next() % limit; }
    bool flip() { return below(2) == 1; }

    std::uint64_t natural() {
        const std::uint64_t power = std::uint64_t{1} << below(64);
        return power + below(3) - 1;
    }
    std::int64_t integer() { return static_cast<std::int64_t>(flip() ? natural() : ~natural()); }
    // Never -0.0 and 2^64, which we write otherwise on purpose.
    double real() { return flip() ? static_cast<double>(integer() >> 1) : 0.1 + static_cast<double>(integer()); }

    std::string text() {
        static constexpr std::size_t sizes[] = {0, 1, 31, 32, 255, 256, 65'535, 65'536};
        // The long ones rarely, to keep this quick.
        return std::string(sizes[below(flip() ? 4 : 8)], static_cast<char>('a' + below(26)));
    }

private:
    SeededRandom random_;
};

// The same value through our writer and through msgpack-c's packer.
class Pair {
public:
    explicit Pair(std::uint64_t seed) : generate_(seed) {}

    void value(int depth) {
        switch (generate_.below(depth > 0 ? 9 : 7)) {
            case 0:
                return both(nullptr, [&](auto) { ours_.nil(); });
            case 1:
                return both(generate_.flip(), [&](bool value) { ours_.boolean(value); });
            case 2:
                return both(generate_.integer(), [&](std::int64_t value) { ours_.integer(value); });
            case 3:
                return both(generate_.natural(), [&](std::uint64_t value) { ours_.natural(value); });
            case 4:
                return both(generate_.real(), [&](double value) { ours_.real(value); });
            case 5:
                return both(generate_.text(), [&](const std::string& value) { ours_.string(value); });
            case 6:
                return raw(generate_.text());
            case 7:
                return array(depth);
            default:
                return map(depth);
        }
    }

    const Bytes& our_bytes() const { return our_bytes_; }
    Bytes their_bytes() const { return bytes_of(their_bytes_); }

private:
    template <class T, class Write>
    void both(const T& value, Write write) {
        write(value);
        if constexpr (std::is_same_v<T, std::nullptr_t>)
            theirs_.pack_nil();
        else
            theirs_.pack(value);
    }

    void raw(const std::string& text) {
        ours_.bytes(std::as_bytes(std::span{text}));
        theirs_.pack_bin(static_cast<std::uint32_t>(text.size()));
        theirs_.pack_bin_body(text.data(), static_cast<std::uint32_t>(text.size()));
    }

    void array(int depth) {
        const auto count = static_cast<std::uint32_t>(generate_.below(20));
        ours_.array(count);
        theirs_.pack_array(count);
        for (std::uint32_t i = 0; i < count; ++i) value(depth - 1);
    }

    void map(int depth) {
        const auto count = static_cast<std::uint32_t>(generate_.below(20));
        ours_.map(count);
        theirs_.pack_map(count);
        for (std::uint32_t i = 0; i < 2 * count; ++i) value(depth - 1);
    }

    Generator generate_;
    Bytes our_bytes_;
    Writer ours_{our_bytes_};
    msgpack::sbuffer their_bytes_;
    msgpack::packer<msgpack::sbuffer> theirs_{their_bytes_};
};

struct Record {
    std::int32_t number = 0;
    std::string text;
    std::vector<std::uint64_t> numbers;
    std::map<std::string, std::optional<std::int16_t>> table;
    std::vector<bool> bits;
    std::pair<bool, std::int64_t> both;
    double real = 0;
    friend bool operator==(const Record&, const Record&) = default;

    auto as_tuple() const { return std::tie(number, text, numbers, table, bits, both, real); }
};

Record random_record(Generator& generate) {
    Record record;
    record.number = static_cast<std::int32_t>(generate.integer());
    record.text = generate.text();
    for (auto i = generate.below(40); i > 0; --i) record.numbers.push_back(generate.natural());
    for (auto i = generate.below(20); i > 0; --i)
        record.table[std::to_string(i)] =
            generate.flip() ? std::optional{static_cast<std::int16_t>(generate.integer())} : std::nullopt;
    for (auto i = generate.below(20); i > 0; --i) record.bits.push_back(generate.flip());
    record.both = {generate.flip(), generate.integer()};
    record.real = generate.real();
    return record;
}

bool msgpack_c_takes(const Bytes& bytes) {
    constexpr std::size_t plenty = 1 << 20;
    const msgpack::unpack_limit limit(plenty, plenty, plenty, plenty, plenty, marshal_depth_max);
    std::size_t offset = 0;
    try {
        msgpack::unpack(reinterpret_cast<const char*>(bytes.data()), bytes.size(), offset, nullptr, nullptr, limit);
    } catch (const msgpack::unpack_error&) {
        return false;
    }
    return offset == bytes.size();
}

// A few bytes other than they were, sometimes cut off.
Bytes damaged(Bytes bytes, Generator& generate) {
    for (auto i = generate.below(4); i > 0; --i)
        bytes[generate.below(bytes.size())] =
            static_cast<std::byte>(generate.flip() ? 0x80 + generate.below(128) : 0x91);
    if (generate.below(4) == 0) bytes.resize(generate.below(bytes.size()));
    return bytes;
}

Bytes random_bytes(Generator& generate) {
    Bytes bytes(generate.below(40));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(generate.below(256));
    return bytes;
}

}  // namespace

TEST_CASE("the writer writes what msgpack-c packs") {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Pair pair(seed);

        pair.value(3);

        INFO("seed " << seed);
        REQUIRE((pair.our_bytes() == pair.their_bytes()));
        CHECK_FALSE(Reader{pair.our_bytes()}.failed());
    }
}

TEST_CASE("a struct is marshalled as msgpack-c packs the tuple of its fields") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Generator generate(seed);
        const Record record = random_record(generate);
        msgpack::sbuffer theirs;
        msgpack::packer<msgpack::sbuffer> packer{theirs};

        const Bytes ours = marshalled(record);
        packer.pack_array(7);
        std::apply([&](const auto&... fields) { (packer.pack(fields), ...); }, record.as_tuple());

        INFO("seed " << seed);
        REQUIRE((ours == bytes_of(theirs)));
        CHECK((unmarshalled<Record>(ours).value() == record));
    }
}

TEST_CASE("the reader accepts damaged input where msgpack-c does and nowhere else") {
    std::size_t accepted = 0;
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
        Generator generate(seed);
        const bool noise = generate.below(4) == 0;
        Record record = random_record(generate);
        record.text.resize(std::min<std::size_t>(record.text.size(), 40));
        const Bytes bytes = noise ? random_bytes(generate) : damaged(marshalled(record), generate);

        const Reader reader{bytes};
        const auto message = unmarshalled<Record>(bytes);

        INFO("seed " << seed << ": " << hex(bytes) << ", " << reader.error());
        REQUIRE(reader.failed() == !msgpack_c_takes(bytes));
        CHECK((!reader.failed() || !message));
        accepted += reader.failed() ? 0 : 1;
    }
    // Both answers must have been given often for this to mean anything.
    CHECK(accepted > 2'000);
    CHECK(accepted < 18'000);
}

}  // namespace zanni
