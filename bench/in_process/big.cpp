// How many pings a second do N actors make, each with one outstanding, to a target that a generator draws?

#include "measure.hpp"

namespace {

struct Go {
    std::uint64_t count = 0;
    std::uint32_t seed = 0;
    zanni::Address asker;
};
struct Ping {};
struct Pong {};
struct Done {};

std::vector<zanni::Address> members;  // complete before the first ping

class Member : public zanni::Actor {
public:
    void go(const Go& order) {
        left_ = order.count;
        asker_ = order.asker;
        seed_ = order.seed;
        next();
    }
    Pong answer(const Ping&) { return {}; }
    void pong(const Pong&) {
        if (--left_ == 0)
            send(asker_, Done{});
        else
            next();
    }
    using Behavior = zanni::Behavior<&Member::answer, &Member::pong, &Member::go>;

private:
    void next() {
        seed_ = seed_ * 1664525 + 1013904223;
        send(members[(seed_ >> 16) % members.size()], Ping{});
    }

    std::uint32_t seed_ = 0;
    std::uint64_t left_ = 0;
    zanni::Address asker_;
};

}  // namespace

int main(int argc, char** argv) {
    auto flags = bench::read_flags(argc, argv, "pings among N actors, one of each outstanding", 1'000'000, 100);
    const std::uint64_t each = std::max<std::uint64_t>(1, flags.count / flags.actors);
    flags.count = each * flags.actors;
    zanni::ActorSystem system({.workers = flags.workers});
    for (std::uint64_t i = 0; i < flags.actors; ++i) members.push_back(system.create<Member>());
    bench::report("big, pings", flags, [&] {
        auto endpoint = system.private_endpoint();
        const auto began = std::chrono::steady_clock::now();
        std::uint32_t seed = 0;
        for (const auto& member : members) system.tell(member, Go{each, ++seed, endpoint.address()});
        for (std::uint64_t i = 0; i < flags.actors; ++i)
            if (!endpoint.listen<Done>(std::chrono::seconds(120))) throw std::runtime_error("a member did not finish");
        return bench::seconds_since(began);
    });
}
