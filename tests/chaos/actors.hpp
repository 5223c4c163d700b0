#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include <zanni/zanni.hpp>

#include "letters.hpp"

/// The chaos run's actors, as a user would write them.
namespace chaos {

/// Writes letters to others and keeps account of what became of them, and of those that come.
class Courier : public zanni::Actor {
public:
    Courier() { handle_dead_letters(); }

    void address_book(const AddressBook& book) { to_ = book.to; }
    void write(const Write& order);
    void hold(const Hold&) { left_ = 0; }
    void next(const NextBatch&) { write_batch(); }
    void tick(const zanni::Wakeup&) { write_batch(); }
    void letter(const Letter& letter, const zanni::Address& from) { tally_.received[from].note(letter.number); }
    void dead(const zanni::DeadLetter& letter);
    void block(const Block& order);
    Tally tell(const TellTally&);

    using Behavior = zanni::Behavior<&Courier::address_book, &Courier::write, &Courier::hold, &Courier::next,
                                     &Courier::tick, &Courier::letter, &Courier::dead, &Courier::block, &Courier::tell>;

private:
    void write_batch();

    std::vector<zanni::Address> to_;
    Write order_;
    std::uint64_t left_ = 0;
    bool is_writing_ = false;  ///< a NextBatch or Wakeup is on its way
    Tally tally_;
};

/// Takes all the memory that its process may have.
class Glutton : public zanni::Actor {
public:
    void eat(const Eat&) noexcept;
    using Behavior = zanni::Behavior<&Glutton::eat>;

private:
    std::vector<std::unique_ptr<char[]>> eaten_;
};

/// Remembers how its children ended.
class Parent : public zanni::Actor {
public:
    Born bear(const Bear& wish) { return {create(wish.type, {.requirements = {{wish.host, true}}})}; }
    void child_exited(const zanni::ChildExited& end) { ends_.children.push_back(end); }
    Ends tell(const TellEnds&) { return ends_; }
    using Behavior = zanni::Behavior<&Parent::bear, &Parent::child_exited, &Parent::tell>;

private:
    Ends ends_;
};

}  // namespace chaos
