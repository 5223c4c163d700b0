#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <zanni/clock.hpp>

#include "channel/channel_settings.hpp"
#include "frame.hpp"
#include "planted.hpp"

namespace zanni::transport {

/// A complete data frame, kept until the peer has acknowledged it.
struct KeptFrame {
    FrameHeader header;
    std::vector<std::byte> bytes;
    std::uint32_t messages = 0;  ///< that end in this frame: a large one does in that of its last part
    bool is_part = false;        ///< of a large message; it is alone in the frame then
    std::uint32_t words = 0;     ///< of these, those of the process itself, that nobody posted

    std::uint32_t posted() const { return messages - words; }
};

/// The half of a channel that sends: numbers frames, keeps them, and sends them again until they are acknowledged, as
/// many at a time as the peer's window allows. Pure: what is due and when; nothing is sent here.
///
/// Order of a frame's life: add() -> waiting_ -> next() -> sent_ -> on_word() frees it, or next() gives it once more.
/// What add_ahead() took leaves before all that waits, and doesn't wait for the last bytes of the window.
///
/// Threads: one at a time.
/// Source: ADR 0009.
class OutgoingStream {
public:
    explicit OutgoingStream(const ChannelSettings& settings)
        : settings_(settings),
          epoch_(settings.first_epoch),
          acknowledged_(settings.first_sequence - 1),
          peer_window_(settings.window_bytes),
          resend_next_(settings.first_sequence),
          resend_until_(settings.first_sequence),
          silence_(settings.ask_after) {}

    void add(KeptFrame frame);
    /// The frame holds no part of a large message.
    void add_ahead(KeptFrame frame);

    /// Whether next() would give a frame.
    bool can_send() const {
        return is_resending() || (!ahead_.empty() && may_send_ahead()) || (!waiting_.empty() && window_is_open());
    }
    bool window_is_open() const {
        return has_window(0) && (narrow_left_ == 0 || sent_bytes_ < settings_.narrow_window_bytes);
    }
    bool may_send_ahead() const { return peer_window_ != 0 && has_window(settings_.ahead_bytes); }
    /// The frame to send now, with epoch and sequence in its header; null when none may go. Good until on_word() or
    /// close().
    KeptFrame* next(TimePoint now);
    /// Something waits, here or before add(). If it is for the window, that may last too long from now on.
    void hold(TimePoint now);

    /// A question is to be sent: what has arrived?
    bool question_due() const { return question_due_; }
    bool take_question();

    /// What the peer says has arrived, in any of its frames of kind data and acknowledgement. False for what can't be.
    bool on_word(const FrameHeader& header, TimePoint now);

    /// The way has been interrupted: all that is unacknowledged goes once more.
    void resume(TimePoint now, Bug forgotten = Bug::resend_forgotten);
    /// Finds out whether the peer is still there.
    void ask(TimePoint now);

    TimePoint due() const;
    /// When tick() gives back what waits, if the window is still closed then.
    TimePoint expires_at() const;
    /// Has what is due by now happen. What was blocked for too long comes back.
    std::vector<KeptFrame> tick(TimePoint now);

    /// What is left when the peer is given up. What is sent afterwards belongs to another epoch.
    struct Rest {
        std::vector<KeptFrame> unknown;  ///< sent, maybe delivered
        std::vector<KeptFrame> unsent;
    };
    Rest close();

    std::uint16_t epoch() const { return epoch_; }
    /// As if the window were closed.
    void set_held(bool held) { held_ = held; }
    /// All that was sent has arrived.
    bool has_arrived() const { return sent_.empty(); }
    /// The peer has left two questions unanswered, one after the other.
    bool is_silent() const { return silence_ > 2 * settings_.ask_after; }
    /// The peer has acknowledged something of this epoch.
    bool is_heard_of() const { return acknowledged_any_; }
    /// The memory of a frame that has arrived, for the next one; empty when there is none.
    std::vector<std::byte> take_spare();
    /// Not counting what add_ahead() took.
    bool has_waiting() const { return !waiting_.empty(); }
    std::size_t sent_bytes() const { return sent_bytes_; }    ///< and not acknowledged
    std::size_t peer_window() const { return peer_window_; }  ///< as it has said last
    std::size_t waiting_bytes() const { return waiting_bytes_; }
    /// Of the frames that add() took, so many, all in all, wait no more; modulo 2^32.
    std::uint32_t left() const { return left_; }
    bool settled() const { return ahead_.empty() && waiting_.empty() && sent_.empty(); }
    std::uint64_t messages() const { return messages_; }  ///< posted, that end in frames kept here
    std::uint64_t resent() const { return resent_; }      ///< frames so far

private:
    bool is_resending() const { return resend_until_ != resend_next_; }
    bool has_window(std::size_t more) const {
        return !held_ && sent_.size() < settings_.window_frames + more / settings_.ahead_frame_bytes &&
               sent_bytes_ < peer_window_ + more;
    }
    KeptFrame& send_first_of(std::deque<KeptFrame>& line, TimePoint now);
    void resend_up_to(std::uint32_t last);
    void acknowledge(std::uint32_t up_to);
    std::size_t waiting_parts_of_begun() const;
    void progressed(TimePoint now);
    bool waits_for_peer() const;
    std::uint32_t last_sent() const { return acknowledged_ + static_cast<std::uint32_t>(sent_.size()); }

    const ChannelSettings& settings_;

    std::uint16_t epoch_;
    std::uint32_t acknowledged_;
    bool acknowledged_any_ = false;  // of this epoch
    std::deque<KeptFrame> sent_;     // numbers acknowledged_ + 1 ...
    std::size_t sent_bytes_ = 0;
    std::vector<std::vector<std::byte>> spares_;
    std::vector<KeptFrame> begun_;  // acknowledged first parts of a large message whose last one isn't: it may fail yet
    std::deque<KeptFrame> waiting_;
    std::deque<KeptFrame> ahead_;    // of all in waiting_
    std::size_t waiting_bytes_ = 0;  // of both
    std::uint32_t left_ = 0;
    std::size_t peer_window_;
    std::size_t narrow_left_ = 0;  // bytes to leave by the narrow window
    std::uint64_t messages_ = 0;

    // The frames numbered [resend_next_, resend_until_) are to be sent again.
    std::uint32_t resend_next_;
    std::uint32_t resend_until_;
    std::uint64_t resent_ = 0;

    bool held_ = false;
    bool question_due_ = false;
    bool asked_ = false;             // and no answer yet
    std::uint32_t asked_about_ = 0;  // the last number sent before the question
    Duration silence_;               // that is borne before the next question
    TimePoint ask_at_{};
    std::optional<TimePoint> blocked_since_;
};

}  // namespace zanni::transport
