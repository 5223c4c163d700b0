#pragma once

#include <cstdint>

#include <zanni/address.hpp>

namespace zanni {

/// Where a new actor should run, among the places that meet its requirements: `{.placement = Placement::spread()}`.
///
/// Without more words: this process, else this host, else the better of a few random other hosts. Who is first to
/// create an actor with a name decides where it runs.
class Placement {
public:
    enum class Kind : std::uint8_t { nearest, spread, pack, with, apart_from };

    Placement() = default;
    /// On the host that runs the fewest actors, as far as is known here.
    static Placement spread() { return {Kind::spread, {}}; }
    /// On the host that runs the most.
    static Placement pack() { return {Kind::pack, {}}; }
    /// On the host where that actor lives.
    static Placement with(const Address& actor) { return {Kind::with, actor}; }
    /// On any other host, the nearest.
    static Placement apart_from(const Address& actor) { return {Kind::apart_from, actor}; }

    Kind kind() const { return kind_; }
    /// Of with() and apart_from().
    const Address& actor() const { return actor_; }

    friend bool operator==(const Placement&, const Placement&) = default;

private:
    Placement(Kind kind, const Address& actor) : kind_(kind), actor_(actor) {}

    Kind kind_ = Kind::nearest;
    Address actor_{};
};

}  // namespace zanni
