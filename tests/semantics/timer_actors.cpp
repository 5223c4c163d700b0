#include "timer_actors.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <system_error>

namespace zanni::semantics {

PipeReader::PipeReader() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    out_ = ends[0];
    in_ = ends[1];
    watch_fd(out_);
}

PipeReader::~PipeReader() {
    ::close(out_);
    ::close(in_);
}

Done PipeReader::write(const Write& order) {
    if (::write(in_, order.text.data(), order.text.size()) < 0) note("can't write");
    return {};
}

void PipeReader::readable(const Readable& readable) {
    char byte = 0;
    if (readable.fd != out_ || ::read(out_, &byte, 1) != 1) return note("nothing to read");
    note(std::string(1, byte));
}

Done PipeReader::stop(const StopReading&) {
    unwatch_fd(out_);
    return {};
}

void PipeReader::watch_plain_file(const WatchPlainFile&) {
    const int file = ::memfd_create("plain", MFD_CLOEXEC);
    try {
        watch_fd(file);
        note("watched");
    } catch (const std::system_error&) {
        note("can't be watched");
    }
    ::close(file);
}

}  // namespace zanni::semantics
