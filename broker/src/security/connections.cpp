#include "security/connections.hpp"

#include <utility>

namespace zanni::broker {

namespace {

constexpr Duration told_anew_after = std::chrono::minutes(1);
constexpr std::size_t told_max = 100;

}  // namespace

void Connections::opened(int fd, const std::string& address) {
    closed(fd);
    addresses_.emplace(fd, address);
    ++counts_[address];
}

void Connections::closed(int fd) {
    const auto known = addresses_.find(fd);
    if (known == addresses_.end()) return;
    const auto count = counts_.find(known->second);
    if (--count->second == 0) counts_.erase(count);
    addresses_.erase(known);
}

std::expected<void, Error> Connections::may_come_in(const std::string& address) const {
    const auto count = counts_.find(address);
    if (count == counts_.end()) return {};
    if (count->second > limits_.per_address_max)
        return std::unexpected(Error{
            Error::overloaded, "more than " + std::to_string(limits_.per_address_max) + " connections of one address"});
    if (addresses_.size() > limits_.max)
        return std::unexpected(Error{Error::overloaded, "more than " + std::to_string(limits_.max) +
                                                            " connections, with the open files that are allowed"});
    return {};
}

bool Connections::worth_a_line(const std::string& address, TimePoint now) {
    if (now - told_since_ >= told_anew_after) {
        told_.clear();
        told_since_ = now;
    }
    return told_.size() < told_max && told_.insert(address).second;
}

}  // namespace zanni::broker
