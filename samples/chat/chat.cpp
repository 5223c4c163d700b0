#include <iostream>
#include <string>

#include <zanni/zanni.hpp>

#include "chat.hpp"

/// A chat: `chat tcp://leader:1900 Colombina`. What you type the others see, and what they type you; the end of your
/// input is your farewell. The member is an actor of this program, the room one of the convention's.
namespace {

using namespace chat;

struct Join {
    zanni::Address room;
    std::string name;
};

void show(const std::string& line) { std::cout << line << '\n' << std::flush; }

class Member : public zanni::Actor {
public:
    void join(const Join& join) {
        room_ = join.room;
        watch(room_);
        send(room_, Enter{join.name});  // the answer comes to this actor, as all that the room says later
    }
    void welcome(const Welcome& welcome) {
        for (const std::string& name : welcome.members) show("* " + name + " is here");
        for (const Said& said : welcome.lately) show("  " + said.who + ": " + said.text);
        show("* you are in");
    }
    void say(const Say& say) { send(room_, say); }
    void said(const Said& said) { show(said.who + ": " + said.text); }
    void came(const Came& came) { show("* " + came.who + " comes in"); }
    void went(const Went& went) { show("* " + went.who + (went.why.empty() ? " goes" : " is " + went.why)); }
    void ended(const zanni::Down& room) { show("* the room is gone: " + room.cause.to_string()); }
    using Behavior = zanni::Behavior<&Member::join, &Member::welcome, &Member::say, &Member::said, &Member::came,
                                     &Member::went, &Member::ended>;

private:
    zanni::Address room_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: chat ENDPOINT NAME\n", 2;
    try {
        zanni::ActorSystem system(zanni::join(argv[1]));
        const auto room = system.create("chat.Room", {.name = "room"});
        if (!room) return std::cerr << room.error() << '\n', 1;
        const zanni::Address member = system.create<Member>();
        system.tell(member, Join{*room, argv[2]});
        for (std::string line; std::getline(std::cin, line);) system.tell(member, Say{line});
    } catch (const std::exception& error) {
        return std::cerr << error.what() << '\n', 1;
    }
}
