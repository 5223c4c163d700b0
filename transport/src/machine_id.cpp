#include "machine_id.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace zanni::transport {

std::string machine_id() {
    std::string boot;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
    std::error_code error;
    const auto pids = std::filesystem::read_symlink("/proc/self/ns/pid", error);
    return boot.empty() || error ? std::string{} : boot + " " + pids.string();
}

}  // namespace zanni::transport
