#pragma once

#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <vector>

#include "../common/measure.hpp"
#include "libnats.hpp"

namespace libnats {

/// Asks the server "l0".
class Client {
public:
    explicit Client(const std::string& port) : connection_(port), inbox_("inbox." + std::to_string(::getpid())) {
        connection_.subscribe<&Client::pong>(inbox_ + ".pong", *this);
        connection_.subscribe<&Client::word>(inbox_ + ".word", *this);
        connection_.flush();
    }

    /// The seconds until `count` pings, so many of them outstanding, have been answered.
    double rally(std::uint64_t count, std::uint64_t in_flight) {
        const std::string pong = inbox_ + ".pong";
        pong_subject_ = pong.c_str();
        const auto began = peer::Clock::now();
        {
            const std::scoped_lock lock(mutex_);
            sent_ = received_ = 0;
            count_ = count;
            times_.clear();
            strict_ = in_flight == 1;
            while (sent_ < std::min(in_flight, count)) ping();
        }
        await([&] { return received_ == count_; });
        return peer::seconds_since(began);
    }
    const std::vector<double>& times_us() const { return times_; }

    /// The seconds until `count` messages of so many bytes have come.
    double flood(std::uint64_t count, std::uint64_t bytes) {
        const std::string payload(bytes, 'x');
        const std::string word = inbox_ + ".word";
        words_ = 0;
        connection_.publish("l0.expect", std::to_string(count), word.c_str());
        await([&] { return words_ == 1; });
        const auto began = peer::Clock::now();
        for (std::uint64_t i = 0; i < count; ++i) connection_.publish("l0.sink", payload);
        await([&] { return words_ == 2; });
        return peer::seconds_since(began);
    }

private:
    void pong(std::string_view data, const char*) {
        const std::scoped_lock lock(mutex_);
        std::int64_t sent_ns = 0;
        if (data.size() != 2 * sizeof sent_ns) return;
        std::memcpy(&sent_ns, data.data() + sizeof sent_ns, sizeof sent_ns);
        if (strict_) times_.push_back(static_cast<double>(peer::clock_ns() - sent_ns) / 1e3);
        if (sent_ < count_) ping();
        if (++received_ == count_) changed_.notify_one();
    }
    void word(std::string_view, const char*) {
        const std::scoped_lock lock(mutex_);
        ++words_;
        changed_.notify_one();
    }
    void ping() {
        const std::int64_t payload[2] = {static_cast<std::int64_t>(++sent_), strict_ ? peer::clock_ns() : 0};
        connection_.publish("l0.echo", {reinterpret_cast<const char*>(payload), sizeof payload}, pong_subject_);
    }
    void await(const std::function<bool()>& done) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(100), done)) throw std::runtime_error("libnats: no answer");
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t count_ = 0, sent_ = 0, received_ = 0, words_ = 0;
    bool strict_ = false;
    const char* pong_subject_ = nullptr;
    std::vector<double> times_;
    Connection connection_;  // goes before these, with its threads
    const std::string inbox_;
};

}  // namespace libnats
