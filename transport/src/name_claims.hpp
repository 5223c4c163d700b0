#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/clock.hpp>

#include "control.hpp"

namespace zanni::transport {

/// What one process wants of the convention's names, and has: says it to the broker until the leader answers, and again
/// to every leader. So nobody on the way has to remember anything. Pure.
///
/// Threads: one.
/// Source: ADR 0013.
class NameClaims {
public:
    /// In one message.
    static constexpr std::size_t claims_per_message = 200;

    /// What is not answered is said again after so long.
    explicit NameClaims(Duration retry_after) : retry_after_(retry_after) {}

    void claim(const std::string& name, const Address& claimer, Duration longest);
    void release(const std::string& name, const Address& claimer);
    void find(const std::string& name, const Address& asker, Duration longest);

    /// All is to be said anew: the broker has another leader, or has joined him again.
    void say_all() { say_everything_ = true; }
    void set_retry_after(Duration time) { retry_after_ = time; }

    using Word = std::variant<ClaimNames, ReleaseName, FindName>;
    /// What is to be said now.
    std::vector<Word> take_words(TimePoint now);
    struct Expired {
        std::string name;
        Address claimer;
    };
    /// Claims that nobody has answered in their time. They are withdrawn.
    std::vector<Expired> take_expired(TimePoint now);
    /// When one of these two has something, if nothing else happens.
    TimePoint due() const { return say_everything_ ? TimePoint::min() : due_; }

    enum class Verdict {
        ignored,  ///< nobody waits for it
        decided,  ///< the claimer has it, or another does
        evicted,  ///< the claimer had it, and has to end
    };
    Verdict on_given(const NameGiven& news, TimePoint now);
    void on_released(const NameReleased& news);
    /// False when nobody waits for it.
    bool on_found(const NameFound& news) { return questions_.erase({news.name, news.asker}) == 1; }

private:
    using Key = std::pair<std::string, Address>;
    enum class Stage : std::uint8_t { claimed, held, releasing };
    struct Claimed {
        Stage stage = Stage::claimed;
        Duration longest{};
        TimePoint until = TimePoint::max();  ///< from when it was first said on
        TimePoint held_since{};
        TimePoint say_at = TimePoint::min();
    };
    struct Asked {
        Duration longest{};
        TimePoint until = TimePoint::max();
        TimePoint say_at = TimePoint::min();
    };
    void say_claims(TimePoint now, std::vector<Word>& words);
    void say_questions(TimePoint now, std::vector<Word>& words);

    Duration retry_after_;
    std::map<Key, Claimed> claims_;
    std::map<Key, Asked> questions_;
    bool say_everything_ = false;
    TimePoint due_ = TimePoint::max();
};

}  // namespace zanni::transport
