#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <zanni/any_message.hpp>
#include <zanni/lifecycle.hpp>

/// Messages of every form that can be marshalled.
namespace zanni::fuzz {

enum class Colour : std::uint8_t { red, green };

struct Numbers {
    bool flag = false;
    char letter = 'x';
    std::int8_t i8 = 0;
    std::uint8_t u8 = 0;
    std::int16_t i16 = 0;
    std::uint16_t u16 = 0;
    std::int32_t i32 = 0;
    std::uint32_t u32 = 0;
    std::int64_t i64 = 0;
    std::uint64_t u64 = 0;
    float single_real = 0;
    double real = 0;
    Colour colour = Colour::red;
    std::chrono::milliseconds time{};
};

struct Texts {
    std::string text;
    std::vector<std::byte> bytes;
    Address address;
    std::vector<Address> addresses;
};

struct Containers {
    std::vector<Numbers> numbers;
    std::map<std::string, std::vector<std::optional<std::int16_t>>> table;
    std::set<std::string> names;
    std::array<std::uint16_t, 3> three{};
    std::vector<bool> bits;
    std::pair<bool, std::int64_t> both;
    std::tuple<std::string, double, std::monostate> some;
    std::map<Colour, std::map<std::int32_t, std::set<std::uint8_t>>> deep_table;
};

/// Has no order, so it is compared as what it is.
struct Unordered {
    std::unordered_map<std::uint64_t, std::string> table;
    std::unordered_map<std::string, std::vector<std::uint8_t>> other;
    friend bool operator==(const Unordered&, const Unordered&) = default;
};

using Choice = std::variant<std::monostate, bool, std::int64_t, double, std::string, Address, Texts,
                            std::vector<std::optional<Numbers>>>;

struct Choices {
    Choice first;
    std::vector<Choice> more;
    std::map<std::string, Choice> named;
};

/// Goes as deep as the input, up to the reader's limit.
struct Tree {
    std::string name;
    std::vector<Tree> children;
};

struct Deep {
    std::vector<std::vector<std::vector<std::vector<std::vector<std::vector<std::uint8_t>>>>>> boxes;
    std::optional<std::vector<std::optional<std::vector<Tree>>>> trees;
};

/// A byte of the input stands for kilobytes.
struct Large {
    std::array<std::uint64_t, 512> numbers{};
    std::string text;
};
struct ManyLarge {
    std::vector<Large> all;
};

/// Numbered by their order here in the corpus, so new ones go to the end.
using MarshalTypes = std::tuple<Numbers, Texts, Containers, Unordered, Choices, Tree, Deep, ManyLarge, AnyMessage,
                                ChildExited, DeadLetter, PoisonMessage>;

}  // namespace zanni::fuzz
