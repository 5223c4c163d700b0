#include <iostream>
#include <string_view>

#include <zanni/zanni.hpp>

#include "echo.hpp"

// `story ping ENDPOINT` creates the echo sample's requestor by name, and has it make as many round trips as each line
// of its input says. `story watch ENDPOINT` says which hosts come and go. Both end with their input.
namespace {

using namespace std::chrono_literals;

class Watcher : public zanni::Actor {
public:
    Watcher() { notify_on_convention_changes(); }
    void changed(const zanni::ConventionUpdate& update) {
        const char* const what = update.kind == zanni::ConventionUpdate::joined ? " joined"
                                 : update.kind == zanni::ConventionUpdate::left ? " left"
                                                                                : " changed";
        std::cout << update.host << what << std::endl;
    }
    using Behavior = zanni::Behavior<&Watcher::changed>;
};

void ping(zanni::ActorSystem& system) {
    const auto requestor = system.create("echo.EchoRequestor", {.name = "requestor"});
    if (!requestor) throw std::runtime_error(requestor.error().to_string());
    for (std::uint64_t count = 0; std::cin >> count;) {
        const auto done = system.ask<echo::Done>(*requestor, echo::Run{count, 100}, 60s);
        if (!done)
            std::cout << done.error() << std::endl;
        else if (!done->failure.empty())
            std::cout << done->failure << std::endl;
        else
            std::cout << "echo_done " << done->count << std::endl;
    }
}

void watch(zanni::ActorSystem& system) {
    const auto watcher = system.create<Watcher>();
    if (!watcher) throw std::runtime_error(watcher.error().to_string());
    for (std::string line; std::getline(std::cin, line);) continue;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: story ping|watch ENDPOINT\n", 2;
    try {
        zanni::ActorSystem system(zanni::join(argv[2]));
        std::string_view(argv[1]) == "ping" ? ping(system) : watch(system);
    } catch (const std::exception& error) {
        return std::cerr << error.what() << '\n', 1;
    }
}
