// How many messages a second, or megabytes, does one actor send to one of another process?

#include "measure.hpp"

namespace {

using namespace between;

struct Flood {
    zanni::Address sink;
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
};
struct Portion {};

class Source : public zanni::Actor {
public:
    void flood(const Flood& order, const zanni::Address& asker) {
        order_ = order;
        asker_ = asker;
        bytes_.assign(order.bytes, 'x');
        send(order.sink, Expect{order.count, 0});
        send(address(), Portion{});
    }
    /// In portions, so that a full mailbox may pause it.
    void portion(const Portion&) {
        const std::uint64_t many = std::clamp<std::uint64_t>(65'536 / order_.bytes, 1, 256);
        for (std::uint64_t i = 0; i < many && order_.count > 0; ++i, --order_.count) {
            if (order_.bytes <= sizeof(Drop))
                send(order_.sink, Drop{order_.count, 0});
            else
                send(order_.sink, Load{bytes_});
        }
        if (order_.count > 0) send(address(), Portion{});
    }
    void done(const Done&) { send(asker_, Done{}); }
    using Behavior = zanni::Behavior<&Source::portion, &Source::flood, &Source::done>;

private:
    Flood order_;
    std::string bytes_;
    zanni::Address asker_;
};

double seconds(zanni::ActorSystem& system, const zanni::Address& source, const Flood& flood) {
    const auto began = Clock::now();
    ask<Done>(system, source, flood);
    return std::chrono::duration<double>(Clock::now() - began).count();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Messages one way to an actor of another process");
    std::uint64_t count = 1'000'000;
    std::uint64_t bytes = 16;
    app.add_option("--count", count, "messages")->capture_default_str();
    app.add_option("--bytes", bytes, "of each")->capture_default_str()->check(CLI::PositiveNumber);
    return run(app, argc, argv, [&](zanni::ActorSystem& system) {
        const zanni::Address sink = system.create("between.Sink");
        const zanni::Address source = system.create<Source>();
        seconds(system, source, {sink, count / 10 + 1, bytes});
        begin();
        const double took = seconds(system, source, {sink, count, bytes});
        end();
        const double rate = static_cast<double>(count) / took;
        const std::string what = "one way, " + std::to_string(bytes) + " B";
        if (bytes < 1'024)
            report(what, rate, "1/s", count);
        else
            report(what, rate * static_cast<double>(bytes) / 1e6, "MB/s");
        system.tell(sink, zanni::ExitRequest{});
    });
}
