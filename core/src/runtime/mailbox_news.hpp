#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <zanni/address.hpp>

namespace zanni::detail {

class Cell;

/// Which mailboxes other processes have been told to be full, and which of theirs they have told us of. A mailbox is
/// told of once to each process, until it has drained.
///
/// Threads: any, under Pauses::mutex.
/// Limits: elsewhere_max; of further full mailboxes nothing is known here, and nobody waits for them.
class MailboxNews {
public:
    static constexpr std::size_t elsewhere_max = 100'000;

    struct Told {
        std::uint64_t process;
        Address target;  ///< as its messages named the cell's actor
        friend auto operator<=>(const Told&, const Told&) = default;
    };

    // ---- Here

    /// False when it knows already.
    bool tell_full(const Cell& cell, const Told& told) { return here_[&cell].insert(told).second; }
    bool is_told_full(const Cell& cell) const { return here_.contains(&cell); }
    /// Whom to tell that it has drained; in order, so that a simulation repeats itself.
    std::set<Told> take_told(const Cell& cell) {
        auto told = here_.extract(&cell);
        return told ? std::move(told.mapped()) : std::set<Told>{};
    }
    void forget_told(std::uint64_t process) {
        for (auto& [cell, told] : here_)
            std::erase_if(told, [process](const Told& one) { return one.process == process; });
        std::erase_if(here_, [](const auto& entry) { return entry.second.empty(); });
    }

    // ---- Elsewhere

    void full_elsewhere(const Address& target) {
        if (elsewhere_.size() < elsewhere_max) elsewhere_.insert(target);
    }
    bool is_full_elsewhere(const Address& target) const { return elsewhere_.contains(target); }
    void drained_elsewhere(const Address& target) { elsewhere_.erase(target); }
    template <class Concerns>
    void forget_elsewhere(Concerns concerns) {
        std::erase_if(elsewhere_, concerns);
    }
    std::size_t full_elsewhere_count() const { return elsewhere_.size(); }

private:
    std::unordered_map<const Cell*, std::set<Told>> here_;  // no set is empty
    std::unordered_set<Address> elsewhere_;
};

}  // namespace zanni::detail
