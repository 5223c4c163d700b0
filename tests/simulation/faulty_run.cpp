#include "faulty_run.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace zanni::test {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t faults_salt = 0x6661756c7473ULL;
constexpr int clerks_per_host = 2;
constexpr Duration bad_times = 8s;
constexpr Duration until_quiet = 25s;

std::string ms(Duration time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

}  // namespace

const Registry& FaultyRun::registry() {
    static const Registry registry = [] {
        Registry types;
        types.add<Courier>();
        return types;
    }();
    return registry;
}

SimulatedConvention::Options FaultyRun::options(std::uint64_t seed) {
    SeededRandom random(seed ^ faults_salt);
    const auto skew = [&] { return static_cast<std::int64_t>(random.next() % 4'001) - 2'000; };
    SimulatedConvention::Options options{.seed = seed, .registry = &registry()};
    for (const char* const name : {"leader", "north", "south"})
        options.hosts.push_back({name, {{name, true}}, std::chrono::seconds(random.next() % 1'000), skew()});
    options.lane_frames = random.next() % 2 == 0 ? 500 : 5;
    options.between_hosts.delay_max = std::chrono::microseconds(100 + random.next() % 5'000);
    return options;
}

FaultyRun::FaultyRun(std::uint64_t seed)
    : random_(seed ^ faults_salt),
      convention_(options(seed)),
      hosts_{"leader", "north", "south"},
      powers_off_(below(4) == 0) {
    if (below(4) < (is_short() ? 1 : 3)) part_workers();
}

/// A failure says what went wrong before it.
void FaultyRun::run() {
    try {
        live_through_it();
    } catch (const SimulationFailed& failed) {
        throw SimulationFailed(failed.seed, failed.what() + ("\nwhat went wrong:\n" + history_));
    }
}

void FaultyRun::note(const std::string& what) { history_ += "  " + ms(convention_.elapsed()) + "  " + what + "\n"; }

void FaultyRun::live_through_it() {
    hire();
    write();
    const std::uint64_t faults = is_short() ? 1 + below(3) : 3 + below(5);
    for (std::uint64_t i = 0; i < faults; ++i) convention_.later(between(0s, bad_times), [this] { go_wrong(); });
    const Duration before = between(1s, bad_times);
    convention_.run_for(before);
    end_application();
    convention_.run_for(bad_times * 2 - before);
    mend();
    convention_.run_for(until_quiet);
    collect();
    check();
}

void FaultyRun::hire() {
    for (const auto& host : hosts_) applications_[host] = &convention_.application(host);
    for (const auto& host : hosts_)
        for (int i = 0; i < clerks_per_host; ++i)
            clerks_.push_back(
                {host, applications_[host]->create("test.Courier", {.requirements = {{host, true}}}), {}, true, {}});
}

/// Each to three others, and watches another.
void FaultyRun::write() {
    each_ = 30 + below(20);
    for (std::size_t i = 0; i < clerks_.size(); ++i) {
        Write order{{}, each_, 1 + below(4), {}, below(20) == 0 ? 200'000 + below(2'000'000) : 0};
        order.pause = (is_short() ? Duration(4s) : bad_times) * order.batch / each_;
        for (const std::size_t step : {1, 2, 3}) order.to.push_back(clerks_[(i + step) % clerks_.size()].courier);
        letters_ += order.to.size() * each_;
        clerks_[i].watched = order.to[below(3)];
        applications_[clerks_[i].host]->tell(clerks_[i].courier, Watched{clerks_[i].watched});
        applications_[clerks_[i].host]->tell(clerks_[i].courier, order);
    }
}

/// A program that says what it has to say and ends: all of that must come, though it waits for nothing.
void FaultyRun::end_application() {
    const std::string host = powers_off_ ? hosts_.front() : any_host();
    if (!convention_.broker_lives(host)) return;
    System& application = convention_.application(host);
    const auto writer = application.create<Courier>();
    leaver_to_ = below(clerks_.size());
    farewells_ = 20;
    leaver_ = *writer;
    application.tell(leaver_, Write{{clerks_[leaver_to_].courier}, farewells_, farewells_, {}, 0});
    leaving_ = &application;
    note("an application on " + host + " says farewell to " + clerks_[leaver_to_].host);
    convention_.end_application(application);
}

// ---- What goes wrong

Duration FaultyRun::between(Duration low, Duration high) {
    return low + Duration(below(static_cast<std::uint64_t>((high - low).count()) + 1));
}
/// How long a fault lasts: in short runs so that no two of them together make a host seem down.
Duration FaultyRun::lasting(Duration low, Duration high) { return between(low, is_short() ? Duration(700ms) : high); }
const std::string& FaultyRun::any_host() { return hosts_[below(hosts_.size())]; }
const std::string& FaultyRun::any_worker() { return hosts_[1 + below(hosts_.size() - 1)]; }

void FaultyRun::go_wrong() {
    constexpr void (FaultyRun::*kinds[])() = {
        &FaultyRun::cut,         &FaultyRun::stop,        &FaultyRun::kill_process, &FaultyRun::kill_broker,
        &FaultyRun::worsen_link, &FaultyRun::reset_links, &FaultyRun::kill_host,    &FaultyRun::trouble_direct_link,
        &FaultyRun::break_lanes};
    (this->*kinds[below(std::size(kinds))])();
}

/// One way or both, shorter or longer than the down time.
void FaultyRun::cut() {
    const std::string worker = any_worker();
    const std::uint64_t ways = 1 + below(3);
    const Duration time = lasting(50ms, 9s);
    note("cut " + worker + (ways == 1 ? " up" : ways == 2 ? " down" : " both ways") + " for " + ms(time));
    if (ways & 1) convention_.cut(worker, "leader");
    if (ways & 2) convention_.cut("leader", worker);
    convention_.later(time, [this, worker] {
        convention_.heal(worker, "leader");
        convention_.heal("leader", worker);
    });
}

void FaultyRun::stop() {
    const std::string host = any_host();
    const bool broker = below(2) == 0;
    const auto set = [this, host, broker](bool stopped) {
        if (broker)
            convention_.stop_broker(host, stopped);
        else
            convention_.stop_actor_process(host, stopped);
    };
    const Duration time = lasting(50ms, 8s);
    note((broker ? "stop broker of " : "stop actor process of ") + host + " for " + ms(time));
    set(true);
    convention_.later(time, [set] { set(false); });
}

void FaultyRun::kill_process() {
    const std::string host = any_host();
    note("kill actor process of " + host);
    convention_.kill_actor_process(host);
}

void FaultyRun::kill_broker() {
    const std::string host = any_host();
    const Duration time = lasting(10ms, 7s);
    note("kill broker of " + host + " for " + ms(time));
    convention_.kill_broker(host);
    convention_.later(time, [this, host] { convention_.start_broker(host); });
}

/// Power off, while another host's cable is loose when that is told; and on again, or not before the end.
void FaultyRun::kill_host() {
    if (!powers_off_) return kill_process();
    const std::string host = any_worker();
    const std::string other = host == "north" ? "south" : "north";
    const Duration time = between(100ms, 12s);
    note("power off " + host + " for " + ms(time));
    convention_.kill_host(host);
    for (Duration when = 5s; when < 6s; when += 2ms)
        convention_.later(when, [this, other] { convention_.reset_link(other); });
    convention_.later(time, [this, host] { convention_.start_broker(host); });
}

/// At times so slow that a host is lost and joins again while what was said before is still under way.
void FaultyRun::worsen_link() {
    const bool crawls = !is_short() && below(6) == 0;
    SimulatedConvention::Link link{.delay_min = 0us,
                                   .delay_max = crawls ? between(1s, 9s) : between(1ms, is_short() ? 50ms : 200ms)};
    link.loss = static_cast<double>(below(is_short() ? 10 : 30)) / 100;
    link.doubling = static_cast<double>(below(20)) / 100;
    link.overtaking = static_cast<double>(below(20)) / 100;
    if (!is_short() && below(3) == 0) link.straggling_max = between(1s, 15s);
    const std::string worker = any_worker();
    note("bad link of " + worker);
    convention_.set_link(worker, "leader", link);
    if (below(2) == 0) convention_.set_link("leader", worker, link);
}

/// A few times, as when a cable is loose.
void FaultyRun::reset_links() {
    const std::string worker = any_worker();
    note("reset link of " + worker);
    for (std::uint64_t i = 1 + below(5); i > 0; --i)
        convention_.later(between(0s, 500ms), [this, worker] { convention_.reset_link(worker); });
    if (below(2) == 0) return;
    kill_process();  // the news of which may be under way just then
    convention_.later(between(1ms, 3ms), [this, worker] { convention_.reset_link(worker); });
}

/// What connects the two workers directly; they can always go by way of the leader instead.
void FaultyRun::trouble_direct_link() {
    const std::string north = "north";
    const std::string south = "south";
    switch (below(4)) {
        case 0:
            return part_workers();
        case 1: {
            const bool both_ways = below(2) == 0;
            const Duration time = between(50ms, 9s);
            note("cut north from south" + std::string(both_ways ? ", both ways" : "") + " for " + ms(time));
            convention_.cut(north, south);
            if (both_ways) convention_.cut(south, north);
            return convention_.later(time, [=, this] {
                if (are_parted_) return;
                convention_.heal(north, south);
                convention_.heal(south, north);
            });
        }
        case 2: {
            const Duration slow = between(1ms, is_short() ? 200ms : 1'500ms);
            note("bad direct link, " + ms(slow));
            for (const auto& [from, to] : {std::pair(north, south), std::pair(south, north)})
                convention_.set_link(from, to, {.delay_max = slow, .loss = 0.1, .doubling = 0.1, .overtaking = 0.3});
            return;
        }
        default:
            note("reset direct link");
            kill_process();
            for (std::uint64_t i = 1 + below(5); i > 0; --i)
                convention_.later(between(0s, 5ms), [=, this] { convention_.reset_link(north, south); });
    }
}

/// As often as not twice, the second time while the two are about to go on by the brokers, or have a lane again.
void FaultyRun::break_lanes() {
    for (std::uint64_t i = 1 + below(2); i > 0; --i) {
        const bool for_good = below(2) == 0;
        const Duration when = between(0s, 2s);
        note("break lanes" + std::string(for_good ? " for good" : "") + " in " + ms(when));
        convention_.later(when, [this, for_good] { convention_.break_lanes(for_good); });
    }
}

/// For good.
void FaultyRun::part_workers() {
    note("north and south can't reach each other any more");
    are_parted_ = true;
    convention_.cut("north", "south");
    convention_.cut("south", "north");
}

void FaultyRun::mend() {
    convention_.heal();
    if (are_parted_) part_workers();
    convention_.set_link("north", "south", {});
    convention_.set_link("south", "north", {});
    for (const auto& host : hosts_) {
        convention_.stop_broker(host, false);
        convention_.stop_actor_process(host, false);
        convention_.start_broker(host);
        if (host == "leader") continue;
        convention_.set_link(host, "leader", {});
        convention_.set_link("leader", host, {});
    }
}

// ---- What became of it

void FaultyRun::collect() {
    for (Clerk& clerk : clerks_) {
        if (!convention_.lives(*applications_[clerk.host])) {
            clerk.lives = false;
            continue;
        }
        auto received = applications_[clerk.host]->ask<Received>(clerk.courier, Ask{}, 5s);
        clerk.lives = received.has_value();
        convention_.check(clerk.lives || received.error().code == Error::dead_target,
                          "a courier answers or is dead: " + (clerk.lives ? "" : received.error().to_string()));
        if (clerk.lives) clerk.received = std::move(*received);
    }
}

const FaultyRun::Clerk& FaultyRun::clerk_of(const Address& courier) const {
    return *std::ranges::find(clerks_, courier, &Clerk::courier);
}

void FaultyRun::check() const {
    for (std::size_t i = 0; i < clerks_.size(); ++i) {
        if (!clerks_[i].lives) continue;
        convention_.check(clerks_[i].received.written == each_, "everybody has written all letters");
        convention_.check(!clerks_[i].received.dead_twice, "a letter is dead once at most");
        for (const std::size_t step : {1, 2, 3}) check_letters(clerks_[i], clerks_[(i + step) % clerks_.size()]);
        check_down(clerks_[i]);
    }
    check_farewell();
    convention_.check_accounts();
}

void FaultyRun::check_letters(const Clerk& from, const Clerk& to) const {
    const auto way = [&] { return convention_.name_of(from.courier) + " to " + convention_.name_of(to.courier); };
    static const std::map<std::uint64_t, Error::Code> none;
    const auto found_dead = from.received.dead.find(to.courier);
    const auto& dead = found_dead == from.received.dead.end() ? none : found_dead->second;
    if (!to.lives) return;
    const auto found = to.received.letters.find(from.courier);
    const std::vector<std::uint64_t> nothing;
    const auto& came = found == to.received.letters.end() ? nothing : found->second;
    convention_.check(std::ranges::is_sorted(came), "letters keep their order, " + way());
    convention_.check(std::ranges::adjacent_find(came) == came.end(), "no letter comes twice, " + way());
    convention_.check(!is_short() || dead.empty(), "no letter between living couriers is dead, " + way());
    for (std::uint64_t number = 1; number <= each_; ++number) {
        const bool has_come = std::ranges::binary_search(came, number);
        const auto buried = dead.find(number);
        convention_.check(has_come || buried != dead.end(),
                          "letter " + std::to_string(number) + " is not lost in silence, " + way());
        convention_.check(!has_come || buried == dead.end() || buried->second == Error::unknown_delivery,
                          "letter " + std::to_string(number) + " is dead or has come, " + way());
    }
}

void FaultyRun::check_down(const Clerk& watcher) const {
    const auto told = std::ranges::count(watcher.received.down, watcher.watched);
    const bool lives = clerk_of(watcher.watched).lives;
    convention_.check(told <= 1, "an end is told once");
    convention_.check(lives || told == 1, "an end is told");
    convention_.check(!lives || told == 0 || !is_short(), "nobody is told of an end that wasn't");
}

/// What a program said before it ended in order has come, but for a target that is dead.
void FaultyRun::check_farewell() const {
    const Clerk& to = clerks_[leaver_to_];
    if (!leaving_ || !is_short() || !to.lives) return;
    const auto found = to.received.letters.find(leaver_);
    const std::size_t came = found == to.received.letters.end() ? 0 : found->second.size();
    convention_.check(came == farewells_, "what was said before an end in order comes, " + std::to_string(came) +
                                              " of " + std::to_string(farewells_) + " came");
}

}  // namespace zanni::test
