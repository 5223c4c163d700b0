// How many actors a second are created, get a first message, answer it and end, one after the other?

#include "measure.hpp"

namespace {

struct Begin {
    std::uint64_t count = 0;
};
struct Hello {};
struct Done {};

class Child : public zanni::Actor {
public:
    Hello hello(const Hello&) {
        exit();
        return {};
    }
    using Behavior = zanni::Behavior<&Child::hello>;
};

class Parent : public zanni::Actor {
public:
    void begin(const Begin& begin, const zanni::Address& asker) {
        asker_ = asker;
        left_ = begin.count;
        next();
    }
    void hello(const Hello&) {}
    void ended(const zanni::ChildExited&) {
        if (--left_ == 0)
            send(asker_, Done{});
        else
            next();
    }
    using Behavior = zanni::Behavior<&Parent::hello, &Parent::ended, &Parent::begin>;

private:
    void next() { send(create<Child>(), Hello{}); }

    zanni::Address asker_;
    std::uint64_t left_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    const auto flags = bench::read_flags(argc, argv, "actors created, greeted and ended in sequence", 200'000);
    zanni::ActorSystem system({.workers = flags.workers});
    const zanni::Address parent = system.create<Parent>();
    bench::report("create, first message, exit, in sequence", flags, [&] {
        const auto began = std::chrono::steady_clock::now();
        bench::ask<Done>(system, parent, Begin{flags.count});
        return bench::seconds_since(began);
    });
}
