#include "channel/outgoing_stream.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "channel/serial.hpp"

namespace zanni::transport {

namespace {

/// Frames whose memory is used again, per channel.
constexpr std::size_t spares_max = 4;
constexpr std::size_t spare_bytes_max = 64 * 1024;

std::vector<KeptFrame> take_all(std::deque<KeptFrame>& frames) {
    std::vector<KeptFrame> all(std::make_move_iterator(frames.begin()), std::make_move_iterator(frames.end()));
    frames.clear();
    return all;
}

}  // namespace

void OutgoingStream::add(KeptFrame frame) {
    waiting_bytes_ += frame.bytes.size();
    messages_ += frame.posted();
    waiting_.push_back(std::move(frame));
}

void OutgoingStream::add_ahead(KeptFrame frame) {
    waiting_bytes_ += frame.bytes.size();
    messages_ += frame.posted();
    ahead_.push_back(std::move(frame));
}

KeptFrame* OutgoingStream::next(TimePoint now) {
    if (is_resending()) {
        ++resent_;
        return &sent_[resend_next_++ - acknowledged_ - 1];
    }
    if (!ahead_.empty() && may_send_ahead()) {
        narrow_left_ = settings_.narrow_bytes;
        return &send_first_of(ahead_, now);
    }
    if (waiting_.empty() || !window_is_open()) {
        if (!waiting_.empty() || !ahead_.empty()) hold(now);
        if (!waiting_.empty() && has(Bug::dropped_on_full_window)) {
            waiting_bytes_ -= waiting_.front().bytes.size();
            messages_ -= waiting_.front().posted();
            waiting_.pop_front();
            ++left_;
        }
        return nullptr;
    }
    ++left_;
    narrow_left_ -= std::min(narrow_left_, waiting_.front().bytes.size());
    return &send_first_of(waiting_, now);
}

KeptFrame& OutgoingStream::send_first_of(std::deque<KeptFrame>& line, TimePoint now) {
    if (!waits_for_peer()) ask_at_ = now + silence_;
    KeptFrame& frame = sent_.emplace_back(std::move(line.front()));
    line.pop_front();
    if (&line == &waiting_ || waiting_.empty()) blocked_since_.reset();
    waiting_bytes_ -= frame.bytes.size();
    sent_bytes_ += frame.bytes.size();
    frame.header.epoch = epoch_;
    frame.header.sequence = last_sent();
    resend_next_ = resend_until_ = last_sent() + 1;
    if (!waiting_.empty()) hold(now);
    return frame;
}

void OutgoingStream::hold(TimePoint now) {
    if (window_is_open() || blocked_since_) return;
    if (!waits_for_peer()) ask_at_ = now + silence_;
    blocked_since_ = now;
}

std::vector<std::byte> OutgoingStream::take_spare() {
    if (spares_.empty()) return {};
    std::vector<std::byte> spare = std::move(spares_.back());
    spares_.pop_back();
    return spare;
}

bool OutgoingStream::take_question() {
    if (!std::exchange(question_due_, false)) return false;
    asked_ = true;
    asked_about_ = last_sent();
    return true;
}

// ---- What the peer says

bool OutgoingStream::on_word(const FrameHeader& header, TimePoint now) {
    const bool knows_epoch = header.acknowledged_epoch == epoch_ || has(Bug::acknowledged_across_epochs);
    const bool knows_none = header.acknowledged_epoch == 0;
    if (!knows_none && is_later(header.acknowledged_epoch, epoch_)) return false;
    if (!knows_epoch && acknowledged_any_) return true;  // an older word, which was overtaken
    const std::uint32_t acknowledged = knows_epoch ? header.acknowledged : acknowledged_;
    if (is_later(acknowledged_, acknowledged)) return true;  // likewise
    if (acknowledged - acknowledged_ > sent_.size()) return false;
    peer_window_ = header.window;
    if (acknowledged != acknowledged_) {
        acknowledge(acknowledged);
        progressed(now);
    }
    if (header.kind != FrameKind::acknowledgement) return true;
    if (std::exchange(asked_, false)) {
        progressed(now);
        resend_up_to(asked_about_);
    }
    if (header.missing) resend_up_to(last_sent());
    return true;
}

void OutgoingStream::acknowledge(std::uint32_t up_to) {
    acknowledged_any_ = true;
    for (; acknowledged_ != up_to; ++acknowledged_) {
        sent_bytes_ -= sent_.front().bytes.size();
        messages_ -= sent_.front().posted();
        if (sent_.front().messages == 0) {
            begun_.push_back(std::move(sent_.front()));
        } else {
            if (sent_.front().is_part) begun_.clear();
            if (spares_.size() < spares_max && sent_.front().bytes.capacity() <= spare_bytes_max)
                spares_.push_back(std::move(sent_.front().bytes));
        }
        sent_.pop_front();
    }
    if (is_later(acknowledged_ + 1, resend_next_)) resend_next_ = acknowledged_ + 1;
    if (is_later(resend_next_, resend_until_)) resend_until_ = resend_next_;
}

void OutgoingStream::progressed(TimePoint now) {
    silence_ = settings_.ask_after;
    ask_at_ = now + silence_;
}

/// What is on its way again already isn't sent a third time.
void OutgoingStream::resend_up_to(std::uint32_t last) {
    if (!is_later(last, acknowledged_)) return;
    if (!is_resending()) {
        resend_next_ = acknowledged_ + 1;
        resend_until_ = last + 1;
    } else if (is_later(last + 1, resend_until_)) {
        resend_until_ = last + 1;
    }
}

void OutgoingStream::resume(TimePoint now, Bug forgotten) {
    if (has(forgotten)) acknowledge(last_sent());
    resend_next_ = acknowledged_ + 1;
    resend_until_ = last_sent() + 1;
    silence_ = settings_.ask_after;
    if (!has(Bug::peers_not_asked)) ask(now);
}

void OutgoingStream::ask(TimePoint now) {
    question_due_ = true;
    ask_at_ = now + silence_;
}

// ---- Time

bool OutgoingStream::waits_for_peer() const { return asked_ || question_due_ || !sent_.empty() || blocked_since_; }

TimePoint OutgoingStream::due() const { return waits_for_peer() ? std::min(ask_at_, expires_at()) : TimePoint::max(); }

TimePoint OutgoingStream::expires_at() const {
    return blocked_since_ ? *blocked_since_ + settings_.blocked_longest : TimePoint::max();
}

std::vector<KeptFrame> OutgoingStream::tick(TimePoint now) {
    if (waits_for_peer() && ask_at_ <= now) {
        silence_ = std::min(silence_ * 2, settings_.ask_longest);
        ask(now);
    }
    if (now < expires_at()) return {};
    blocked_since_.reset();
    if (window_is_open()) return {};
    std::vector<KeptFrame> blocked = take_all(ahead_);
    const auto ahead = static_cast<std::ptrdiff_t>(blocked.size());
    for (const KeptFrame& frame : blocked) {
        waiting_bytes_ -= frame.bytes.size();
        messages_ -= frame.posted();
    }
    for (const std::size_t kept = waiting_parts_of_begun(); waiting_.size() > kept; waiting_.pop_back()) {
        waiting_bytes_ -= waiting_.back().bytes.size();
        messages_ -= waiting_.back().posted();
        blocked.push_back(std::move(waiting_.back()));
        ++left_;
    }
    std::reverse(blocked.begin() + ahead, blocked.end());
    return blocked;
}

/// A message whose first parts have left isn't taken back by halves.
std::size_t OutgoingStream::waiting_parts_of_begun() const {
    const auto last_sent = std::find_if(sent_.rbegin(), sent_.rend(), std::mem_fn(&KeptFrame::is_part));
    const bool begun = last_sent == sent_.rend() ? !begun_.empty() : last_sent->messages == 0;
    if (!begun) return 0;
    const auto last = std::ranges::find_if(waiting_, [](const KeptFrame& frame) { return frame.messages != 0; });
    return static_cast<std::size_t>(last - waiting_.begin()) + (last == waiting_.end() ? 0 : 1);
}

OutgoingStream::Rest OutgoingStream::close() {
    left_ += static_cast<std::uint32_t>(waiting_.size());
    Rest rest{std::exchange(begun_, {}), take_all(ahead_)};
    std::ranges::move(take_all(waiting_), std::back_inserter(rest.unsent));
    std::ranges::move(take_all(sent_), std::back_inserter(rest.unknown));
    if (!has(Bug::epoch_reused) && ++epoch_ == 0) epoch_ = 1;
    acknowledged_ = settings_.first_sequence - 1;
    acknowledged_any_ = false;
    resend_next_ = resend_until_ = settings_.first_sequence;
    sent_bytes_ = waiting_bytes_ = 0;
    messages_ = 0;
    peer_window_ = settings_.window_bytes;
    question_due_ = asked_ = held_ = false;
    silence_ = settings_.ask_after;
    blocked_since_.reset();
    return rest;
}

}  // namespace zanni::transport
