#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include <zanni/envelope.hpp>

namespace zanni::detail {

/// What the actors of a host that was lost don't know: which of their bonds with actors of this process are over. Kept
/// until the host is back, should it have been cut off only; then both sides have heard the same.
/// Limits: so many words; then those for the host that was lost first are forgotten.
/// Threads: any.
class BrokenBonds {
public:
    static constexpr std::size_t words_max = 100'000;

    void keep(std::uint32_t host, EnvelopePtr word) {
        const std::scoped_lock lock(mutex_);
        if (hosts_.empty() || hosts_.back().first != host) hosts_.emplace_back(host, Words());
        hosts_.back().second.push_back(std::move(word));
        for (++count_; count_ > words_max; hosts_.pop_front()) count_ -= hosts_.front().second.size();
    }

    std::vector<EnvelopePtr> take(std::uint32_t host) {
        const std::scoped_lock lock(mutex_);
        Words words;
        std::erase_if(hosts_, [&](auto& entry) {
            if (entry.first != host) return false;
            for (auto& word : entry.second) words.push_back(std::move(word));
            return true;
        });
        count_ -= words.size();
        return words;
    }

private:
    using Words = std::vector<EnvelopePtr>;
    std::mutex mutex_;                                   // guards the rest
    std::deque<std::pair<std::uint32_t, Words>> hosts_;  // in the order in which they were lost
    std::size_t count_ = 0;
};

}  // namespace zanni::detail
