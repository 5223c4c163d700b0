#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <zanni/random.hpp>
#include <zanni/simulated_convention.hpp>

#include "log.hpp"

namespace zanni::test {

using namespace std::chrono_literals;

namespace {

struct Entry {
    static constexpr auto message_name = "test.Entry";
    std::uint64_t number = 0;
};
struct Who {
    static constexpr auto message_name = "test.Who";
};
struct Entries {
    static constexpr auto message_name = "test.Entries";
    Address self;
    std::map<Address, std::vector<std::uint64_t>> entries;
};

/// The actor of the name.
class NamedActor : public Actor {
public:
    static constexpr auto actor_name = "test.NamedActor";
    void enter(const Entry& entry, const Address& from) { entries_[from].push_back(entry.number); }
    Entries who(const Who&) { return {address(), entries_}; }
    using Behavior = zanni::Behavior<&NamedActor::enter, &NamedActor::who>;

private:
    std::map<Address, std::vector<std::uint64_t>> entries_;
};

struct Claim {
    static constexpr auto message_name = "test.ClaimIt";
    Requirements where;
    std::uint64_t entries = 0;
    bool isolated = false;
};
struct Claimed {
    static constexpr auto message_name = "test.Claimed";
    Address given;  ///< by create()
    std::uint64_t sent = 0;
    std::uint64_t down = 0;
    std::uint64_t dead = 0;
};
struct FindIt {
    static constexpr auto message_name = "test.FindIt";
};
struct Found {
    static constexpr auto message_name = "test.Found";
    Address address;
    Error::Code error = Error::timeout;
    std::string why;
};

/// Creates the actor of the name, and sends to it at once and later.
class Claimant : public Actor {
public:
    static constexpr auto actor_name = "test.Claimant";

    void claim(const Claim& claim) {
        CreateOptions options{.name = "registry", .requirements = claim.where, .wait_longest = 12s};
        if (claim.isolated) options.isolation = Isolation::process;
        claimed_.given = create("test.NamedActor", options);
        watch(claimed_.given);
        handle_dead_letters();
        left_ = claim.entries;
        go_on();
    }
    void tick(const Wakeup&) { go_on(); }
    void down(const Down&) { ++claimed_.down; }
    void dead(const DeadLetter& letter) {
        if (letter.sender == address()) ++claimed_.dead;
    }
    Task<Found> find_it(const FindIt&) {
        const auto found = co_await find("registry", 20s);
        if (!found) co_return Found{{}, found.error().code, found.error().to_string()};
        co_return Found{*found, {}, {}};
    }
    Claimed what(const Who&) { return claimed_; }
    using Behavior = zanni::Behavior<&Claimant::claim, &Claimant::tick, &Claimant::down, &Claimant::dead,
                                     &Claimant::find_it, &Claimant::what>;

private:
    void go_on() {
        if (left_ == 0) return;
        --left_;
        send(claimed_.given, Entry{++claimed_.sent});
        wakeup_after(200ms);
    }
    Claimed claimed_;
    std::uint64_t left_ = 0;
};

const Registry& types() {
    static const Registry registry = [] {
        Registry both;
        both.add<NamedActor>();
        both.add<Claimant>();
        return both;
    }();
    return registry;
}

/// Claimants on three hosts, two each, claim one name while things go wrong; in gentle runs nothing that an actor
/// doesn't survive.
class NameRun {
public:
    explicit NameRun(std::uint64_t seed, bool isolated = false)
        : random_(seed ^ 0x6e616d6573ULL), gentle_(seed % 2 == 0), isolated_(isolated), convention_(options(seed)) {}

    void run() {
        try {
            for (const auto& host : hosts_) applications_[host] = &convention_.application(host);
            for (const auto& host : hosts_)
                for (int i = 0; i < 2; ++i)
                    claimants_.push_back({host, applications_[host]->create("test.Claimant", only(host))});
            for (std::uint64_t i = 0, faults = 1 + below(4); i < faults; ++i)
                convention_.later(between(0s, 6s), [this] { go_wrong(); });
            for (Claiming& claiming : claimants_) {
                Claim claim{{}, 20 + below(20), isolated_};
                if (below(3) == 0) claim.where = {{hosts_[below(3)], true}};
                claiming.placed = isolated_ || !claim.where.empty();
                convention_.later(between(0s, below(2) ? Duration(1ms) : Duration(5s)),
                                  [this, claim, where = claiming.host, to = claiming.address] {
                                      if (convention_.lives(*applications_[where]))
                                          applications_[where]->tell(to, claim);
                                  });
            }
            convention_.run_for(8s);
            create_from_outside();
            mend();
            convention_.run_for(25s);
            check();
        } catch (const SimulationFailed& failed) {
            throw SimulationFailed(failed.seed, failed.what() + ("\nwhat went wrong:\n" + history_));
        }
    }
    std::uint64_t trace_hash() const { return convention_.trace_hash(); }

private:
    struct Claiming {
        std::string host;
        Address address;
        std::optional<Claimed> claimed{};
        bool placed = false;  ///< on a host that its own may not know at that moment: then creating it fails
    };

    static SimulatedConvention::Options options(std::uint64_t seed) {
        SimulatedConvention::Options options{.seed = seed, .registry = &types()};
        for (const char* const name : {"leader", "north", "south"}) options.hosts.push_back({name, {{name, true}}});
        return options;
    }
    static CreateOptions only(const std::string& host) { return {.requirements = {{host, true}}}; }

    std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
    Duration between(Duration low, Duration high) {
        return low + Duration(below(static_cast<std::uint64_t>((high - low).count()) + 1));
    }
    const std::string& any_worker() { return hosts_[1 + below(2)]; }
    void note(const std::string& what) {
        history_ += "  " + std::to_string(convention_.elapsed() / 1ms) + " ms  " + what + "\n";
    }

    void go_wrong() {
        const Duration time = between(50ms, gentle_ ? Duration(700ms) : Duration(9s));
        const std::string host = below(2) ? hosts_[0] : any_worker(), worker = any_worker();
        switch (below(gentle_ ? 4 : 6)) {
            case 0:
                note("cut " + worker + " for " + std::to_string(time / 1ms));
                convention_.cut(worker, "leader");
                if (below(2)) convention_.cut("leader", worker);
                convention_.later(time, [this, worker] {
                    convention_.heal(worker, "leader");
                    convention_.heal("leader", worker);
                });
                break;
            case 1:
                note("kill broker of " + host + " for " + std::to_string(time / 1ms));
                convention_.kill_broker(host);
                convention_.later(time, [this, host] { convention_.start_broker(host); });
                break;
            case 2:
                note("reset link of " + worker);
                convention_.reset_link(worker);
                break;
            case 3:
                note("stop broker of " + host + " for " + std::to_string(time / 1ms));
                convention_.stop_broker(host, true);
                convention_.later(time, [this, host] { convention_.stop_broker(host, false); });
                break;
            case 4:
                note("kill actor process of " + host);
                convention_.kill_actor_process(host);
                break;
            default:
                note("kill actor process of " + worker + " and reset its link");
                convention_.kill_actor_process(worker);
                convention_.later(between(0s, 3ms), [this, worker] { convention_.reset_link(worker); });
        }
    }

    void create_from_outside() {
        System& application = *applications_[hosts_[below(3)]];
        if (!convention_.lives(application)) return;
        const auto created = application.create("test.NamedActor", {.name = "registry", .wait_longest = 3s});
        note(created ? "an application has " + convention_.name_of(*created) : created.error().to_string());
    }

    void mend() {
        convention_.heal();
        for (const auto& host : hosts_) {
            convention_.stop_broker(host, false);
            convention_.start_broker(host);
        }
    }

    /// Everybody finds the same one, and whoever has created it reaches that one, or knows that it has ended.
    void check() {
        std::set<Address> found;
        for (Claiming& claiming : claimants_) {
            System& application = *applications_[claiming.host];
            if (!convention_.lives(application)) continue;
            const auto claimed = application.ask<Claimed>(claiming.address, Who{}, 5s);
            convention_.check(claimed || claimed.error().code == Error::dead_target, "a claimant answers or is dead");
            if (!claimed) continue;
            claiming.claimed = *claimed;
            const auto answer = application.ask<Found>(claiming.address, FindIt{}, 30s);
            convention_.check(
                answer && (answer->address || answer->error == Error::unknown_name),
                "a claimant finds the actor or nobody: " + (answer ? answer->why : answer.error().to_string()));
            found.insert(answer->address);
            const auto outside = application.find("registry", 20s);
            convention_.check(outside.value_or(Address{}) == answer->address, "all find the same from outside");
        }
        convention_.check(found.size() <= 1, "all find the same");
        const Address one = found.empty() ? Address{} : *found.begin();
        convention_.check(!gentle_ || one, "in a gentle run the actor lives");
        for (const Claiming& claiming : claimants_)
            if (claiming.claimed) check(claiming, one);
        convention_.run_for(1s);
        convention_.check_accounts();
    }

    void check(const Claiming& claiming, const Address& one) {
        if (!claiming.claimed->given) return;
        System& application = *applications_[claiming.host];
        const auto reached = application.ask<Entries>(claiming.claimed->given, Who{}, 5s);
        if (!reached) {
            convention_.check(reached.error().code == Error::dead_target && (!gentle_ || claiming.placed),
                              "what create() gave is the actor's or a dead one's: " + reached.error().to_string());
            convention_.check(claiming.claimed->down == 1, "who watches is told of the end once");
            return;
        }
        convention_.check(reached->self == one, "there is one actor of the name, for " + claiming.host);
        if (!gentle_) return;
        std::vector<std::uint64_t> all;
        for (std::uint64_t i = 1; i <= claiming.claimed->sent; ++i) all.push_back(i);
        const auto entries = reached->entries.find(claiming.address);
        convention_.check(entries != reached->entries.end() && entries->second == all,
                          "all that was sent there has come, once, in order, from " + claiming.host);
        convention_.check(claiming.claimed->down == 0 && claiming.claimed->dead == 0, "nobody is told of an end");
    }

    SeededRandom random_;
    const bool gentle_;
    const bool isolated_;
    SimulatedConvention convention_;
    const std::vector<std::string> hosts_{"leader", "north", "south"};
    std::map<std::string, System*> applications_;
    std::vector<Claiming> claimants_;
    std::string history_;
};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// What fails first of ZANNI_SEEDS (default 300, or isolated 100) seeds from ZANNI_SEED (default 1) on.
std::string failure_of_runs(bool isolated) {
    const std::uint64_t first = number_from("ZANNI_SEED", 1), count = number_from("ZANNI_SEEDS", isolated ? 100 : 300);
    log::set_level("off");  // each run has dozens of warnings
    std::string failure;
    for (std::uint64_t seed = first; seed < first + count && failure.empty(); ++seed) {
        NameRun run(seed, isolated);
        try {
            run.run();
        } catch (const SimulationFailed& failed) {
            failure = failed.what();
        }
    }
    log::set_level("info");
    return failure;
}

}  // namespace

TEST_CASE("six claim a name on three hosts while all goes wrong: there is one actor of it", "[C4][names]") {
    CHECK(failure_of_runs(false) == "");
}

TEST_CASE("the same is true of an actor of a name with a process of its own", "[C4][names][isolation]") {
    CHECK(failure_of_runs(true) == "");
}

TEST_CASE("a run of claims is the same from the same seed", "[C4][names]") {
    NameRun first(3), second(3);
    first.run();
    second.run();
    CHECK(first.trace_hash() == second.trace_hash());
}

}  // namespace zanni::test
