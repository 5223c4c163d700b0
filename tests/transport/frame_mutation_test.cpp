#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "frame.hpp"
#include "golden.hpp"

namespace zanni::transport {

using test::golden, test::golden_names, test::hex;
using Frame = test::Bytes;

namespace {

constexpr std::uint64_t mutation_seed = 20240229;

Frame mutate(Frame frame, std::mt19937_64& random) {
    constexpr std::array<std::uint32_t, 6> telling{0, 1, 32, 0x7fffffff, 0x80000000, 0xffffffff};
    for (auto changes = 1 + random() % 4; changes > 0 && !frame.empty(); --changes) {
        const auto at = random() % frame.size();
        const auto place = frame.begin() + static_cast<std::ptrdiff_t>(at);
        const auto byte = static_cast<std::byte>(random());
        const auto change = random() % 5;
        if (change == 0) *place ^= static_cast<std::byte>(1 << random() % 8);
        if (change == 1) *place = byte;
        if (change == 2) frame.erase(place, frame.end());
        if (change == 3) frame.insert(place, random() % 48, byte);
        if (change == 4) {
            const auto number = telling[random() % telling.size()];
            std::memcpy(&*place, &number, std::min(sizeof number, frame.size() - at));
        }
    }
    return Frame(frame);  // as large as its bytes, so that the sanitizers see a read behind them
}

// Walks the records without check_frame, and reads every payload to its last byte.
bool reads_to_the_end(std::span<const std::byte> frame, std::byte& sum) {
    const auto header = decode_header(frame);
    if (!header) return false;
    auto reader = RecordReader::open(*header, frame);
    if (!reader) return false;
    while (true) {
        const auto record = reader->next();
        if (!record) return false;
        if (!*record) return true;
        for (const std::byte byte : (*record)->payload) sum ^= byte;
    }
}

}  // namespace

TEST_CASE("a hundred thousand mutated frames are each refused or read whole", "[frame]") {
    std::mt19937_64 random(mutation_seed);
    std::vector<Frame> frames;
    for (const std::string name : golden_names) frames.push_back(golden(name));
    std::byte sum{};
    std::size_t accepted = 0;

    for (int round = 0; round < 100'000; ++round) {
        const auto frame = mutate(frames[random() % frames.size()], random);
        const bool checked = check_frame(frame).has_value();
        accepted += checked ? 1 : 0;
        if (reads_to_the_end(frame, sum) != checked)
            FAIL("seed " << mutation_seed << ", round " << round << ": check and reader disagree on " << hex(frame));
    }

    INFO("seed " << mutation_seed << ", payload sum " << std::to_integer<int>(sum));
    CHECK(accepted > 0);
    CHECK(accepted < 100'000);
}

}  // namespace zanni::transport
