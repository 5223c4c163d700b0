#pragma once

#include <cstdint>
#include <memory>
#include <unordered_set>

#include <zanni/actor.hpp>
#include <zanni/actor_type.hpp>
#include <zanni/address.hpp>

#include "runtime/mailbox.hpp"

namespace zanni::detail {

class Runtime;

/// The place of one actor in its process: its mailbox and what the runtime knows about it. A cell is never freed while
/// its process lives, so a stale pointer to it is harmless; it is reused for another actor under another address, and
/// whoever takes a message from it compares addresses.
///
/// Threads: `mailbox.push` any; `next_*` under the lock of the list it is in; the rest belongs to the worker that runs
/// the cell, and to the creator before it is first scheduled.
class Cell {
public:
    enum class State : std::uint8_t { free, starting, running, exiting };

    explicit Cell(Runtime& owner) : runtime(owner) {}

    Runtime& runtime;
    Mailbox mailbox;
    Address address;
    Address parent;
    Address sender;    ///< of the message being handled
    Address reply_to;  ///< who waits to hear that it has started; none for most
    const ActorType* type = nullptr;
    std::unique_ptr<Actor> actor;
    std::unique_ptr<std::unordered_set<Address>> children;  ///< null until there is one
    State state = State::free;
    bool exit_requested = false;
    bool is_root = false;              ///< no parent in this process: the runtime itself ends it
    std::unique_ptr<ExitCause> cause;  ///< while exiting

    Cell* next_runnable = nullptr;
    Cell* next_free = nullptr;
    std::uint32_t index = 0;
    std::uint32_t generation = 0;
};

}  // namespace zanni::detail
