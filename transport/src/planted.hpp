#pragma once

/// Bugs that a test switches on one at a time, to show that the simulator finds them. They exist only in what is
/// compiled with ZANNI_PLANTED_BUGS, which no library or program is.
namespace zanni::transport {

enum class Bug {
    none,
    duplicates_taken,            ///< a frame that has come is taken again
    gaps_taken,                  ///< a frame is taken before those that are missing
    acknowledged_early,          ///< what is behind a gap counts as come
    stale_epoch_taken,           ///< a late frame of a life of the channel that is over is taken
    epoch_reused,                ///< the next life of a channel has the number of the last
    acknowledged_across_epochs,  ///< an acknowledgement of the last life counts for this one
    resend_forgotten,            ///< after a reconnection nothing is sent again
    question_unanswered,         ///< who asks what has arrived hears nothing
    dropped_on_full_window,      ///< what the window doesn't admit is dropped
    unknown_unburied,            ///< what was unacknowledged at the end becomes no dead letter
    unsent_unburied,             ///< likewise what was never sent
    last_batch_lost,             ///< a process that leaves doesn't wait for what is gathered
    peers_not_asked,             ///< after an interruption nobody asks whether the others are still there
    returned_ignored,            ///< a broker's word that there is no such process is not heard
    relief_forgotten,            ///< who was paused for a congested way stays so
    dead_too_early,              ///< a restarted broker says of a process not registered yet that there is none
    silent_link_used,            ///< a direct link that has fallen silent is used on
    silent_lane_used,            ///< likewise a lane between two processes
    lane_loss_forgotten,         ///< what went by a lane that broke counts as arrived
};

#ifdef ZANNI_PLANTED_BUGS
extern Bug planted_bug;
inline bool has(Bug bug) { return planted_bug == bug; }
#else
constexpr bool has(Bug) { return false; }
#endif

}  // namespace zanni::transport
