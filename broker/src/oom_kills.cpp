#include "oom_kills.hpp"

#include <fstream>
#include <string>
#include <utility>

namespace zanni::broker {

namespace {

std::filesystem::path counter_of_this_process() {
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        if (!line.starts_with("0::/")) continue;
        const std::filesystem::path counter = "/sys/fs/cgroup" + line.substr(3) + "/memory.events";
        std::error_code error;
        if (std::filesystem::exists(counter, error)) return counter;
    }
    return "/proc/vmstat";
}

}  // namespace

OomKills::OomKills() : OomKills(counter_of_this_process()) {}

OomKills::OomKills(std::filesystem::path counter) : counter_(std::move(counter)) { look(); }

std::uint64_t OomKills::count() const {
    std::ifstream file(counter_);
    std::string name;
    std::uint64_t value = 0;
    while (file >> name >> value)
        if (name == "oom_kill") return value;
    return 0;
}

bool OomKills::rose() {
    const std::uint64_t now = count();
    return now > std::exchange(seen_, now);
}

}  // namespace zanni::broker
