#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include <zanni/actor.hpp>
#include <zanni/actor_type.hpp>

namespace zanni::detail {

class Runtime;
struct MemberIdle;

/// The actor behind a troupe's address. It gives each message to a member that has nothing to do, one at a time, and
/// makes members while it may; the rest waits here. The member replies to the message's sender itself.
class TroupeFront final : public Actor {
public:
    TroupeFront(Runtime& runtime, Cell& cell, const ActorType& type);
    ~TroupeFront() override;

    static std::span<const Handler> handlers();

private:
    static Handled work(Actor& actor, EnvelopePtr& envelope, std::optional<Error>& refusal);
    static Handled member_idle(Actor& actor, EnvelopePtr& envelope, std::optional<Error>& refusal);
    static Handled member_ended(Actor& actor, EnvelopePtr& envelope, std::optional<Error>& refusal);

    void assign();
    void give_up();
    Address idle_member();

    Runtime& runtime_;
    Cell& cell_;
    const ActorType& type_;
    const Troupe& troupe_;
    std::vector<Address> idle_;  // the one idle for the shortest time is last, and works next
    std::size_t members_ = 0;
    int failed_starts_ = 0;  // in a row
    std::deque<EnvelopePtr> waiting_;
};

}  // namespace zanni::detail
