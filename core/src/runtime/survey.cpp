#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include <zanni/survey.hpp>

#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

/// What a process says of itself to tools.
namespace zanni::detail {

namespace {

/// Sorts the actors into their types, and keeps those that are to be named.
class Surveyor {
public:
    Surveyor(Survey& survey, std::size_t named_most, bool messages)
        : survey_(survey), named_most_(named_most), messages_(messages) {}

    void add_type(const ActorType& type, const HandlerTimes& times) {
        if (const auto place = place_of(type)) survey_.types[*place].handler_times = times;
    }
    void add(const Cell& cell, const Address& address) {
        const ActorType* const type = cell.type;
        if (!type) return;  // it is being made
        const auto place = place_of(*type);
        if (!place) return;
        Survey::Actor actor{address, cell.parent, *place, {}, cell.mailbox.depth(), cell.taken};
        Survey::Type& all = survey_.types[*place];
        ++all.actors;
        all.waiting += actor.waiting;
        all.taken += actor.taken;
        all.deepest = std::max(all.deepest, actor.waiting);
        name(std::move(actor));
    }

private:
    /// The type's in the survey; nothing when that is full.
    std::optional<std::uint32_t> place_of(const ActorType& type) {
        if (const auto found = places_.find(&type); found != places_.end()) return found->second;
        if (survey_.types.size() == Survey::types_most) return std::nullopt;
        const auto place = static_cast<std::uint32_t>(survey_.types.size());
        Survey::Type& added = survey_.types.emplace_back();
        added.name = type.name;
        for (const Handler& handler : messages_ ? type.handlers : std::span<const Handler>{})
            if (handler.describe) added.messages.push_back(handler.describe());
        return places_[&type] = place;
    }
    /// While there are too many, those before whom least waits make room: a heap, with them on top.
    void name(Survey::Actor actor) {
        constexpr auto waits_longer = [](const Survey::Actor& a, const Survey::Actor& b) {
            return a.waiting > b.waiting;
        };
        auto& listed = survey_.listed;
        if (listed.size() < named_most_) {
            listed.push_back(std::move(actor));
            if (listed.size() == named_most_) std::ranges::make_heap(listed, waits_longer);
        } else if (named_most_ != 0 && actor.waiting > listed.front().waiting) {
            std::ranges::pop_heap(listed, waits_longer);
            listed.back() = std::move(actor);
            std::ranges::push_heap(listed, waits_longer);
        }
    }

    Survey& survey_;
    const std::size_t named_most_;
    const bool messages_;
    std::unordered_map<const ActorType*, std::uint32_t> places_;
};

}  // namespace

Survey Runtime::survey(const SurveyRequest& request) {
    Survey survey;
    survey.process = parts_.process;
    survey.actors = cells_.live();
    const std::size_t wanted = std::min<std::size_t>(request.actors_max, Survey::actors_most);
    Surveyor surveyor(survey, survey.actors <= wanted ? wanted : std::min(wanted, Survey::busiest_most),
                      request.messages);
    for (const auto& [type, times] : handler_clock_.times()) surveyor.add_type(*type, times);
    cells_.for_each_live([&](const Cell& cell, const Address& address) { surveyor.add(cell, address); });
    add_names(survey);
    survey.accounts = counters_.accounts();
    survey.slow_handlers = counters_.of(Counters::slow_handlers);
    if (parts_.gateway) parts_.gateway->add_to(survey);
    const std::scoped_lock lock(reported_mutex_);
    survey.dead_letters = recent_dead_letters_.list(now());
    return survey;
}

void Runtime::add_names(Survey& survey) {
    std::unordered_map<Address, std::string> names;
    {
        const std::scoped_lock lock(names_mutex_);
        for (const auto& [name, known] : names_) names.emplace(known.address, name);
    }
    if (names.empty()) return;
    for (Survey::Actor& actor : survey.listed)
        if (const auto found = names.find(actor.address); found != names.end()) actor.name = found->second;
}

void Runtime::tell_survey(const Envelope& envelope) {
    const auto request = read_as<SurveyRequest>(envelope);
    if (request && envelope.sender) send(make_envelope(envelope.sender, itself(), survey(*request)));
}

}  // namespace zanni::detail
