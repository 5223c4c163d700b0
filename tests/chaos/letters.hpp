#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/clock.hpp>
#include <zanni/error.hpp>
#include <zanni/lifecycle.hpp>

#include "spans.hpp"

/// What the chaos run's actors say to each other and to the run.
namespace chaos {

/// Numbered from 1 by each sender for each receiver.
struct Letter {
    std::uint64_t number = 0;
    std::string text;
};

/// To a courier: these are the ones you write to.
struct AddressBook {
    std::vector<zanni::Address> to;
};
/// To a courier: so many more letters to each of them, in batches.
struct Write {
    std::uint64_t letters = 0;
    std::uint64_t batch = 1;
    zanni::Duration pause{};  ///< between batches; 0: as fast as back-pressure lets it
    std::uint64_t bytes = 0;  ///< of each letter's text
};
/// To a courier: write no more.
struct Hold {};
/// From a courier to itself.
struct NextBatch {};
/// To a courier: do nothing else for so long, as one whose handler blocks.
struct Block {
    zanni::Duration time{};
};

/// What came from one sender.
struct Received {
    std::uint64_t letters = 0;
    std::uint64_t last = 0;  ///< the highest number
    std::uint64_t doubled = 0;
    std::uint64_t late = 0;  ///< came after a later one
    Spans missing;           ///< below `last`

    void note(std::uint64_t number);
};

/// To a courier: what do you know?
struct TellTally {};
struct Tally {
    std::map<zanni::Address, std::uint64_t> written;
    std::map<zanni::Address, Received> received;
    std::map<zanni::Address, std::map<zanni::Error::Code, Spans>> dead;  ///< its own letters, by addressee and reason
    bool dead_twice = false;
    bool is_writing = false;
};

/// To a glutton: allocate until there is nothing more to be had.
struct Eat {};

/// To a parent: create a child of that type on that host, and watch it. The answer is its address.
struct Bear {
    std::string type;
    std::string host;
};
struct Born {
    zanni::Address child;
};
/// To a parent: which of your children have ended, and how?
struct TellEnds {};
struct Ends {
    std::vector<zanni::ChildExited> children;
};

}  // namespace chaos
