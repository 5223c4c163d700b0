#include "channel/incoming_stream.hpp"

#include <utility>

#include "channel/serial.hpp"
#include "planted.hpp"

namespace zanni::transport {

IncomingStream::Verdict IncomingStream::on_data(const FrameHeader& header, std::size_t bytes, TimePoint now) {
    Verdict verdict;
    if (header.epoch != epoch_) {
        if (epoch_ != 0 && !is_later(header.epoch, epoch_) && !has(Bug::stale_epoch_taken)) {
            ++duplicates_;
            return verdict;
        }
        verdict.new_epoch = epoch_ != 0;
        epoch_ = header.epoch;
        last_ = settings_.first_sequence - 1;
        gap_told_ = false;
    }
    const bool gap = is_later(header.sequence, last_ + 1);
    const bool taken_wrongly =
        (gap && has(Bug::gaps_taken)) || (!gap && header.sequence == last_ && has(Bug::duplicates_taken));
    if (header.sequence != last_ + 1 && !taken_wrongly) {
        ++(gap ? gaps_ : duplicates_);
        if (gap && std::exchange(gap_told_, true)) return verdict;
        if (has(Bug::acknowledged_early) && gap) last_ = header.sequence;
        missing_ |= gap;
        due_now_ = true;
        return verdict;
    }
    last_ = header.sequence;
    gap_told_ = false;
    verdict.take = true;
    untold_bytes_ += bytes;
    ++untold_frames_;
    const bool much = untold_bytes_ >= settings_.acknowledge_bytes || untold_frames_ >= settings_.acknowledge_frames;
    if (much)
        due_now_ = true;
    else if (due_ == TimePoint::max())
        due_ = now + settings_.acknowledge_after;
    return verdict;
}

void IncomingStream::write_word(FrameHeader& header) {
    header.acknowledged_epoch = epoch_;
    header.acknowledged = last_;
    untold_bytes_ = 0;
    untold_frames_ = 0;
    due_now_ = missing_;  // which only an acknowledgement tells
    due_ = TimePoint::max();
}

void IncomingStream::write_acknowledgement(FrameHeader& header) {
    header.missing = std::exchange(missing_, false);
    write_word(header);
}

}  // namespace zanni::transport
