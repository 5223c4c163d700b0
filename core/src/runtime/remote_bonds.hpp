#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <zanni/address.hpp>

namespace zanni::detail {

/// Which actors of this process are bound to which of other processes: who must hear when one of those is gone. One of
/// these for each kind of bond: a child and its parent, one watched and its watcher, two that are linked, one asked and
/// its asker.
///
/// Threads: any.
class RemoteBonds {
public:
    struct Bond {
        Address subject;   ///< the child, the watched, the asked
        Address observer;  ///< the parent, the watcher, the asker
        friend bool operator==(const Bond&, const Bond&) = default;
    };

    /// The far end of the bond is whichever of the two is in `process`.
    void add(std::uint64_t process, const Bond& bond);
    void remove(std::uint64_t process, const Bond& bond);
    /// Every bond into the process, which it forgets. In order, so that a simulation repeats itself.
    std::vector<Bond> take(std::uint64_t process);
    /// The processes of the host that there is a bond to.
    std::vector<std::uint64_t> processes_of(std::uint32_t host);

private:
    struct Hash {
        std::size_t operator()(const Bond& bond) const {
            return std::hash<Address>{}(bond.subject) * 31 + std::hash<Address>{}(bond.observer);
        }
    };
    std::mutex mutex_;                                                         // guards bonds_
    std::unordered_map<std::uint64_t, std::unordered_set<Bond, Hash>> bonds_;  // by process
};

}  // namespace zanni::detail
