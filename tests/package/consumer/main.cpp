#include <chrono>
#include <iostream>
#include <string>

#include <zanni/zanni.hpp>

struct Hello : zanni::Actor {
    std::string greet(const std::string& name) { return "Hello, " + name; }
    using Behavior = zanni::Behavior<&Hello::greet>;
};

int main() {
    zanni::ActorSystem system;
    const auto hello = system.create<Hello>();
    std::cout << system.ask<std::string>(hello, "World", std::chrono::seconds(10)).value() << '\n';
}
