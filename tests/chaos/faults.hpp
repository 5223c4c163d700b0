#pragma once

#include <span>
#include <string_view>

#include "stage.hpp"

namespace chaos {

/// One thing that goes wrong and is mended again, while letters are under way.
struct Fault {
    enum class Time : bool { brief, lasting };          ///< brief ones are for every change
    enum class Harm : bool { none, host_may_be_lost };  ///< whether letters between the living may become dead letters

    std::string_view name;
    Time time;
    Harm harm;
    bool needs_links;
    void (*run)(Stage&);
};

std::span<const Fault> all_faults();

}  // namespace chaos
