#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/actor_traits.hpp>
#include <zanni/capability.hpp>
#include <zanni/error.hpp>

namespace zanni {

/// An actor type that a host can create by name.
struct TypeEntry {
    std::string name;
    Requirements requirements;
    bool isolated = false;  ///< each of its actors has a process of its own
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
};

/// The hosts of a convention, as far as they are known here; and the choice of one for a new actor.
///
/// Threads: one at a time.
class ConventionTable {
public:
    /// A new host, or news of one.
    void put(HostEntry entry);
    void remove(std::uint32_t host);
    void clear() {
        hosts_.clear();
        chosen_.clear();
    }

    const HostEntry* find(std::uint32_t host) const;
    const std::vector<HostEntry>& hosts() const { return hosts_; }

    /// The common actor process of `own_host` if it fits, else of the fitting host that this table has chosen least
    /// often. Errors: Error::unknown_type when no host has the type, else Error::unmet_requirement; both say per host
    /// what is missing.
    std::expected<std::uint64_t, Error> choose(std::uint32_t own_host, std::string_view type_name,
                                               const Requirements& extra);

    /// By the first host that has loaded it.
    Isolation isolation_of(std::string_view type_name) const;

private:
    struct Fit {
        bool knows_type = false;
        std::string missing;  ///< empty when the host fits
    };
    static Fit fit(const HostEntry& host, std::string_view type_name, const Requirements& extra);

    std::vector<HostEntry> hosts_;       // by id
    std::vector<std::uint64_t> chosen_;  // times, beside hosts_
};

}  // namespace zanni
