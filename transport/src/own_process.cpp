#include "own_process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace zanni::transport {

namespace {

std::uint64_t resident_bytes() {
    std::ifstream sizes("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    if (!(sizes >> all >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_files() {
    std::error_code error;
    const std::filesystem::directory_iterator files("/proc/self/fd", error);
    if (error) return 0;
    return static_cast<std::uint64_t>(std::distance(begin(files), end(files))) -
           1;  // but the one that reads the folder
}

Duration duration_of(const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

Survey::Machine own_process_now() {
    Survey::Machine machine;
    machine.resident_bytes = resident_bytes();
    machine.open_files = open_files();
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0)
        machine.processor_time = duration_of(usage.ru_utime) + duration_of(usage.ru_stime);
    return machine;
}

}  // namespace zanni::transport
