#pragma once

#include <string>

#include <zanni/actor_system.hpp>

/// Two files that each have a struct Local and an actor Keeper in their unnamed namespace.
namespace zanni::test {

struct GetKept {};
struct Kept {
    std::string text;
    int number = 0;
    friend bool operator==(const Kept&, const Kept&) = default;
};

Created create_keeper_of_text(System& system);
Created create_keeper_of_number(System& system);
void tell_local_text(System& system, const Address& keeper, const std::string& text);
void tell_local_number(System& system, const Address& keeper, int number);

}  // namespace zanni::test
