// How many instructions does it cost to marshal a message of five fields, and to unmarshal it?

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <zanni/marshal.hpp>

#include "counting.hpp"

namespace {

struct Order {
    std::uint64_t number = 0;
    std::string customer;
    double price = 0;
    bool express = false;
    std::vector<std::uint32_t> items;
};

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t count = counts::read_count(argc, argv, "marshalling");
    Order order{0, "a customer's name", 12.5, true, {1, 200, 30'000}};
    std::uint64_t sum = 0;
    std::vector<std::byte> bytes;
    for (std::uint64_t i = 0; i < count; ++i) {
        order.number = i;
        bytes.clear();
        zanni::Writer writer{bytes};
        zanni::marshal(writer, order);
        sum += zanni::unmarshalled<Order>(bytes).value().number;
    }
    return sum == count * (count - 1) / 2 ? 0 : 1;
}
