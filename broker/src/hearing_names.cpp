/// What the broker hears about names. A host's broker passes it on, up to the leader and back down, and remembers
/// nothing: what is lost on the way the process says again. The leader has the book.
#include <algorithm>
#include <set>

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"
#include "name_claims.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

std::uint64_t process_of(const Address& address) { return zanni::detail::parts_of(address).process; }

}  // namespace

/// Whether the sender may speak for that actor: as its process, or as the broker of its host. Counts what comes from
/// other hosts.
bool Broker::speaks_for(const Peer& from, const std::vector<Address>& actors) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host != 0) ++leadership_.news(host).received;
    if (host == 0 && !processes_.knows(from.process())) return false;
    const bool may = std::ranges::all_of(actors, [&](const Address& actor) {
        return host != 0 ? host_of(process_of(actor)) == host : process_of(actor) == from.process();
    });
    if (!may) refuse(from, {Error::refused, "a name for an actor of another process"});
    return may;
}

template <class M>
void Broker::pass_to_leader(const M& message) {
    if (!membership_.is_member()) return;
    ++membership_.news().sent;
    send_to_leader(message, true);
}

/// To that process, by its host's broker.
template <class M>
void Broker::tell_process(std::uint64_t process, const M& message) {
    if (processes_.knows(process)) return send(Peer(process), message);
    const auto member = leadership_.members().find(host_of(process));
    if (member == leadership_.members().end()) return;
    ++leadership_.news(member->first).sent;
    send(member->second.peer, message);
}

/// A leader that was started again doesn't know the names of members that have yet to come back.
bool Broker::names_are_settled(TimePoint now) const { return !was_here_before_ || now >= settled_at_; }

void Broker::on_claim_names(const Peer& from, const ClaimNames& news, TimePoint now) {
    if (news.claims.size() > NameClaims::claims_per_message)
        return refuse(from, {Error::too_large, "over " + std::to_string(NameClaims::claims_per_message) +
                                                   " names claimed in one message"});
    std::vector<Address> claimers;
    for (const NameClaim& claim : news.claims) {
        if (const auto fits = check_name("an actor's name", claim.name); !fits) return refuse(from, fits.error());
        claimers.push_back(claim.claimer);
    }
    if (!speaks_for(from, claimers)) return;
    if (!self_.leader) return pass_to_leader(news);
    for (const NameClaim& claim : news.claims) decide(claim, now);
}

void Broker::decide(const NameClaim& claim, TimePoint now) {
    const auto verdict = names_.claim(claim, now, !names_are_settled(now));
    if (!verdict) return;  // the process will ask again
    tell_process(process_of(claim.claimer), NameGiven{claim.name, claim.claimer, verdict->owner});
    if (!verdict->evicted) return;
    log::warn("two actors are named '" + claim.name + "', as hosts were apart: " + verdict->owner.to_string() +
              " keeps the name, " + verdict->evicted.to_string() + " has to end");
    if (verdict->evicted != claim.claimer)
        tell_process(process_of(verdict->evicted), NameGiven{claim.name, verdict->evicted, verdict->owner});
}

void Broker::on_release_name(const Peer& from, const ReleaseName& news) {
    if (const auto fits = check_name("an actor's name", news.name); !fits) return refuse(from, fits.error());
    if (!speaks_for(from, {news.claimer})) return;
    if (!self_.leader) return pass_to_leader(news);
    names_.release(news.name, news.claimer);
    tell_process(process_of(news.claimer), NameReleased{news.name, news.claimer});
}

void Broker::on_find_name(const Peer& from, const FindName& news, TimePoint now) {
    if (const auto fits = check_name("an actor's name", news.name); !fits) return refuse(from, fits.error());
    if (!speaks_for(from, {news.asker})) return;
    if (!self_.leader) return pass_to_leader(news);
    const Address owner = names_.find(news.name);
    if (!owner && !names_are_settled(now)) return;  // the process will ask again
    tell_process(process_of(news.asker), NameFound{news.name, news.asker, owner});
}

void Broker::on_host_processes(const Peer& from, const HostProcesses& news) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return;
    ++leadership_.news(host).received;
    names_.keep_only(host, {news.processes.begin(), news.processes.end()});
}

/// Before the names of those that live are claimed anew.
void Broker::tell_own_processes() {
    HostProcesses news;
    for (const auto& [process, known] : processes_.known()) news.processes.push_back(process);
    for (const auto& [process, resident] : awaited_) news.processes.push_back(process);
    pass_to_leader(news);
}

void Broker::on_name_given(const NameGiven& news) { tell_own(process_of(news.claimer), news); }
void Broker::on_name_released(const NameReleased& news) { tell_own(process_of(news.claimer), news); }
void Broker::on_name_found(const NameFound& news) { tell_own(process_of(news.asker), news); }

template <class M>
void Broker::tell_own(std::uint64_t process, const M& message) {
    ++membership_.news().received;
    if (processes_.knows(process)) send(Peer(process), message);
}

void Broker::on_names_request(const Peer& from) {
    if (!self_.leader)
        return refuse(from, {Error::refused, "host " + self_.name + " is not the leader, who alone knows the names"});
    NamesReply reply;
    reply.total = names_.entries().size();
    for (const auto& [name, entry] : names_.entries()) {
        if (reply.names.size() == names_shown_max) break;
        const HostEntry* const host = table_.find(host_of(process_of(entry.owner)));
        reply.names.push_back({name, entry.owner, host ? host->name : ""});
    }
    send(from, reply);
}

}  // namespace zanni::broker
