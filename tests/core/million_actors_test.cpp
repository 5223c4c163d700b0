#include <catch2/catch.hpp>

#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int million = 20'000;  // a sanitizer keeps what was freed, and takes its time
constexpr bool memory_is_ours = false;
#else
constexpr int million = 1'000'000;
constexpr bool memory_is_ours = true;
#endif

struct Raise {
    int count = 0;
};
struct Raised {
    int live = 0;
};
struct Hello {};
struct HelloBack {};

class Infant : public Actor {
public:
    HelloBack hello(const Hello&) { return {}; }
    using Behavior = zanni::Behavior<&Infant::hello>;
};

/// Creates children, says hello to each, and replies when all have answered.
class Nursery : public Actor {
public:
    void raise(const Raise& order, const Address& asker) {
        asker_ = asker;
        awaited_ = order.count;
        for (int i = 0; i < order.count; ++i) send(create<Infant>(), Hello{});
    }
    void hello_back(const HelloBack&) {
        ++answers_;
        if (answers_ == awaited_) send(asker_, Raised{answers_});
    }
    using Behavior = zanni::Behavior<&Nursery::raise, &Nursery::hello_back>;

private:
    Address asker_;
    int awaited_ = 0;
    int answers_ = 0;
};

std::size_t resident_bytes() {
    ::malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void await_end(System& system) {
    const SystemClock clock;
    const TimePoint deadline = clock.now() + patience;
    while (system.actor_count() != 0 && clock.now() < deadline) static_cast<void>(system.listen<Hello>(1ms));
    REQUIRE(system.actor_count() == 0);
}

/// Bytes in use while that many live.
std::size_t live_and_die(ActorSystem& system, int count) {
    const auto nursery = system.create<Nursery>();
    const auto raised = system.ask<Raised>(nursery, Raise{count}, patience);
    REQUIRE(raised);
    CHECK(raised->live == count);
    CHECK(system.actor_count() == static_cast<std::uint64_t>(count) + 1);
    const std::size_t resident = resident_bytes();
    system.tell(nursery, ExitRequest{});
    await_end(system);
    return resident;
}

}  // namespace

TEST_CASE("a million actors live, are talked to and end, and their memory goes back", "[A5]") {
    // Else glibc keeps what is free at the end of each thread's arena, and in the end the size of what was freed last
    // decides what goes back, malloc_trim or not.
    const bool alone = resident_bytes() < 16 * 1024 * 1024;  // as CTest runs it: other cases leave their arenas behind
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MXFAST, 0);
    ::mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    ActorSystem system;
    live_and_die(system, million / 20);  // what is made once is made
    const std::size_t before = resident_bytes();

    const std::size_t with_them = live_and_die(system, million);

    // Some hundred KiB that the free lists for messages keep at rest lie scattered, and each holds its page.
    const std::size_t limit = before + (with_them - before) / 50;
    const SystemClock clock;
    const TimePoint deadline = clock.now() + patience;
    std::size_t after = resident_bytes();
    while (memory_is_ours && alone && after > limit && clock.now() < deadline) {
        static_cast<void>(system.listen<Hello>(1ms));
        after = resident_bytes();
    }
    CHECK(system.accounts().difference() == 0);
    CHECK(system.counters().dead_letters == 0);
    WARN(million << " actors: " << (with_them - before) / million << " bytes each; resident KiB: " << before / 1024
                 << " before, " << after / 1024 << " after");
    if (memory_is_ours && alone) CHECK(after <= limit);
}

}  // namespace zanni
