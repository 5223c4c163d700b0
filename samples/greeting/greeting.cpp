#include <iostream>
#include <vector>

#include <zanni/zanni.hpp>

// Three actors put a greeting together. None of them knows the next: the addresses travel in the message.

struct Greeting {
    std::string text;
    std::vector<zanni::Address> route;  // who is still to add something; the last is who gets the result
};

class Speaker : public zanni::Actor {
protected:
    void pass_on(Greeting greeting, const std::string& words) {
        greeting.text += words;
        const auto next = greeting.route.front();
        greeting.route.erase(greeting.route.begin());
        if (greeting.route.empty())
            send(next, greeting.text);
        else
            send(next, greeting);
    }
};

class Hello : public Speaker {
public:
    void add(const Greeting& greeting) { pass_on(greeting, "Hello"); }
    using Behavior = zanni::Behavior<&Hello::add>;
};

class World : public Speaker {
public:
    void add(const Greeting& greeting) { pass_on(greeting, ", World"); }
    using Behavior = zanni::Behavior<&World::add>;
};

class Punctuate : public Speaker {
public:
    void add(const Greeting& greeting) { pass_on(greeting, "!!!"); }
    using Behavior = zanni::Behavior<&Punctuate::add>;
};

int main() {
    zanni::ActorSystem system;
    auto endpoint = system.private_endpoint();
    const auto hello = system.create<Hello>();
    const std::vector<zanni::Address> route{system.create<World>(), system.create<Punctuate>(), endpoint.address()};
    endpoint.tell(hello, Greeting{"", route});
    std::cout << endpoint.listen<std::string>(std::chrono::seconds(10)).value() << '\n';
}
