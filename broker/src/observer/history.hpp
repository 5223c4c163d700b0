#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace zanni::broker {

/// The last ten minutes, a point per second. Threads: one.
class History {
public:
    static constexpr std::size_t points_max = 600;

    struct Point {
        double rate = 0;     ///< messages handled per second
        double waiting = 0;  ///< messages
    };

    /// `hosts`: by name. One that is new has points of zeros before.
    void add(std::int64_t at_ms, const Point& all, double dead_rate, const std::map<std::string, Point>& hosts) {
        for (auto& [name, points] : hosts_)
            if (!hosts.contains(name)) {
                points.push_back({});
                ++absent_[name];
            }
        for (const auto& [name, point] : hosts) {
            absent_.erase(name);
            auto& points = hosts_[name];
            points.resize(at_ms_.size());
            points.push_back(point);
        }
        at_ms_.push_back(at_ms);
        all_.push_back(all);
        dead_rate_.push_back(dead_rate);
        if (at_ms_.size() > points_max) forget_first();
    }

    const std::deque<std::int64_t>& at_ms() const { return at_ms_; }
    const std::deque<Point>& all() const { return all_; }
    const std::deque<double>& dead_rate() const { return dead_rate_; }
    const std::map<std::string, std::deque<Point>>& hosts() const { return hosts_; }

private:
    void forget_first() {
        at_ms_.pop_front();
        all_.pop_front();
        dead_rate_.pop_front();
        for (auto& [name, points] : hosts_) points.pop_front();
        std::erase_if(absent_,
                      [&](const auto& entry) { return entry.second >= points_max && hosts_.erase(entry.first) != 0; });
    }

    std::deque<std::int64_t> at_ms_;
    std::deque<Point> all_;
    std::deque<double> dead_rate_;
    std::map<std::string, std::deque<Point>> hosts_;
    std::map<std::string, std::size_t> absent_;  // for how many points; one that has none left is forgotten
};

}  // namespace zanni::broker
