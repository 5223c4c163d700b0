#include <iostream>

#include <zanni/zanni.hpp>

class Hello : public zanni::Actor {
public:
    std::string greet(const std::string& name) { return "Hello, " + name + "!"; }  // the return value is the reply
    using Behavior = zanni::Behavior<&Hello::greet>;
};

int main() {
    zanni::ActorSystem system;
    const auto hello = system.create<Hello>();
    std::cout << system.ask<std::string>(hello, "World", std::chrono::seconds(10)).value() << '\n';
}
