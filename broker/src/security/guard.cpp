#include "security/guard.hpp"

#include <algorithm>
#include <utility>

#include "process_id.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

std::unexpected<Error> refused(std::string why) { return std::unexpected(Error{Error::refused, std::move(why)}); }

/// All links of a host are one: whoever has one may have the next.
std::uint64_t bound_id(const Peer& peer) {
    const std::uint64_t process = peer.process();
    return is_link(process) ? process_id(host_of(process), first_link_number) : process;
}

}  // namespace

Guard::Guard()
    : known_{{Role::admin, Role::nobody, "a process of this machine"}, {Role::admin, Role::nobody, "anybody"}} {}

std::optional<KeyId> Guard::id_of(const PublicKey& key) {
    if (const auto found = ids_.find(key); found != ids_.end()) return found->second;
    if (known_.size() >= keys_max) return {};
    known_.emplace_back().key = key;
    return ids_[key] = static_cast<KeyId>(known_.size() - 1);
}

std::vector<KeyId> Guard::put(const KeyRing& ring) {
    std::vector<Role> before;
    before.reserve(known_.size());
    for (const Known& known : known_) before.push_back(known.role);
    for (const auto& [key, id] : ids_) known_[id].role = Role::nobody;
    why_out_ = ring.why_out;
    for (const KnownKey& entry : ring.keys) {
        const auto id = id_of(entry.key);
        if (!id) continue;
        known_[*id].role = entry.revoked ? Role::nobody : entry.role;
        known_[*id].name = entry.name;
    }
    for (const OpenToken& token : ring.tokens) {
        const auto id = id_of(token.key);
        if (!id || known_[*id].spent) continue;  // it may still lie on the disk
        known_[*id].role = Role::newcomer;
        known_[*id].gives = token.role;
        known_[*id].name = "with a token";
        known_[*id].expires = token.expires;
    }
    std::vector<KeyId> out;
    for (KeyId id = 0; id < before.size(); ++id)
        if (before[id] >= Role::client && known_[id].role == Role::nobody) out.push_back(id);
    return out;
}

std::expected<KeyId, Error> Guard::handshake(const PublicKey& key, TimePoint now) {
    const auto found = ids_.find(key);
    if (found == ids_.end()) return refused("a key that is not known here: " + to_text(key));
    const Known& known = known_[found->second];
    if (known.role == Role::newcomer && now >= known.expires) return refused("a token that has expired");
    if (known.spent) return refused("a token that is spent");
    if (known.role == Role::nobody) return refused("the revoked key of " + known.name);
    return found->second;
}

std::expected<void, Error> Guard::admit(const Peer& from, KeyId who) {
    const Role role = role_of(who);
    if (role == Role::nobody) return refused(why_out_);
    if (from.process() == 0) return {};  // libzmq chose the id: it is of one connection only
    if (role == Role::newcomer) return refused("a newcomer has no process id");
    if (is_link(from.process()) && role < Role::host) return refused("only a host's key may speak for a host");
    const auto owner = owners_.find(bound_id(from));
    if (owner == owners_.end())
        bind(bound_id(from), who);
    else if (owner->second.key != who)
        return refused("a routing id that belongs to another key");
    return {};
}

std::optional<KeyId> Guard::owner_of(const Peer& peer) const {
    const auto owner = owners_.find(bound_id(peer));
    return owner == owners_.end() ? std::nullopt : std::optional(owner->second.key);
}

void Guard::issued(std::uint64_t process, KeyId who) {
    const std::uint64_t id = bound_id(Peer(process));
    if (const auto squatter = owners_.find(id); squatter != owners_.end() && squatter->second.key != who) {
        std::erase(known_[squatter->second.key].routing_ids, id);
        owners_.erase(squatter);
    }
    if (!owners_.contains(id)) bind(id, who);
}

void Guard::belongs(std::uint32_t host, const PublicKey& key) {
    if (const auto who = ids_.find(key); who != ids_.end()) issued(process_id(host, first_link_number), who->second);
}

void Guard::in_use(const Peer& peer, bool is_used) {
    if (const auto owner = owners_.find(bound_id(peer)); owner != owners_.end()) owner->second.in_use = is_used;
}

void Guard::bind(std::uint64_t id, KeyId who) {
    owners_[id] = {who, false};
    auto& ids = known_[who].routing_ids;
    ids.push_back(id);
    for (std::size_t looks = ids.size(); ids.size() > routing_ids_max && looks > 0; --looks) {
        const std::uint64_t oldest = ids.front();
        ids.pop_front();
        if (owners_.at(oldest).in_use)
            ids.push_back(oldest);
        else
            owners_.erase(oldest);
    }
}

std::expected<void, Error> Guard::may_send(KeyId who, const FrameHeader& header,
                                           std::span<const std::byte> frame) const {
    const Role role = role_of(who);
    if (header.kind != FrameKind::control) {
        if (may_send_data(role)) return {};
        return refused(std::string("a ") + to_string(role) + " may not send to actors");
    }
    auto reader = RecordReader::open(header, frame);
    if (!reader) return {};  // whoever reads it will say what is wrong
    for (auto record = reader->next(); record && *record; record = reader->next())
        if (!may_say(role, (*record)->type))
            return refused("the role of this key, " + std::string(to_string(role)) + ", does not allow that");
    return {};
}

std::expected<Enrolment, Error> Guard::enrol(KeyId who, const Enrol& wish, TimePoint now) {
    if (role_of(who) != Role::newcomer) return refused("only a newcomer with a token enrols");
    if (now >= known_[who].expires) return refused("the token has expired");
    const auto key = parse_public_key(wish.key);
    if (!key) return std::unexpected(key.error());
    if (const auto fits = check_key_name(wish.name); !fits) return std::unexpected(fits.error());
    if (ids_.contains(*key)) return refused("that key is known here already");
    const auto id = id_of(*key);
    if (!id) return std::unexpected(Error{Error::overloaded, "too many keys in this broker's life"});
    known_[*id].name = free_name(wish.name);
    known_[*id].role = known_[who].gives;
    known_[who].role = Role::nobody;
    known_[who].spent = true;
    return Enrolment{*known_[who].key, {*key, known_[*id].role, known_[*id].name, false}};
}

/// A revoked key keeps its name.
std::string Guard::free_name(const std::string& wish) const {
    const auto is_taken = [this](const std::string& name) {
        return std::ranges::any_of(known_, [&](const Known& known) { return known.name == name; });
    };
    if (!is_taken(wish)) return wish;
    const std::string stem = wish.substr(0, key_name_bytes_max - 7);
    for (std::size_t number = 2;; ++number)
        if (const std::string name = stem + "-" + std::to_string(number); !is_taken(name)) return name;
}

std::string Guard::key_of(KeyId who) const {
    return who < known_.size() && known_[who].key ? to_text(*known_[who].key) : std::string();
}

std::string Guard::show(KeyId who) const {
    if (who >= known_.size()) return "nobody";
    const Known& known = known_[who];
    if (who == local_key || who == anonymous_key) return known.name;
    if (known.spent || known.role == Role::newcomer) return "a newcomer with a token";
    return known.role == Role::nobody ? known.name : std::string(to_string(known.role)) + " " + known.name;
}

}  // namespace zanni::broker
