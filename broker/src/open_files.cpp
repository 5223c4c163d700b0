#include "open_files.hpp"

#include <sys/resource.h>

namespace zanni::broker {

void allow_most_open_files() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

std::size_t most_open_files() {
    rlimit files{};
    return ::getrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_max : 1'024;
}

}  // namespace zanni::broker
