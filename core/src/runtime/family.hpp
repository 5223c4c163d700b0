#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include <zanni/address.hpp>

namespace zanni::detail {

/// Which parents and children of this process's actors live in other processes: who must hear when one of those is
/// gone.
///
/// Threads: any.
class Family {
public:
    struct Bond {
        Address child;
        Address parent;
    };

    /// The far end of the bond is whichever of the two is in `process`.
    void add(std::uint64_t process, const Bond& bond);
    void remove(std::uint64_t process, const Address& child);
    /// Every bond into the process, which it forgets.
    std::vector<Bond> take(std::uint64_t process);
    /// The processes of the host that there is a bond to.
    std::vector<std::uint64_t> processes_of(std::uint32_t host);

private:
    std::mutex mutex_;                                                               // guards bonds_
    std::unordered_map<std::uint64_t, std::unordered_map<Address, Address>> bonds_;  // process -> child -> parent
};

}  // namespace zanni::detail
