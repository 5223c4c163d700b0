#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <zanni/random.hpp>
#include <zanni/simulated_convention.hpp>

#include "courier.hpp"

namespace zanni::test {

/// One convention of three hosts, with couriers that write to each other while everything goes wrong that can, drawn
/// from the seed; then all is mended, and what became of each letter is looked at.
///
/// In every other run nothing lasts longer than the convention bears: then every letter between living couriers must
/// come, and nobody may be told of an end that wasn't.
class FaultyRun {
public:
    explicit FaultyRun(std::uint64_t seed);

    /// Errors: throws SimulationFailed when a promise was broken.
    void run();

    std::uint64_t letters() const { return letters_; }  ///< written in all
    std::uint64_t frames_by_lanes() const { return convention_.frames_by_lanes(); }
    std::uint64_t trace_hash() const { return convention_.trace_hash(); }

    static const Registry& registry();

private:
    struct Clerk {
        std::string host;
        Address courier;
        Address watched;
        bool lives = true;
        Received received;
    };

    void end_application();
    bool is_short() const { return convention_.seed() % 2 == 0; }
    Duration lasting(Duration low, Duration high);
    static SimulatedConvention::Options options(std::uint64_t seed);
    void note(const std::string& what);
    void live_through_it();
    void hire();
    void write();
    void go_wrong();
    void cut();
    void stop();
    void kill_process();
    void kill_broker();
    void kill_host();
    void worsen_link();
    void reset_links();
    void trouble_direct_link();
    void break_lanes();
    void part_workers();
    void mend();
    void collect();
    void check() const;
    void check_letters(const Clerk& from, const Clerk& to) const;
    void check_down(const Clerk& watcher) const;
    void check_farewell() const;
    const std::string& any_host();
    const std::string& any_worker();
    Duration between(Duration low, Duration high);
    std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
    const Clerk& clerk_of(const Address& courier) const;

    SeededRandom random_;
    SimulatedConvention convention_;
    std::vector<std::string> hosts_;
    const bool powers_off_;    // may a worker lose its power?
    bool are_parted_ = false;  // the workers: they go by way of the leader
    std::map<std::string, System*> applications_;
    std::vector<Clerk> clerks_;
    std::string history_;
    System* leaving_ = nullptr;  // an application whose courier writes, and which then ends in order
    Address leaver_;
    std::size_t leaver_to_ = 0;
    std::uint64_t farewells_ = 0;
    std::uint64_t letters_ = 0;
    std::uint64_t each_ = 0;  // letters from each clerk to each of its addressees
};

}  // namespace zanni::test
