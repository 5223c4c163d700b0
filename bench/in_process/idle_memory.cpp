// How many bytes does an idle actor take, when a million of them have handled one message each?

#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "measure.hpp"

namespace {

struct Raise {
    std::uint64_t count = 0;
};
struct Hello {};
struct Done {};

class Infant : public zanni::Actor {
public:
    Hello hello(const Hello&) { return {}; }
    using Behavior = zanni::Behavior<&Infant::hello>;
};

class Nursery : public zanni::Actor {
public:
    void raise(const Raise& order, const zanni::Address& asker) {
        asker_ = asker;
        awaited_ = order.count;
        for (std::uint64_t i = 0; i < order.count; ++i) send(create<Infant>(), Hello{});
    }
    void hello(const Hello&) {
        if (--awaited_ == 0) send(asker_, Done{});
    }
    using Behavior = zanni::Behavior<&Nursery::hello, &Nursery::raise>;

private:
    zanni::Address asker_;
    std::uint64_t awaited_ = 0;
};

std::uint64_t resident_bytes() {
    ::malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

int main(int argc, char** argv) {
    const auto flags = bench::read_flags(argc, argv, "resident bytes per idle actor", 1'000'000);
    zanni::ActorSystem system({.workers = flags.workers});
    const zanni::Address nursery = system.create<Nursery>();
    const std::uint64_t before = resident_bytes();
    bench::ask<Done>(system, nursery, Raise{flags.count});
    const std::uint64_t bytes = (resident_bytes() - before) / flags.count;
    if (flags.json)
        std::cout << R"({"what":"bytes per idle actor","count":)" << flags.count << R"(,"bytes":)" << bytes << "}\n";
    else
        std::cout << "bytes per idle actor, of " << flags.count << ": " << bytes
                  << " (its place in its parent's list included)\n";
}
