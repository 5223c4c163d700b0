#pragma once

#include <optional>
#include <string>

#include <zanni/clock.hpp>

namespace zanni::broker {

/// What a host tells systemd that runs it as a service of Type=notify: that it is ready, how it fares, that it lives.
/// Says nothing to anybody else, nor in a build without ZANNI_SYSTEMD.
/// Threads: one.
class ServiceNotice {
public:
    /// Reads NOTIFY_SOCKET and WATCHDOG_USEC, which systemd has set.
    ServiceNotice();

    void status(const std::string& text);
    void ready(const std::string& status);
    void stopping();
    /// To be called often; says it at half the time after which systemd would kill this process.
    void alive(TimePoint now);

private:
    std::optional<Duration> interval_;
    TimePoint next_{};
};

}  // namespace zanni::broker
