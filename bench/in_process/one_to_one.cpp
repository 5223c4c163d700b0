// How many messages a second does one actor send another: one way, and to and fro?

#include "measure.hpp"

namespace {

struct Flood {
    zanni::Address to;
    std::uint64_t count = 0;
};
struct Drop {
    std::uint64_t last = 0;  ///< 1: the last one
};
struct Rally {
    zanni::Address to;
    std::uint64_t count = 0;
};
struct Ball {
    std::uint64_t left = 0;
};
struct Done {};

class Sink : public zanni::Actor {
public:
    void wait(const Done&, const zanni::Address& asker) { asker_ = asker; }
    void drop(const Drop& drop) {
        if (drop.last) send(asker_, Done{});
    }
    void ball(const Ball& ball, const zanni::Address& sender) { send(sender, ball); }
    using Behavior = zanni::Behavior<&Sink::wait, &Sink::drop, &Sink::ball>;

private:
    zanni::Address asker_;
};

class Source : public zanni::Actor {
public:
    void flood(const Flood& flood, const zanni::Address& asker) {
        left_ = flood.count;
        to_ = flood.to;
        asker_ = asker;
        send(address(), Done{});
    }
    /// In portions, so that a full mailbox may pause it.
    void portion(const Done&) {
        for (int i = 0; i < 1'000 && left_ > 0; ++i) send(to_, Drop{--left_ == 0});
        if (left_ > 0) send(address(), Done{});
    }
    void rally(const Rally& rally, const zanni::Address& asker) {
        asker_ = asker;
        send(rally.to, Ball{rally.count});
    }
    void ball(const Ball& ball, const zanni::Address& sender) {
        if (ball.left == 0)
            send(asker_, Done{});
        else
            send(sender, Ball{ball.left - 1});
    }
    using Behavior = zanni::Behavior<&Source::flood, &Source::portion, &Source::rally, &Source::ball>;

private:
    zanni::Address to_;
    zanni::Address asker_;
    std::uint64_t left_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    const auto flags = bench::read_flags(argc, argv, "messages of one actor to another", 2'000'000);
    zanni::ActorSystem system({.workers = flags.workers});
    const zanni::Address source = system.create<Source>();
    const zanni::Address sink = system.create<Sink>();
    bench::report("one way, messages", flags, [&] {
        auto endpoint = system.private_endpoint();
        endpoint.tell(sink, Done{});
        const auto began = std::chrono::steady_clock::now();
        system.tell(source, Flood{sink, flags.count});
        if (!endpoint.listen<Done>(std::chrono::seconds(120))) throw std::runtime_error("the last one did not arrive");
        return bench::seconds_since(began);
    });
    bench::report("to and fro, round trips", flags, [&] {
        const auto began = std::chrono::steady_clock::now();
        bench::ask<Done>(system, source, Rally{sink, flags.count});
        return bench::seconds_since(began);
    });
}
