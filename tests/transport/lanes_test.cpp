#include <catch2/catch.hpp>

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lanes.hpp"

namespace zanni::transport {

using namespace std::chrono_literals;
using Done = std::vector<std::string>;

namespace {

constexpr std::uint64_t own = 5;
constexpr std::uint64_t smaller = 3;
constexpr std::uint64_t peer = 7;
constexpr std::uint64_t other = 8;

/// Lanes whose process is the test: it keeps what is to be done, in words.
class LanesBed : private LaneTasks {
public:
    explicit LanesBed(LaneSettings settings = {}) : lanes(own, settings, *this) {}

    Lanes lanes;
    TimePoint now{1h};
    bool may_listen = true;
    bool may_connect = true;
    std::set<std::uint64_t> under_way;
    std::set<std::uint64_t> silent;

    Done take() { return std::exchange(done_, {}); }

    void advance(Duration time) {
        now += time;
        lanes.tick(now);
    }
    /// So many looks while that moves, each second.
    void let_move(std::uint64_t process, std::uint64_t frames, int looks, std::uint64_t bytes = 0) {
        for (int i = 0; i < looks; ++i) {
            now += 200ms;
            lanes.look({{process, frames / 5, bytes / 5}}, now);
        }
    }
    void let_nothing_move(int looks) {
        for (int i = 0; i < looks; ++i) lanes.look({}, now += 200ms);
    }
    /// A lane that this process has asked for.
    void have_own_lane(std::uint64_t process = peer) {
        lanes.want(process, now);
        lanes.on_offer(process, offer(1), now);
        lanes.on_heard(process, now);
        static_cast<void>(take());
    }
    /// One that the peer has asked for.
    void have_peers_lane(std::uint64_t number = 4) {
        lanes.on_request(peer, {number, {}, {}}, now);
        lanes.on_heard(peer, now);
        static_cast<void>(take());
    }
    static LaneOffer offer(std::uint64_t number) { return {number, "ipc://there", {}, {}}; }

private:
    void add(std::uint64_t process, const std::string& what) { done_.push_back(std::to_string(process) + " " + what); }

    void say(std::uint64_t process, const LaneWord& word) override {
        if (const auto* const offered = std::get_if<LaneOffer>(&word))
            add(process, "hears offer " + std::to_string(offered->number));
        if (const auto* const refused = std::get_if<LaneRefused>(&word))
            add(process, "hears no " + std::to_string(refused->number) + ": " + refused->why);
        if (const auto* const closed = std::get_if<LaneClosed>(&word))
            add(process, "hears end of " + std::to_string(closed->requester) + "/" + std::to_string(closed->number) +
                             (closed->broken ? ", broken" : ""));
    }
    void request(std::uint64_t process, const LaneRequest& request, bool by_ipc) override {
        add(process, "is asked " + std::to_string(request.number) + (by_ipc ? "" : ", not for ipc"));
    }
    std::expected<LaneOffer, Error> listen(std::uint64_t process, const LaneRequest&) override {
        if (!may_listen) return std::unexpected(Error{Error::refused, "no room"});
        add(process, "may connect");
        return LaneOffer{0, "ipc://here", {}, {}};
    }
    std::expected<void, Error> connect(std::uint64_t process, const LaneOffer&) override {
        if (!may_connect) return std::unexpected(Error{Error::refused, "no way"});
        add(process, "is connected to");
        return {};
    }
    void drop(std::uint64_t process) override { add(process, "is dropped"); }
    void greet(std::uint64_t process) override { add(process, "is greeted"); }
    void hold(std::uint64_t process, bool held) override { add(process, held ? "has to wait" : "goes on"); }
    bool all_has_arrived(std::uint64_t process) override { return !under_way.contains(process); }
    bool is_silent(std::uint64_t process) override { return silent.contains(process); }
    void use(std::uint64_t process, bool lane) override { add(process, lane ? "by lane" : "by brokers"); }
    void send_again(std::uint64_t process) override { add(process, "once more"); }

    Done done_;
};

}  // namespace

// ---- When one is asked for

TEST_CASE("a peer with which much moved twice in a row is asked for a lane", "[lanes]") {
    LanesBed test;
    test.let_move(peer, 500, 1);  // the first look can't tell a rate
    test.let_move(peer, 500, 1);
    CHECK(test.take().empty());

    test.let_move(peer, 500, 1);
    CHECK(test.take() == Done{"7 is asked 1"});
    test.let_move(peer, 500, 5);
    CHECK(test.take().empty());
}

TEST_CASE("many bytes are much too", "[lanes]") {
    LanesBed test;
    test.let_move(peer, 5, 3, 4 * 1024 * 1024 + 5);
    CHECK(test.take() == Done{"7 is asked 1"});
}

TEST_CASE("what moves slower or not all the time gets no lane", "[lanes]") {
    LanesBed test;
    test.let_move(peer, 495, 10, 4 * 1024 * 1024 - 5'000);
    for (int i = 0; i < 5; ++i) {
        test.let_move(peer, 5'000, 1);
        test.let_nothing_move(1);
    }
    CHECK(test.take().empty());
}

TEST_CASE("a look after a long time tells no rate", "[lanes]") {
    LanesBed test;
    for (int i = 0; i < 5; ++i) {
        test.now += 401ms;
        test.lanes.look({{peer, 100'000, 0}}, test.now);
    }
    CHECK(test.take().empty());
}

TEST_CASE("the busiest get the lanes that there may be, and those that are wished for before them", "[lanes]") {
    LaneSettings settings;
    settings.lanes_max = 2;
    LanesBed test(settings);
    test.lanes.want(20, test.now);
    for (int i = 0; i < 3; ++i) {
        test.now += 200ms;
        test.lanes.look({{peer, 200, 0}, {other, 300, 0}}, test.now);
    }
    CHECK(test.take() == Done{"20 is asked 1", "8 is asked 2"});
    test.lanes.want(21, test.now);
    CHECK(test.take().empty());
}

TEST_CASE("by wish only, much alone is no reason", "[lanes]") {
    LaneSettings settings;
    settings.policy = LanePolicy::requested;
    LanesBed test(settings);
    test.let_move(peer, 5'000, 10);
    CHECK(test.take().empty());

    test.lanes.want(peer, test.now);
    CHECK(test.take() == Done{"7 is asked 1"});
}

TEST_CASE("a process without lanes asks for none and refuses", "[lanes]") {
    LaneSettings settings;
    settings.policy = LanePolicy::never;
    LanesBed test(settings);
    test.lanes.want(peer, test.now);
    CHECK_FALSE(test.lanes.is_look_due(test.now + 1h));
    test.lanes.on_request(peer, {3, {}, {}}, test.now);
    CHECK(test.take() == Done{"7 hears no 3: this process has no lanes"});
}

// ---- How one comes up

TEST_CASE("who asked connects, greets, and uses the lane when it has heard the peer there", "[lanes]") {
    LanesBed test;
    test.lanes.want(peer, test.now);
    test.lanes.on_offer(peer, LanesBed::offer(1), test.now);
    CHECK(test.take() == Done{"7 is asked 1", "7 is connected to", "7 is greeted"});
    CHECK_FALSE(test.lanes.carries(peer));

    test.lanes.on_heard(peer, test.now);
    CHECK(test.take() == Done{"7 has to wait", "7 by lane", "7 goes on"});
    CHECK(test.lanes.carries(peer));
    CHECK(test.lanes.status().size() == 1);
}

TEST_CASE("who was asked offers, and uses the lane when it has heard the peer there", "[lanes]") {
    LanesBed test;
    test.lanes.on_request(peer, {4, {}, {}}, test.now);
    CHECK(test.take() == Done{"7 may connect", "7 hears offer 4"});

    test.lanes.on_heard(peer, test.now);
    CHECK(test.take() == Done{"7 is greeted", "7 has to wait", "7 by lane", "7 goes on"});
    test.lanes.on_heard(peer, test.now);
    CHECK(test.take().empty());
}

TEST_CASE("of two that ask each other the one with the smaller number gets its lane", "[lanes]") {
    LanesBed test;
    test.lanes.want(peer, test.now);
    test.lanes.want(smaller, test.now);
    static_cast<void>(test.take());

    test.lanes.on_request(peer, {9, {}, {}}, test.now);
    CHECK(test.take().empty());
    test.lanes.on_request(smaller, {9, {}, {}}, test.now);
    CHECK(test.take() == Done{"3 may connect", "3 hears offer 9"});

    test.lanes.on_offer(peer, LanesBed::offer(1), test.now);
    CHECK(test.take() == Done{"7 is connected to", "7 is greeted"});
}

TEST_CASE("an offer that nobody waits for is declined", "[lanes]") {
    LanesBed test;
    test.lanes.on_offer(peer, LanesBed::offer(1), test.now);
    CHECK(test.take() == Done{"7 hears end of 5/1"});

    test.lanes.want(peer, test.now);
    test.lanes.on_offer(peer, LanesBed::offer(2), test.now);
    CHECK(test.take() == Done{"7 is asked 1", "7 hears end of 5/2"});
}

TEST_CASE("a peer that asks anew knows nothing of the lane before", "[lanes]") {
    LanesBed test;
    test.have_peers_lane();
    test.lanes.on_request(peer, {5, {}, {}}, test.now);
    CHECK(test.take() == Done{"7 is dropped", "7 by brokers", "7 once more", "7 may connect", "7 hears offer 5"});
}

TEST_CASE("a peer hears why it gets no lane", "[lanes]") {
    LaneSettings settings;
    settings.lanes_max = 1;
    LanesBed test(settings);
    test.may_listen = false;
    test.lanes.on_request(peer, {1, {}, {}}, test.now);
    CHECK(test.take() == Done{"7 hears no 1: no room"});

    test.may_listen = true;
    test.have_peers_lane();
    test.lanes.on_request(other, {1, {}, {}}, test.now);
    CHECK(test.take() == Done{"8 hears no 1: this process has as many as it may"});
}

// ---- The switch from the brokers

TEST_CASE("a lane is used when what went by the brokers has arrived", "[lanes]") {
    LanesBed test;
    test.under_way = {peer};
    test.have_own_lane();
    CHECK_FALSE(test.lanes.carries(peer));
    test.advance(50ms);
    CHECK(test.take().empty());

    test.under_way.clear();
    test.advance(1ms);
    CHECK(test.take() == Done{"7 by lane", "7 goes on"});
}

TEST_CASE("messages don't wait long for the switch; it is tried again", "[lanes]") {
    LanesBed test;
    test.under_way = {peer};
    test.have_own_lane();
    CHECK(test.lanes.due() == test.now + 100ms);
    test.advance(100ms);
    CHECK(test.take() == Done{"7 goes on"});

    CHECK(test.lanes.due() == test.now + 1s);
    test.advance(1s);
    CHECK(test.take() == Done{"7 has to wait"});
    test.under_way.clear();
    test.advance(1ms);
    CHECK(test.take() == Done{"7 by lane", "7 goes on"});
}

// ---- How one ends

TEST_CASE("a lane that nobody needs any more is closed by who asked for it", "[lanes]") {
    LanesBed test;
    test.let_move(peer, 5'000, 3);
    test.lanes.on_offer(peer, LanesBed::offer(1), test.now);
    test.lanes.on_heard(peer, test.now);
    static_cast<void>(test.take());

    test.let_move(peer, 65, 100);  // an eighth is enough to keep it
    test.let_move(peer, 60, 48);
    CHECK(test.take().empty());
    test.let_nothing_move(2);
    CHECK(test.take() == Done{"7 is dropped", "7 by brokers", "7 once more", "7 hears end of 5/1"});
    CHECK(test.lanes.due() == TimePoint::max());
}

TEST_CASE("a lane that the program or the peer wished for stays", "[lanes]") {
    LanesBed test;
    test.have_own_lane();
    test.lanes.on_request(other, {4, {}, {}}, test.now);
    test.lanes.on_heard(other, test.now);
    static_cast<void>(test.take());
    test.let_nothing_move(200);
    CHECK(test.take().empty());
}

TEST_CASE("the peer closes its lane, and not another one", "[lanes]") {
    LanesBed test;
    test.have_peers_lane(4);
    test.lanes.on_closed(peer, {peer, 3, false}, test.now);
    test.lanes.on_closed(peer, {own, 4, false}, test.now);
    test.lanes.on_closed(other, {other, 4, false}, test.now);
    CHECK(test.take().empty());

    test.lanes.on_closed(peer, {peer, 4, false}, test.now);
    CHECK(test.take() == Done{"7 is dropped", "7 by brokers", "7 once more"});
}

TEST_CASE("a lane by which nothing is answered is given up, and asked for again later and later", "[lanes]") {
    LanesBed test;
    test.have_own_lane();
    test.silent = {peer};
    test.let_nothing_move(1);
    CHECK(test.take() == Done{"7 is dropped", "7 by brokers", "7 once more", "7 hears end of 5/1, broken"});
    test.silent.clear();
    test.let_nothing_move(4);
    CHECK(test.take().empty());
    test.let_nothing_move(1);
    CHECK(test.take() == Done{"7 is asked 2, not for ipc"});

    test.lanes.on_refused(peer, {2, "no"}, test.now);
    test.let_nothing_move(9);
    CHECK(test.take().empty());
    test.let_nothing_move(1);
    CHECK(test.take() == Done{"7 is asked 3"});
}

TEST_CASE("the pause before the next attempt has an end", "[lanes]") {
    LanesBed test;
    for (int i = 0; i < 40; ++i) {
        test.lanes.want(peer, test.now);
        test.lanes.on_refused(peer, {static_cast<std::uint64_t>(i) + 1, "no"}, test.now);
        CHECK(test.lanes.due() <= test.now + 60s);
        test.now += 60s;
    }
    CHECK(test.take().size() == 40);
}

TEST_CASE("a lane that takes nothing is given up at once", "[lanes]") {
    LanesBed test;
    test.have_peers_lane();
    test.lanes.on_broken(peer, "it takes nothing", test.now);
    CHECK(test.take() == Done{"7 is dropped", "7 by brokers", "7 once more", "7 hears end of 7/4, broken"});
    test.lanes.on_broken(peer, "it takes nothing", test.now);
    CHECK(test.take().empty());
}

TEST_CASE("an attempt that comes to nothing in time is given up by either side", "[lanes]") {
    LanesBed test;
    test.lanes.want(peer, test.now);
    test.lanes.on_request(other, {4, {}, {}}, test.now);
    static_cast<void>(test.take());
    CHECK(test.lanes.due() == test.now + 3s);
    test.advance(3s);
    CHECK(test.take() == Done{"8 is dropped", "8 hears end of 8/4, broken"});
    test.lanes.on_offer(peer, LanesBed::offer(1), test.now);
    CHECK(test.take() == Done{"7 hears end of 5/1"});
}

TEST_CASE("a connection that can't be made ends the attempt on both sides", "[lanes]") {
    LanesBed test;
    test.may_connect = false;
    test.lanes.want(peer, test.now);
    test.lanes.on_offer(peer, LanesBed::offer(1), test.now);
    CHECK(test.take() == Done{"7 is asked 1", "7 is dropped", "7 hears end of 5/1, broken"});
}

TEST_CASE("the lane of a peer that is gone goes with it", "[lanes]") {
    LanesBed test;
    test.have_own_lane();
    test.lanes.forget(peer);
    CHECK(test.take() == Done{"7 is dropped", "7 by brokers"});
    test.lanes.on_heard(peer, test.now);
    test.let_nothing_move(50);
    CHECK(test.take().empty());
}

TEST_CASE("a peer that is gone while it had to wait goes on in its next life", "[lanes]") {
    LanesBed test;
    test.under_way = {peer};
    test.have_own_lane();
    test.lanes.forget(peer);
    CHECK(test.take() == Done{"7 is dropped", "7 goes on"});
}

TEST_CASE("after the end there are no lanes", "[lanes]") {
    LanesBed test;
    test.have_own_lane();
    test.lanes.end();
    CHECK(test.take() == Done{"7 is dropped", "7 by brokers"});
    test.lanes.want(peer, test.now);
    test.lanes.on_request(peer, {4, {}, {}}, test.now);
    CHECK(test.take() == Done{"7 hears no 4: this process has no lanes"});
}

}  // namespace zanni::transport
