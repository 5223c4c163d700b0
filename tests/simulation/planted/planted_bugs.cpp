// How many seeds does the simulator need to find a bug? Plants each one in turn and runs faulty conventions until one
// of them breaks a promise. Exit code 1 when a bug is not found within 10,000 seeds, or the sound code breaks one.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "faulty_run.hpp"
#include "log.hpp"
#include "planted.hpp"

namespace zanni::transport {

Bug planted_bug = Bug::none;

}  // namespace zanni::transport

namespace {

using zanni::transport::Bug;

constexpr std::uint64_t seeds_max = 10'000;
constexpr std::uint64_t sound_seeds = 200;

struct Planted {
    Bug bug;
    const char* name;
};
constexpr Planted bugs[] = {
    {Bug::duplicates_taken, "a duplicate is taken"},
    {Bug::gaps_taken, "a frame is taken before those that are missing"},
    {Bug::acknowledged_early, "what is behind a gap is acknowledged"},
    {Bug::stale_epoch_taken, "a late frame of an epoch that is over is taken"},
    {Bug::epoch_reused, "an epoch is used again"},
    {Bug::acknowledged_across_epochs, "an acknowledgement counts for the next epoch"},
    {Bug::resend_forgotten, "nothing is sent again after a reconnection"},
    {Bug::question_unanswered, "who asks what has arrived hears nothing"},
    {Bug::dropped_on_full_window, "what the window doesn't admit is dropped"},
    {Bug::unknown_unburied, "what was unacknowledged at the end becomes no dead letter"},
    {Bug::unsent_unburied, "what was never sent becomes no dead letter"},
    {Bug::last_batch_lost, "a process that leaves doesn't wait for its last batch"},
    {Bug::peers_not_asked, "after an interruption peers aren't asked whether they live"},
    {Bug::returned_ignored, "a broker's word that there is no such process is ignored"},
    {Bug::relief_forgotten, "who was paused for a congested way stays paused"},
    {Bug::dead_too_early, "a restarted broker says dead of who may come back"},
    {Bug::silent_link_used, "a direct link that has fallen silent is used on"},
    {Bug::silent_lane_used, "a lane that has fallen silent is used on"},
    {Bug::lane_loss_forgotten, "what went by a lane that broke counts as arrived"},
};

/// What went wrong first, and with which seed.
struct Found {
    std::uint64_t seed = 0;
    std::string what;
};

std::optional<Found> search(std::uint64_t count) {
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        try {
            zanni::test::FaultyRun run(seed);
            run.run();
        } catch (const std::exception& error) {
            const std::string what = error.what();
            return Found{seed, what.substr(0, what.find('\n'))};
        }
    }
    return std::nullopt;
}

bool find(const Planted& planted) {
    zanni::transport::planted_bug = planted.bug;
    const auto found = search(seeds_max);
    if (found)
        std::printf("| %s | %llu | %s |\n", planted.name, static_cast<unsigned long long>(found->seed),
                    found->what.c_str());
    else
        std::printf("| %s | not within %llu | |\n", planted.name, static_cast<unsigned long long>(seeds_max));
    std::fflush(stdout);
    return found.has_value();
}

}  // namespace

int main(int argc, char** argv) {
    zanni::log::set_level("off");
    std::printf("| bug | found by seed | as |\n|---|---:|---|\n");
    if (const auto broken = search(sound_seeds)) {
        std::printf("| none | %llu | %s |\n", static_cast<unsigned long long>(broken->seed), broken->what.c_str());
        return EXIT_FAILURE;
    }
    bool all_found = true;
    for (const Planted& planted : bugs)
        if (argc < 2 || std::string_view(planted.name).find(argv[1]) != std::string_view::npos)
            all_found = find(planted) && all_found;
    return all_found ? EXIT_SUCCESS : EXIT_FAILURE;
}
