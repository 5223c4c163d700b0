#include "service_notice.hpp"

#include <cstdint>

#ifdef ZANNI_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

namespace zanni::broker {

namespace {

void say([[maybe_unused]] const std::string& words) {
#ifdef ZANNI_SYSTEMD
    ::sd_notify(0, words.c_str());  // no answer: who isn't a service has nobody to tell
#endif
}

}  // namespace

ServiceNotice::ServiceNotice() {
#ifdef ZANNI_SYSTEMD
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) > 0) interval_ = std::chrono::microseconds(microseconds) / 2;
#endif
}

void ServiceNotice::status(const std::string& text) { say("STATUS=" + text); }

void ServiceNotice::ready(const std::string& status) { say("READY=1\nSTATUS=" + status); }

void ServiceNotice::stopping() { say("STOPPING=1\nSTATUS=ending in order"); }

void ServiceNotice::alive(TimePoint now) {
    if (!interval_ || now < next_) return;
    next_ = now + *interval_;
    say("WATCHDOG=1");
}

}  // namespace zanni::broker
