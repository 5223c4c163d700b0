#include "actors.hpp"

#include <algorithm>
#include <thread>

namespace chaos {

void Received::note(std::uint64_t number) {
    if (number <= last) {
        const bool was_missing = missing.remove(number);
        ++(was_missing ? late : doubled);
        letters += was_missing ? 1 : 0;
        return;
    }
    if (number > last + 1) missing.add({last + 1, number - 1});
    last = number;
    ++letters;
}

void Courier::write(const Write& order) {
    order_ = order;
    left_ += order.letters;
    if (!is_writing_) write_batch();
}

void Courier::write_batch() {
    const std::uint64_t batch = std::min(order_.batch, left_);
    for (std::uint64_t i = 0; i < batch; ++i)
        for (const auto& to : to_) send(to, Letter{++tally_.written[to], std::string(order_.bytes, 'x')});
    left_ -= batch;
    is_writing_ = left_ > 0;
    if (!is_writing_) return;
    if (order_.pause == zanni::Duration::zero())
        send(address(), NextBatch{});
    else
        wakeup_after(order_.pause);
}

void Courier::dead(const zanni::DeadLetter& letter) {
    if (letter.sender != address()) return;
    const auto mine = letter.message.as<Letter>();
    if (!mine) return;
    auto& of_target = tally_.dead[letter.target];
    for (const auto& [reason, numbers] : of_target) tally_.dead_twice |= numbers.contains(mine->number);
    of_target[letter.reason].add({mine->number, mine->number});
}

void Courier::block(const Block& order) { std::this_thread::sleep_for(order.time); }

Tally Courier::tell(const TellTally&) {
    tally_.is_writing = is_writing_;
    return tally_;
}

void Glutton::eat(const Eat&) noexcept {
    constexpr std::size_t bite_bytes = 16 * 1024 * 1024;
    for (;;) {
        auto& bite = eaten_.emplace_back(std::make_unique<char[]>(bite_bytes));
        std::fill_n(bite.get(), bite_bytes, 'x');
    }
}

}  // namespace chaos
