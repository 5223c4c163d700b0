#include "name_claims.hpp"

#include <algorithm>

namespace zanni::transport {

namespace {

constexpr Duration wait_max = std::chrono::hours(24 * 365);  // so that no sum of times overflows

}  // namespace

void NameClaims::claim(const std::string& name, const Address& claimer, Duration longest) {
    claims_[{name, claimer}] = {Stage::claimed, longest};
    due_ = TimePoint::min();
}

void NameClaims::release(const std::string& name, const Address& claimer) {
    const auto claimed = claims_.find({name, claimer});
    if (claimed == claims_.end()) return;
    claimed->second.stage = Stage::releasing;
    claimed->second.say_at = due_ = TimePoint::min();
}

void NameClaims::find(const std::string& name, const Address& asker, Duration longest) {
    questions_[{name, asker}] = {longest};
    due_ = TimePoint::min();
}

std::vector<NameClaims::Word> NameClaims::take_words(TimePoint now) {
    std::vector<Word> words;
    if (now < due()) return words;
    due_ = TimePoint::max();
    say_claims(now, words);
    say_questions(now, words);
    say_everything_ = false;
    return words;
}

void NameClaims::say_claims(TimePoint now, std::vector<Word>& words) {
    ClaimNames batch;
    for (auto& [key, claimed] : claims_) {
        const auto& [name, claimer] = key;
        if (say_everything_ || now >= claimed.say_at) {
            if (claimed.stage == Stage::claimed && claimed.until == TimePoint::max())
                claimed.until = now + std::min(claimed.longest, wait_max);
            claimed.say_at = claimed.stage == Stage::held ? TimePoint::max() : now + retry_after_;
            if (claimed.stage == Stage::releasing)
                words.emplace_back(ReleaseName{name, claimer});
            else if (claimed.stage == Stage::held)
                batch.claims.push_back({name, claimer, true, now - claimed.held_since});
            else
                batch.claims.push_back({name, claimer});
        }
        due_ = std::min({due_, claimed.say_at, claimed.until});
        if (batch.claims.size() == claims_per_message) words.emplace_back(std::exchange(batch, {}));
    }
    if (!batch.claims.empty()) words.emplace_back(std::move(batch));
}

/// Who asked has a clock of his own; when that has run out, nobody is told.
void NameClaims::say_questions(TimePoint now, std::vector<Word>& words) {
    std::erase_if(questions_, [&](const auto& entry) { return entry.second.until <= now; });
    for (auto& [key, asked] : questions_) {
        if (say_everything_ || now >= asked.say_at) {
            if (asked.until == TimePoint::max()) asked.until = now + std::min(asked.longest, wait_max);
            asked.say_at = now + retry_after_;
            words.emplace_back(FindName{key.first, key.second});
        }
        due_ = std::min({due_, asked.say_at, asked.until});
    }
}

std::vector<NameClaims::Expired> NameClaims::take_expired(TimePoint now) {
    std::vector<Expired> expired;
    if (now < due_) return expired;
    for (auto& [key, claimed] : claims_) {
        if (claimed.stage != Stage::claimed) continue;
        if (claimed.until == TimePoint::max()) claimed.until = now + std::min(claimed.longest, wait_max);
        if (now < claimed.until) continue;
        expired.push_back({key.first, key.second});
        claimed = {Stage::releasing};  // the leader may have heard of it
        due_ = TimePoint::min();
    }
    return expired;
}

NameClaims::Verdict NameClaims::on_given(const NameGiven& news, TimePoint now) {
    const auto claimed = claims_.find({news.name, news.claimer});
    if (claimed == claims_.end()) {
        if (news.owner == news.claimer) {  // what it asked twice was answered twice, and it wants it no more
            claims_[{news.name, news.claimer}] = {Stage::releasing};
            due_ = TimePoint::min();
        }
        return Verdict::ignored;
    }
    const bool is_ours = news.owner == news.claimer;
    switch (claimed->second.stage) {
        case Stage::releasing:
            return Verdict::ignored;  // it is said already
        case Stage::held:
            if (is_ours) return Verdict::ignored;
            claims_.erase(claimed);
            return Verdict::evicted;
        case Stage::claimed:
            break;
    }
    if (is_ours)
        claimed->second = {Stage::held, {}, TimePoint::max(), now, TimePoint::max()};
    else
        claims_.erase(claimed);
    return Verdict::decided;
}

void NameClaims::on_released(const NameReleased& news) {
    const auto claimed = claims_.find({news.name, news.claimer});
    if (claimed != claims_.end() && claimed->second.stage == Stage::releasing) claims_.erase(claimed);
}

}  // namespace zanni::transport
