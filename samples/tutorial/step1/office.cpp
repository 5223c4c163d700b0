#include <iostream>

#include <zanni/zanni.hpp>

class Office : public zanni::Actor {
public:
    std::string greet(const std::string& name) { return "Good evening, " + name + "."; }
    using Behavior = zanni::Behavior<&Office::greet>;
};

int main() {
    zanni::ActorSystem system;
    const auto office = system.create<Office>();
    std::cout << system.ask<std::string>(office, "Pantalone", std::chrono::seconds(10)).value() << '\n';
}
