/// Modules that are loaded at run time: a tool asks, every actor process of this host answers.
#include <algorithm>
#include <string>
#include <utility>

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

constexpr Duration load_longest = std::chrono::seconds(10);

}  // namespace

void Broker::on_load_module(const Peer& from, const LoadModule& wish, TimePoint now) {
    if (from.process() != 0) return;  // an operator's tool asks, never a process
    if (const auto fits = check(wish); !fits) return refuse(from, fits.error());
    const bool is_new = std::ranges::find(modules_, wish.path) == modules_.end();
    if (loads_.size() >= loads_max || (is_new && modules_.size() >= modules_max))
        return refuse(from, {Error::overloaded, "this host has too many modules to load already"});
    Load load{from, wish.path, {}, {}, now + load_longest};
    for (const auto& [process, known] : processes_.known())
        if (known.end_shows == Processes::EndShows::as_child) load.awaited.insert(process);
    if (load.awaited.empty())
        return refuse(from, {Error::refused, "host " + self_.name + " runs no actor process at the moment"});
    for (const std::uint64_t process : load.awaited) send(Peer(process), wish);
    loads_.push_back(std::move(load));
}

void Broker::on_module_loaded(const Peer& from, const ModuleLoaded& news) {
    const std::uint64_t process = from.process();
    const auto load = std::ranges::find_if(
        loads_, [&](const Load& each) { return each.path == news.path && each.awaited.contains(process); });
    if (load == loads_.end() || !processes_.knows(process)) return;
    load->awaited.erase(process);
    std::string failure = news.failure.value_or("");
    if (const auto fits = has_types(process, news.types); !fits) failure = fits.error().context;
    if (load->failure.empty()) load->failure = log::one_line(failure, text_bytes_max);
    end_loads();
}

/// A process of one actor, which began with the first `loaded` of them: the others come before its actor does.
void Broker::load_later_modules(std::uint64_t process, std::size_t loaded) {
    for (; loaded < modules_.size(); ++loaded) send(Peer(process), LoadModule{modules_[loaded]});
    for (Load& load : loads_) {
        send(Peer(process), LoadModule{load.path});
        load.awaited.insert(process);
    }
}

/// What a process can create, unless that is more than anybody takes.
std::expected<void, Error> Broker::has_types(std::uint64_t process, const std::vector<TypeEntry>& types) {
    Register registration = processes_.known().at(process).registration;
    registration.types = types;
    HostEntry next = self_;
    if (process == self_.actor_process) next.types = types;
    auto fits = check(registration);
    if (fits) fits = check(next);
    if (!fits) return fits;
    processes_.has_types(process, types);
    if (std::ranges::equal(next.types, self_.types, {}, &TypeEntry::name, &TypeEntry::name)) return {};
    self_.types = types;
    self_changed();
    return {};
}

void Broker::loads_without(std::uint64_t process, const std::string& why) {
    for (Load& load : loads_)
        if (load.awaited.erase(process) && load.failure.empty() && !is_isolated(process))  // that ends with its actor
            load.failure = "module " + load.path + ": the actor process ended meanwhile: " + why;
    end_loads();
}

void Broker::give_up_late_loads(TimePoint now) {
    for (Load& load : loads_) {
        if (now < load.until || load.awaited.empty()) continue;
        load.awaited.clear();
        load.failure = "module " + load.path + ": an actor process doesn't answer";
    }
    end_loads();
}

/// Whoever asked hears of it when everybody has been told of the new types.
void Broker::end_loads() {
    for (auto load = loads_.begin(); load != loads_.end();) {
        if (!load->awaited.empty()) {
            ++load;
            continue;
        }
        if (!load->failure.empty()) {
            log::warn(load->failure);
            refuse(load->requester, {Error::bad_input, load->failure});
        } else {
            log::info("module " + load->path + " is loaded");
            if (std::ranges::find(modules_, load->path) == modules_.end()) modules_.push_back(load->path);
            remember();
            send(load->requester, ModuleLoaded{load->path, std::nullopt, self_.types, self_.name});
        }
        load = loads_.erase(load);
    }
}

}  // namespace zanni::broker
