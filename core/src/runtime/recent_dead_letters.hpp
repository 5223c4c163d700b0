#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/envelope.hpp>
#include <zanni/survey.hpp>

namespace zanni::detail {

/// The latest dead letters, for whoever asks where they came from. What is like the one before only counts.
/// Limits: Survey::dead_letters_most.
/// Threads: one at a time.
class RecentDeadLetters {
public:
    void add(const Envelope& envelope, Error::Code reason, TimePoint now) {
        const std::string_view message = envelope.info().name;
        if (!letters_.empty()) {
            Letter& last = letters_.back();
            if (last.what.target == envelope.target && last.what.sender == envelope.sender &&
                last.what.reason == reason && last.what.message == message) {
                ++last.what.count;
                last.at = now;
                return;
            }
        }
        if (letters_.size() == Survey::dead_letters_most) letters_.pop_front();
        letters_.push_back({{{}, std::string(message), envelope.target, envelope.sender, reason, 1}, now});
    }

    /// The latest first.
    std::vector<Survey::RecentDeadLetter> list(TimePoint now) const {
        std::vector<Survey::RecentDeadLetter> all;
        for (auto letter = letters_.rbegin(); letter != letters_.rend(); ++letter) {
            all.push_back(letter->what);
            all.back().ago = now - letter->at;
        }
        return all;
    }

private:
    struct Letter {
        Survey::RecentDeadLetter what;
        TimePoint at;
    };
    std::deque<Letter> letters_;
};

}  // namespace zanni::detail
