#pragma once

#include <string>
#include <vector>

#include <zanni/address.hpp>

/// What a chat room and its members say to each other.
namespace chat {

/// To the room: I am here, under that name. Answered by Welcome.
struct Enter {
    std::string name;
};
struct Said {
    std::string who;
    std::string text;
};
struct Welcome {
    std::vector<std::string> members;  ///< who is there already
    std::vector<Said> lately;
};
/// To the room: tell it to all others.
struct Say {
    std::string text;
};
/// From the room.
struct Came {
    std::string who;
};
struct Went {
    std::string who;
    std::string why;
};

}  // namespace chat
