// How many actors a second are created in another process and answer a first message: all at once, and one by one?

#include "measure.hpp"

namespace {

using namespace between;

struct Bear {
    std::uint64_t count = 0;
    std::uint64_t at_once = 1;
};

class Parent : public zanni::Actor {
public:
    void bear(const Bear& order, const zanni::Address& asker) {
        left_ = awaited_ = order.count;
        asker_ = asker;
        for (std::uint64_t i = 0; i < order.at_once; ++i) next();
    }
    void hello(const Hello&) {
        if (--awaited_ == 0) return send(asker_, Done{});
        next();
    }
    void ended(const zanni::ChildExited&) {}
    using Behavior = zanni::Behavior<&Parent::hello, &Parent::ended, &Parent::bear>;

private:
    void next() {
        if (left_ == 0) return;
        --left_;
        send(create("between.Child"), Hello{});
    }

    std::uint64_t left_ = 0;
    std::uint64_t awaited_ = 0;
    zanni::Address asker_;
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Creations in another process");
    std::uint64_t count = 20'000;
    app.add_option("--count", count, "actors, of which a tenth is created one by one")->capture_default_str();
    return run(app, argc, argv, [&](zanni::ActorSystem& system) {
        const zanni::Address parent = system.create<Parent>();
        const auto measure = [&](const char* what, std::uint64_t many, std::uint64_t at_once) {
            ask<Done>(system, parent, Bear{many / 10 + 1, at_once});
            begin();
            const auto began = Clock::now();
            ask<Done>(system, parent, Bear{many, at_once});
            const std::chrono::duration<double> took = Clock::now() - began;
            end();
            report(what, static_cast<double>(many) / took.count(), "1/s");
        };
        measure("remote creations, 1,000 at once", count, 1'000);
        measure("remote creations, one by one", count / 10, 1);
    });
}
