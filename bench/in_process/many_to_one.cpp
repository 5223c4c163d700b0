// How many messages a second does one actor take from many others?

#include "measure.hpp"

namespace {

struct Flood {
    zanni::Address to;
    std::uint64_t count = 0;
};
struct Portion {};
struct Drop {
    std::uint64_t left = 0;
};
struct Expect {
    std::uint64_t count = 0;
};
struct Done {};

class Sink : public zanni::Actor {
public:
    void expect(const Expect& order, const zanni::Address& asker) {
        left_ = order.count;
        asker_ = asker;
    }
    void drop(const Drop&) {
        if (--left_ == 0) send(asker_, Done{});
    }
    using Behavior = zanni::Behavior<&Sink::drop, &Sink::expect>;

private:
    zanni::Address asker_;
    std::uint64_t left_ = 0;
};

class Source : public zanni::Actor {
public:
    void flood(const Flood& flood) {
        to_ = flood.to;
        left_ = flood.count;
        send(address(), Portion{});
    }
    /// Few at a time, as all of them share the workers.
    void portion(const Portion&) {
        for (int i = 0; i < 100 && left_ > 0; ++i) send(to_, Drop{--left_});
        if (left_ > 0) send(address(), Portion{});
    }
    using Behavior = zanni::Behavior<&Source::portion, &Source::flood>;

private:
    zanni::Address to_;
    std::uint64_t left_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    auto flags = bench::read_flags(argc, argv, "messages of many actors to one", 2'000'000, 100);
    const std::uint64_t each = std::max<std::uint64_t>(1, flags.count / flags.actors);
    flags.count = each * flags.actors;
    zanni::ActorSystem system({.workers = flags.workers});
    const zanni::Address sink = system.create<Sink>();
    std::vector<zanni::Address> sources;
    for (std::uint64_t i = 0; i < flags.actors; ++i) sources.push_back(system.create<Source>());
    bench::report("many to one, messages", flags, [&] {
        auto endpoint = system.private_endpoint();
        endpoint.tell(sink, Expect{flags.count});
        const auto began = std::chrono::steady_clock::now();
        for (const auto& source : sources) system.tell(source, Flood{sink, each});
        if (!endpoint.listen<Done>(std::chrono::seconds(120))) throw std::runtime_error("the last one did not arrive");
        return bench::seconds_since(began);
    });
}
