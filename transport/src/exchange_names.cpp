/// The part of a process's dealings with its broker that is about names.
#include "control_frame.hpp"
#include "exchange.hpp"
#include "process_id.hpp"

namespace zanni::transport {

void Exchange::claim_name(const std::string& name, const Address& claimer, Duration longest) {
    const std::scoped_lock lock(channels_mutex_);
    names_.claim(name, claimer, longest);
}

void Exchange::release_name(const std::string& name, const Address& claimer) {
    const std::scoped_lock lock(channels_mutex_);
    names_.release(name, claimer);
}

void Exchange::find_name(const std::string& name, const Address& asker, Duration longest) {
    const std::scoped_lock lock(channels_mutex_);
    names_.find(name, asker, longest);
}

/// Needs channels_mutex_.
void Exchange::say_names(TimePoint now) {
    for (const auto& word : names_.take_words(now))
        std::visit(
            [this](const auto& message) {
                to_broker_.push_back(
                    control_frame(options_.process, process_id(host_of(options_.process), broker_number), message));
            },
            word);
}

void Exchange::give_up_claims(TimePoint now) {
    std::vector<NameClaims::Expired> expired;
    {
        const std::scoped_lock lock(channels_mutex_);
        expired = names_.take_expired(now);
    }
    for (const auto& [name, claimer] : expired)
        inbox_->name_refused(name, claimer,
                             {Error::timeout, "nobody has said whose the name '" + name +
                                                  "' is: the convention's leader does not answer"});
}

void Exchange::on_name_given(const NameGiven& news, TimePoint now) {
    NameClaims::Verdict verdict{};
    {
        const std::scoped_lock lock(channels_mutex_);
        verdict = names_.on_given(news, now);
    }
    if (verdict == NameClaims::Verdict::ignored) return;
    if (news.owner)
        inbox_->name_given(news.name, news.claimer, news.owner);
    else
        inbox_->name_refused(news.name, news.claimer, {Error::overloaded, "the convention has too many names"});
}

void Exchange::on_name_found(const NameFound& news) {
    bool is_awaited = false;
    {
        const std::scoped_lock lock(channels_mutex_);
        is_awaited = names_.on_found(news);
    }
    if (is_awaited) inbox_->name_found(news.name, news.asker, news.owner);
}

}  // namespace zanni::transport
