#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <thread>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "echo.hpp"
#include "hostile_peers.hpp"

/// A broker in bad company. ZANNI_HOSTILE_FRAMES and ZANNI_HOSTILE_SEED ask for more of it, or other.
namespace zanni::tests {

namespace {

constexpr std::uint64_t frames_default = 50'000;
constexpr std::uint64_t seed_default = 20261122;
constexpr std::size_t peers_at_once = 8;
constexpr std::uint64_t frames_of_a_peer = 2'000;
constexpr std::uint64_t frames_per_connection = 500;

/// What the broker and the actor process may have had in memory at most, after up to 10^6 frames: libzmq never frees
/// what a connection under a taken id has sent (docs/testing.md). A sanitizer takes several times as much.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t peak_max = 2048ULL * 1024 * 1024;
#else
constexpr std::size_t peak_max = 256ULL * 1024 * 1024;
#endif

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text ? std::stoull(text) : otherwise;
}

std::size_t peak_of(pid_t pid) {
    const std::string status = read_text("/proc/" + std::to_string(pid) + "/status");
    const auto at = status.find("VmHWM:");
    return at == std::string::npos ? 0 : std::stoull(status.substr(at + 6)) * 1024;
}

std::ptrdiff_t files_open_in(pid_t pid) {
    std::error_code ignored;
    return std::distance(std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", ignored), {});
}

/// Asks one question after the other, and counts those that are answered rightly.
class GoodClient {
public:
    GoodClient(ActorSystem& system, const Address& server)
        : thread_([this, &system, server] {
              for (std::uint64_t number = 1; !stop_; ++number) ask(system, server, number);
          }) {}
    ~GoodClient() { stop(); }

    void stop() {
        stop_ = true;
        if (thread_.joinable()) thread_.join();
    }
    std::uint64_t right() const { return right_; }
    /// What went wrong, after stop().
    const std::vector<std::string>& wrong() const { return wrong_; }

private:
    void ask(ActorSystem& system, const Address& server, std::uint64_t number) {
        const auto pong = system.ask<echo::Pong>(server, echo::Ping{number, 7}, deadline);
        if (pong && pong->number == number && pong->sent_ns == 7)
            ++right_;
        else if (wrong_.size() < 10)
            wrong_.push_back("ping " + std::to_string(number) + ": " +
                             (pong ? "pong " + std::to_string(pong->number) : pong.error().to_string()));
    }

    std::vector<std::string> wrong_;
    std::atomic<std::uint64_t> right_ = 0;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

/// Eight hostile peers at a time, each replaced after a while or when nothing is taken from it.
std::uint64_t send_hostile_frames(std::uint64_t count, Random& random, const std::string& endpoint,
                                  const Address& victim) {
    zmq::context_t context;
    RawConnections connections(endpoint, random);
    HostileFrames frames(random, victim);
    std::deque<std::unique_ptr<HostilePeer>> peers;
    std::uint64_t sent = 0;
    for (std::uint64_t tries = 0; sent < count; ++tries) {
        if (tries % (frames_of_a_peer / peers_at_once) == 0) {
            peers.push_back(std::make_unique<HostilePeer>(context, endpoint, random, victim));
            if (peers.size() > peers_at_once) peers.pop_front();
        }
        if (tries % frames_per_connection == 0) connections.open();
        auto& peer = peers[random() % peers.size()];
        if (peer->send(frames.next(peer->source())))
            ++sent;
        else
            peer = std::make_unique<HostilePeer>(context, endpoint, random, victim);
        peer->read_or_not();
    }
    return sent;
}

}  // namespace

TEST_CASE("a client is served while hostile peers send frames of every kind, in bounded memory", "[hostile]") {
    const std::uint64_t count = from_environment("ZANNI_HOSTILE_FRAMES", frames_default);
    const std::uint64_t seed = from_environment("ZANNI_HOSTILE_SEED", seed_default);
    INFO("ZANNI_HOSTILE_FRAMES=" << count << " ZANNI_HOSTILE_SEED=" << seed);
    Random random(seed);
    Convention convention;
    const Program& broker = convention.start_leader(
        any_port, {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true", "--log-level", "error"});
    const pid_t actors = convention.actor_process_of("leader");
    {
        ActorSystem system(join(convention.endpoint()));
        const Address server = system.create("echo.EchoServer");
        REQUIRE(system.ask<echo::Pong>(server, echo::Ping{}, deadline).has_value());
        const auto broker_files = files_open_in(broker.pid());
        const auto actors_files = files_open_in(actors);
        const auto begin = std::chrono::steady_clock::now();

        GoodClient client(system, server);
        const std::uint64_t sent = send_hostile_frames(count, random, convention.endpoint(), server);
        const std::uint64_t during = client.right();
        eventually("the client is still served", [&] { return client.right() > during; });
        client.stop();

        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        std::cout << "seed " << seed << ": " << sent << " hostile frames in " << took.count() << " s, "
                  << client.right() << " pings answered, peak " << peak_of(broker.pid()) / 1024 / 1024
                  << " MiB broker, " << peak_of(actors) / 1024 / 1024 << " MiB actor process\n";
        for (const auto& failure : client.wrong()) UNSCOPED_INFO(failure);
        CHECK(client.wrong().empty());
        CHECK(client.right() > 0);
        eventually("the broker has closed what they opened",
                   [&] { return files_open_in(broker.pid()) <= broker_files; });
        eventually("so has the actor process", [&] { return files_open_in(actors) <= actors_files; });
        CHECK(peak_of(broker.pid()) < peak_max);
        CHECK(peak_of(actors) < peak_max);
        CHECK(convention.actor_process_of("leader") == actors);
        REQUIRE(system.ask<echo::Pong>(server, echo::Ping{}, deadline).has_value());
    }
    convention.shut_down();
}

}  // namespace zanni::tests
