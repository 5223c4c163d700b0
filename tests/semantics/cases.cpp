#include "cases.hpp"

#include <algorithm>
#include <iterator>

namespace zanni::semantics {

std::vector<Case> all_cases() {
    std::vector<Case> all;
    for (const auto cases :
         {actors_cases(), lifecycle_cases(), ties_cases(), supervision_cases(), dispatch_cases(), failure_cases(),
          asking_cases(), timers_cases(), delivery_cases(), helpers_cases(), status_cases()})
        std::ranges::copy(cases, std::back_inserter(all));
    return all;
}

}  // namespace zanni::semantics
