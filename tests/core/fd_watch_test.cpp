#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "pipe.hpp"
#include "scheduling/fd_watch.hpp"

namespace zanni::detail {

namespace {

using namespace std::chrono_literals;
using test::Pipe;

constexpr Address one = make_address({1, 1});
constexpr Address other = make_address({1, 2});

using Reports = std::vector<std::pair<int, Address>>;

Reports look(FdWatch& watch) {
    Reports reports;
    watch.poll(0s, [&](int fd, const Address& watcher) { reports.emplace_back(fd, watcher); });
    return reports;
}

}  // namespace

TEST_CASE("a descriptor is reported once it can be read, to whoever watches it") {
    FdWatch watch;
    Pipe pipe, quiet;
    watch.add(pipe.out(), one);
    watch.add(quiet.out(), other);

    CHECK(look(watch).empty());
    pipe.write("x");

    CHECK(look(watch) == Reports{{pipe.out(), one}});
}

TEST_CASE("a reported descriptor is not looked at again before it is rearmed") {
    FdWatch watch;
    Pipe pipe;
    watch.add(pipe.out(), one);
    pipe.write("xx");
    REQUIRE(look(watch).size() == 1);

    CHECK(look(watch).empty());
    watch.rearm(pipe.out(), one);
    CHECK(look(watch).size() == 1);
    CHECK(pipe.read(2) == "xx");
    watch.rearm(pipe.out(), one);
    CHECK(look(watch).empty());
}

TEST_CASE("nobody but the watcher rearms a descriptor") {
    FdWatch watch;
    Pipe pipe;
    watch.add(pipe.out(), one);
    pipe.write("x");
    REQUIRE(look(watch).size() == 1);

    watch.rearm(pipe.out(), other);
    watch.rearm(pipe.in(), one);

    CHECK(look(watch).empty());
}

TEST_CASE("a descriptor that is removed is reported no more, and may be watched by another then") {
    FdWatch watch;
    Pipe pipe;
    watch.add(pipe.out(), one);
    pipe.write("x");

    watch.remove(pipe.out());
    watch.remove(pipe.out());
    CHECK(look(watch).empty());
    watch.add(pipe.out(), other);

    CHECK(look(watch) == Reports{{pipe.out(), other}});
}

TEST_CASE("the closing of the other end can be read too") {
    FdWatch watch;
    Pipe pipe;
    watch.add(pipe.out(), one);

    pipe.close_in();

    CHECK(look(watch) == Reports{{pipe.out(), one}});
}

TEST_CASE("a descriptor can't be watched twice, nor one that is closed, nor a plain file") {
    FdWatch watch;
    Pipe pipe;
    watch.add(pipe.out(), one);
    const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);

    CHECK_THROWS_AS(watch.add(pipe.out(), other), std::system_error);
    CHECK_THROWS_AS(watch.add(-1, one), std::system_error);
    CHECK_THROWS_AS(watch.add(file, one), std::system_error);
    ::close(file);
    pipe.write("x");

    CHECK(look(watch) == Reports{{pipe.out(), one}});
}

TEST_CASE("wake ends a wait, and one that comes before the wait too") {
    FdWatch watch;
    Reports reports;
    const auto report = [&](int fd, const Address& watcher) { reports.emplace_back(fd, watcher); };

    watch.wake();
    watch.poll(1h, report);
    std::thread waker([&] { watch.wake(); });
    watch.poll(1h, report);
    waker.join();

    CHECK(reports.empty());
}

TEST_CASE("more readable descriptors than one poll reports are reported by the next ones") {
    FdWatch watch;
    std::vector<Pipe> pipes(100);
    for (Pipe& pipe : pipes) {
        watch.add(pipe.out(), one);
        pipe.write("x");
    }

    Reports reports;
    for (int poll = 0; poll < 3; ++poll)
        for (const auto& report : look(watch)) reports.push_back(report);

    CHECK(reports.size() == pipes.size());
}

}  // namespace zanni::detail
