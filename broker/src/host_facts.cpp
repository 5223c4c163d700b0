#include "host_facts.hpp"

#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmath>
#include <thread>

#include <zanni/version.hpp>

namespace zanni::broker {

namespace {

std::string machine_name() {
    char name[256] = "localhost";
    ::gethostname(name, sizeof name - 1);
    return name;
}

}  // namespace

Capabilities host_facts() {
    struct utsname os {};
    ::uname(&os);
    struct sysinfo memory {};
    ::sysinfo(&memory);
    const double gib = static_cast<double>(memory.totalram) * memory.mem_unit / (1024.0 * 1024 * 1024);
    return {
        {"Host", machine_name()},
        {"OS", std::string(os.sysname) + " " + os.release},
        {"CPUs", static_cast<std::int64_t>(std::thread::hardware_concurrency())},
        {"Memory GiB", static_cast<std::int64_t>(std::llround(gib))},
        {"Zanni", std::string(version())},
    };
}

std::string default_host_name() { return machine_name() + "-" + std::to_string(::getpid()); }

}  // namespace zanni::broker
