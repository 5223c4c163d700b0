#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/actor_traits.hpp>
#include <zanni/capability.hpp>
#include <zanni/error.hpp>
#include <zanni/gateway.hpp>
#include <zanni/random.hpp>

namespace zanni {

/// An actor type that a host can create by name.
struct TypeEntry {
    std::string name;
    Requirements requirements;
    bool isolated = false;  ///< each of its actors has a process of its own
    friend bool operator==(const TypeEntry&, const TypeEntry&) = default;
};

/// What the convention knows about one host.
struct HostEntry {
    std::uint32_t id = 0;
    std::string name;
    std::string version;
    bool leader = false;
    Capabilities capabilities;
    std::uint64_t actor_process = 0;       ///< the common one; 0 while there is none
    std::vector<TypeEntry> types;          ///< that it can create
    std::vector<std::string> endpoints{};  ///< where brokers of other hosts may connect
    std::uint64_t actors = 0;              ///< that run there, of all its processes, as of its last word
    std::string key{};      ///< whoever answers at its endpoints must prove to have it, 64 digits; empty: none has keys
    bool draining = false;  ///< it is to end soon: nothing more is placed there
    friend bool operator==(const HostEntry&, const HostEntry&) = default;
};

/// Whether a host can run an actor of that type, by what is known of it.
struct Fit {
    bool knows_type = false;
    std::string missing;  ///< "needs Memory GiB >= 64 (has 32)", "is draining"; empty when the host fits

    explicit operator bool() const { return missing.empty(); }
};
Fit fit(const HostEntry& host, std::string_view type_name, const Requirements& extra);

/// The hosts of a convention, as far as they are known here; and the choice of one for a new actor.
///
/// Threads: one at a time.
class ConventionTable {
public:
    /// A new host, or news of one.
    void put(HostEntry entry);
    /// So many actors run there now.
    void put_load(std::uint32_t host, std::uint64_t actors);
    void remove(std::uint32_t host);
    void clear() {
        hosts_.clear();
        chosen_.clear();
    }

    const HostEntry* find(std::uint32_t host) const;
    const std::vector<HostEntry>& hosts() const { return hosts_; }

    /// The common actor process of the host that the placement asks for, of those that fit. Nearest is `own_host`; else
    /// the best by load of two random ones and the one that this table has chosen least often. So many creators don't
    /// all run to the same host, and equal hosts get equally many even when nothing is heard of their loads. A host's
    /// load is what was last heard of it and what this table has chosen it for since.
    /// Errors: Error::unknown_type when no host has the type, else Error::unmet_requirement; both say per host
    /// what is missing.
    std::expected<std::uint64_t, Error> choose(std::uint32_t own_host, const Wanted& wanted, Random& random);

    /// By the first host that has loaded it.
    Isolation isolation_of(std::string_view type_name) const;

private:
    std::uint64_t load(std::size_t at) const { return hosts_[at].actors + chosen_[at]; }
    std::size_t best(std::vector<std::size_t> candidates, std::uint32_t own_host, Placement::Kind kind,
                     Random& random) const;

    std::vector<HostEntry> hosts_;       // by id
    std::vector<std::uint64_t> chosen_;  // times since the last word of its load, beside hosts_
};

}  // namespace zanni
