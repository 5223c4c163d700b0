#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/lifecycle.hpp>

/// What tests say to the actors of the probe module.
namespace probe {

/// To any probe: where do you run?
struct WhereAreYou {};
struct Here {
    std::int64_t pid = 0;
    std::uint32_t times_asked = 0;  ///< a Probe's
};

/// To a Probe: end your process at once with this status.
struct EndProcess {
    std::int32_t status = 0;
};
/// To a Probe: how long is this?
struct Parcel {
    std::string content;
};
struct Weight {
    std::uint64_t bytes = 0;
};
/// To a Probe: the sizes of the Parcels that you had so far, in order.
struct WhatCame {};
struct Came {
    std::vector<std::uint64_t> bytes;
};
/// To a Probe: answer, and later answer again.
struct AnswerTwice {};
struct FirstAnswer {};
struct SecondAnswer {};
/// To a Probe: send a Parcel of that size there, from an actor.
struct SendParcel {
    zanni::Address target;
    std::uint64_t bytes = 0;
};

/// To a Probe: log this warning so many times, with a number behind it.
struct Complain {
    std::string about;
    std::uint32_t times = 1;
};

/// To a Parent: create a child of that type, wherever `key` is offered; the answer is its address. Everything that the
/// parent hears of its children is passed on to whoever asked last.
struct CreateChild {
    std::string type;
    std::string key;
    bool isolated = false;
    std::uint32_t messages = 0;  ///< Parcels that it gets at once, of 1, 2, 3 ... bytes
};
struct Child {
    zanni::Address address;
};
struct ChildEnded {
    zanni::Address address;
    zanni::ExitCause cause;
};

}  // namespace probe
