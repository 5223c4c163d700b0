#include <catch2/catch.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exchange_bed.hpp"

namespace zanni::transport {

using namespace zanni::test;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

namespace {

/// Two processes, the brokers between them, and their lane; the test carries the frames.
class TwoProcesses {
public:
    struct End;
    using Frames = std::deque<std::vector<std::byte>>;

    TwoProcesses() : TwoProcesses(LaneSettings{}) {}
    explicit TwoProcesses(const LaneSettings& settings)
        : one(*this, own_process, settings), two(*this, other_process, settings) {}

    struct End final : LaneSockets {
        End(TwoProcesses& both, std::uint64_t number, const LaneSettings& settings)
            : both_(both), process(number), exchange(options(settings)) {
            exchange.begin(inbox, registry, both.now);
            hear(Registered{host_of(number), {}});
        }

        TwoProcesses& both_;
        const std::uint64_t process;
        KeepingInbox inbox;
        Registry registry;
        Exchange exchange;
        Frames by_broker;  ///< on their way to the other
        Frames by_lane;
        bool open = false;  ///< its end of the lane
        bool takes = true;  ///< the lane takes frames

        template <class M>
        void hear(const M& message) {
            exchange.on_frame(control_frame(0, process, message), both_.now);
        }
        Texts texts() const {
            Texts texts;
            for (const auto& envelope : inbox.delivered) texts.push_back(text_in(*envelope));
            return texts;
        }

        LaneRequest introduce() override { return {0, "here", "key"}; }
        std::expected<LaneOffer, Error> listen(std::uint64_t, const LaneRequest&,
                                               const std::vector<std::string>&) override {
            open = true;
            return LaneOffer{};
        }
        std::expected<void, Error> connect(std::uint64_t, const LaneOffer&) override {
            open = true;
            return {};
        }
        void drop(std::uint64_t) override {
            open = false;
            by_lane.clear();
        }
        bool is_ipc(std::uint64_t) const override { return true; }

    private:
        Exchange::Options options(LaneSettings settings) {
            Exchange::Options made;
            made.process = process;
            made.lane_sockets = this;
            made.lanes = settings;
            return made;
        }
    };

    TimePoint now = start;
    bool broken = false;  ///< what goes by the lane is lost
    End one;
    End two;

    void post(const std::string& text, End& from, End& to) {
        from.exchange.post(make_envelope(actor(to.process, 11), actor(from.process, 22), text));
    }
    /// What the exchanges have to say is on its way.
    void flush() {
        for (End* const end : {&one, &two})
            while (const auto frame = end->exchange.next(now)) {
                if (const std::uint64_t lane = end->exchange.lane(); lane == 0) {
                    end->by_broker.emplace_back(frame->begin(), frame->end());
                } else if (!end->takes) {
                    end->exchange.on_lane_broken(lane, "it takes nothing", now);
                } else if (!broken) {
                    end->by_lane.emplace_back(frame->begin(), frame->end());
                }
            }
    }
    /// What is on its way arrives, and what follows from that, until nothing follows.
    void run() {
        for (bool moved = true; moved;) {
            for (End* const end : {&one, &two}) end->exchange.tick(now);
            flush();
            moved = deliver(one, two) || deliver(two, one);
        }
    }
    void run_for(Duration time) {
        for (const TimePoint end = now + time; now < end; now += 10ms) run();
    }
    bool by_lane() {
        post("probe", one, two);
        flush();
        const bool lane = !one.by_lane.empty();
        run();
        return lane;
    }
    void have_lane() {
        post("first", one, two);
        run();
        one.exchange.request_lane(two.process);
        now += 200ms;
        run();
    }

private:
    bool deliver(End& from, End& to) {
        const bool moved = !from.by_broker.empty() || !from.by_lane.empty();
        for (const auto& frame : std::exchange(from.by_lane, {}))
            if (to.open) to.exchange.on_lane_frame(from.process, frame, now);
        for (const auto& frame : std::exchange(from.by_broker, {}))
            if (check_frame(frame)->kind != FrameKind::control) to.exchange.on_frame(frame, now);
        return moved;
    }
};

}  // namespace

TEST_CASE("two processes that the program names get a lane, and what they say goes by it", "[exchange][lanes]") {
    TwoProcesses test;
    test.have_lane();

    CHECK(test.by_lane());
    test.post("back", test.two, test.one);
    test.flush();
    CHECK(test.two.by_lane.size() == 1);
    test.run();
    CHECK(test.two.texts() == Texts{"first", "probe"});
    CHECK(test.one.texts() == Texts{"back"});
}

TEST_CASE("two processes that say much get a lane by themselves, both asking", "[exchange][lanes]") {
    TwoProcesses test;
    Texts sent;
    for (int i = 0; i < 600; ++i) {
        sent.push_back(std::to_string(i));
        test.post(sent.back(), test.one, test.two);
        test.run();
        test.now += 1ms;
    }
    CHECK(test.by_lane());
    sent.emplace_back("probe");
    test.run_for(20ms);
    CHECK(test.two.texts() == sent);
    CHECK(test.one.exchange.settled());
}

TEST_CASE("the words about a lane reach no actor and are no messages", "[exchange][lanes]") {
    TwoProcesses test;
    test.one.exchange.request_lane(test.two.process);
    test.now += 200ms;
    test.one.exchange.tick(test.now);
    CHECK_FALSE(test.one.exchange.settled());
    CHECK(test.one.exchange.messages_in_flight() == 0);
    test.flush();
    CHECK(test.one.exchange.messages_in_flight() == 0);
    test.post("real", test.one, test.two);
    test.flush();
    CHECK(test.one.exchange.messages_in_flight() == 1);

    test.run();
    CHECK(test.one.exchange.messages_in_flight() == 0);
    CHECK(test.two.texts() == Texts{"real"});
    test.one.hear(ProcessGone{test.two.process, {}});
    CHECK(test.one.inbox.returned.empty());
}

TEST_CASE("a word about a lane that can't arrive is no dead letter", "[exchange][lanes]") {
    TwoProcesses test;
    test.one.exchange.request_lane(test.two.process);
    test.now += 200ms;
    test.one.exchange.tick(test.now);
    test.flush();
    test.one.hear(ProcessGone{test.two.process, {}});
    CHECK(test.one.inbox.returned.empty());
    CHECK(test.one.exchange.settled());
}

TEST_CASE("new messages wait until what went by the brokers has arrived and overtake nothing", "[exchange][lanes]") {
    TwoProcesses test;
    test.one.exchange.request_lane(test.two.process);
    test.now += 200ms;
    test.run();
    REQUIRE(test.by_lane());
    test.run();

    // Back and up again, with frames under way by the brokers when the lane comes up.
    test.one.exchange.on_lane_broken(test.two.process, "a test", test.now);
    test.run();
    test.run_for(1100ms);
    CHECK(test.by_lane());
    CHECK(test.two.texts() == Texts{"probe", "probe"});
}

TEST_CASE("what went by a lane that breaks comes by the brokers, in order, once", "[exchange][lanes]") {
    TwoProcesses test;
    test.have_lane();
    test.broken = true;
    Texts sent{"first"};
    for (int i = 0; i < 300; ++i) {
        sent.push_back(std::to_string(i));
        test.post(sent.back(), test.one, test.two);
        test.flush();
    }
    CHECK(test.two.texts() == Texts{"first"});

    test.run_for(1500ms);
    CHECK(test.two.texts() == sent);
    CHECK(test.one.exchange.settled());
    CHECK_FALSE(test.by_lane());
}

TEST_CASE("what a lane doesn't take goes by the brokers at once", "[exchange][lanes]") {
    TwoProcesses test;
    test.have_lane();
    test.one.takes = false;
    test.post("one", test.one, test.two);
    test.run();
    CHECK(test.two.texts() == Texts{"first", "one"});
    CHECK_FALSE(test.one.open);
    CHECK_FALSE(test.two.open);
}

TEST_CASE("a process that has left has told by the brokers what came by its lane", "[exchange][lanes]") {
    TwoProcesses test;
    test.have_lane();
    test.post("last", test.one, test.two);
    test.flush();
    test.two.exchange.on_lane_frame(test.one.process, test.one.by_lane.front(), test.now);
    test.one.by_lane.clear();
    test.broken = true;

    test.two.exchange.begin_leaving();
    test.two.exchange.leave();
    test.run();
    CHECK(test.one.exchange.messages_in_flight() == 0);
}

TEST_CASE("a peer that is gone and its channel's next life use no old lane", "[exchange][lanes]") {
    TwoProcesses test;
    test.have_lane();
    test.one.hear(HostGone{host_of(test.two.process), "a test"});
    CHECK_FALSE(test.one.open);

    test.post("again", test.one, test.two);
    test.flush();
    CHECK(test.one.by_lane.empty());
    test.run();
    CHECK(test.two.texts() == Texts{"first", "again"});
    CHECK_FALSE(test.two.open);
}

TEST_CASE("by a lane comes only what its two processes say to each other", "[exchange][lanes]") {
    TwoProcesses test;
    test.have_lane();
    const auto hear = [&](FrameHeader header) {
        test.two.exchange.on_lane_frame(own_process, text_frame(header, "forged"), test.now);
    };
    FrameHeader header;
    header.epoch = 1;
    header.sequence = 1;
    header.source = process_id(own_host, 9);
    header.destination = other_process;
    hear(header);
    header.source = own_process;
    header.destination = process_id(other_host, 9);
    hear(header);
    test.two.exchange.on_lane_frame(own_process, control_frame(own_process, other_process, EndProcess{}), test.now);
    header.kind = FrameKind::returned;
    header.destination = other_process;
    std::array<std::byte, frame_header_bytes> returned{};
    encode_header(header, returned);
    test.two.exchange.on_lane_frame(own_process, returned, test.now);

    CHECK(test.two.texts() == Texts{"first"});
    CHECK_FALSE(test.two.inbox.shutting_down);
    CHECK(test.two.inbox.gone_processes.empty());
}

TEST_CASE("a process without sockets for lanes has none", "[exchange][lanes]") {
    ExchangeBed test;
    test.be_registered();
    test.exchange.request_lane(other_process);
    test.advance(1s);
    CHECK(test.left(FrameKind::data).empty());

    FrameBuilder builder;
    Writer writer(builder.begin_record({0, 0, message_id<LaneRequest>}));
    marshal(writer, LaneRequest{1, {}, {}});
    static_cast<void>(builder.end_record());
    test.exchange.on_frame(builder.finish(ExchangeBed::data(1)), test.now);
    CHECK(test.inbox.delivered.empty());
    CHECK(test.left(FrameKind::data).size() == 1);  // no
}

}  // namespace zanni::transport
