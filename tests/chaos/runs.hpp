#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "report.hpp"
#include "stage.hpp"

/// The two kinds of run: many faults, one after the other; or one fault again and again under full traffic.
namespace chaos {

struct Schedule {
    std::chrono::duration<double, std::ratio<60>> time{};
    bool brief = false;               ///< without the faults that last long
    std::vector<std::string> faults;  ///< only these; empty: all
};
/// Errors: throws std::runtime_error for a fault that there isn't.
void run_faults(Stage& stage, const Schedule& schedule, Report& report);

/// `kills` times: a share of the messages at full speed, and in the middle of it kill -9 of the leader's and the
/// workers' brokers in turns, each started again.
void run_kills(Stage& stage, std::uint64_t kills, std::uint64_t messages, Report& report);

}  // namespace chaos
