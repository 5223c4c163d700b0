#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/clock.hpp>

#include "control.hpp"

namespace zanni::broker {

/// Who has which name in the convention: the leader's list. It is made anew from its members' claims by every leader.
/// Pure.
///
/// Threads: one.
/// Source: ADR 0013.
class NameBook {
public:
    static constexpr std::size_t names_max = 100'000;

    struct Verdict {
        Address owner;    ///< none: there are too many names
        Address evicted;  ///< who had it until now, and has to end; none but after hosts were apart
    };
    /// Of two that have had the name the one keeps it that has had it for longer; the lower address if both have had it
    /// for the same time. While `may_be_taken` a name that isn't in the book may have an owner who has yet to say so:
    /// no verdict then.
    std::optional<Verdict> claim(const transport::NameClaim& claim, TimePoint now, bool may_be_taken);
    void release(const std::string& name, const Address& claimer);
    /// None when nobody has it.
    Address find(const std::string& name) const;

    void process_gone(std::uint64_t process);
    void host_gone(std::uint32_t host);
    /// No others of that host's processes live.
    void keep_only(std::uint32_t host, const std::set<std::uint64_t>& processes);

    struct Entry {
        Address owner;
        TimePoint since;
    };
    const std::map<std::string, Entry>& entries() const { return entries_; }

private:
    std::map<std::string, Entry> entries_;
};

}  // namespace zanni::broker
