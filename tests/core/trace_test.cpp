#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <zanni/supervision.hpp>
#include <zanni/trace.hpp>

#include "puppet.hpp"
#include "runtime/tracer.hpp"

namespace zanni {

namespace {

using namespace test;
using namespace std::chrono_literals;

struct Go {
    Address first;
    Address second;
};
struct Step {
    int left = 0;
};
struct Question {};
struct Answer {};
struct Throw {};

class Walker : public Actor {
public:
    void go(const Go& go) {
        send(go.first, Step{0});
        send(go.second, Step{0});
    }
    void step(const Step& step) {
        if (step.left > 0) send(address(), Step{step.left - 1});
    }
    Answer question(const Question&) { return {}; }
    void fail(const Throw&) { throw std::runtime_error("no such luck"); }
    using Behavior = zanni::Behavior<&Walker::go, &Walker::step, &Walker::question, &Walker::fail>;
};

struct AskHim {
    Address whom;
};
class Asker : public Actor {
public:
    Task<> ask_him(const AskHim him) {
        const auto before = trace_context();
        if (co_await ask<Answer>(him.whom, Question{}, 1s)) send(him.whom, Step{0});
        if (before != trace_context()) throw std::runtime_error("another trace");
    }
    using Behavior = zanni::Behavior<&Asker::ask_him>;
};

class Sleeper : public Actor {
public:
    Sleeper() { wakeup_after(1s); }
    void wake(const Wakeup&) { send(address(), Step{}); }
    void step(const Step&) {}
    using Behavior = zanni::Behavior<&Sleeper::wake, &Sleeper::step>;
};

std::vector<Span> spans_of(System& system, const std::string& message) {
    std::vector<Span> found;
    for (auto& span : system.spans().spans)
        if (span.message.ends_with(message)) found.push_back(span);
    return found;
}

Span only_span(System& system, const std::string& message, Span::Kind kind = Span::handled) {
    auto found = spans_of(system, message);
    std::erase_if(found, [&](const Span& span) { return span.kind != kind; });
    REQUIRE(found.size() == 1);
    return found.front();
}

}  // namespace

TEST_CASE("nothing is traced unless somebody asks for it", "[trace]") {
    SteppedSystem system;
    const Address walker = system.create<Walker>();
    system.tell(walker, Step{3});
    system.run_until_idle();
    CHECK(system.spans().spans.empty());
}

TEST_CASE("what a message sets off is one trace, and says who caused what", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(1);
    const Address walker = system.create<Walker>();
    const Address first = system.create<Walker>();
    const Address second = system.create<Walker>();

    system.tell(walker, Go{first, second});
    system.clock().advance(5ms);
    system.run_until_idle();

    const Span sent = only_span(system, "Go", Span::sent);
    const Span go = only_span(system, "Go");
    CHECK(sent.parent == 0);
    CHECK(go.parent == sent.span);
    CHECK(go.actor == walker);
    CHECK(go.actor_type.ends_with("Walker"));
    CHECK(go.waited == 5ms);
    CHECK(go.outcome == Span::done);
    const auto steps = spans_of(system, "Step");
    REQUIRE(steps.size() == 2);
    std::set<std::uint64_t> ids{sent.span, go.span};
    for (const Span& step : steps) {
        CHECK(step.parent == go.span);
        CHECK(step.sender == walker);
        CHECK(std::pair(step.trace_high, step.trace_low) == std::pair(sent.trace_high, sent.trace_low));
        ids.insert(step.span);
    }
    CHECK(ids.size() == 4);
}

TEST_CASE("two messages from outside are two traces", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(1);
    const Address walker = system.create<Walker>();
    system.tell(walker, Step{});
    system.tell(walker, Step{});
    system.run_until_idle();
    const auto steps = spans_of(system, "Step");
    REQUIRE(steps.size() == 4);  // two sent, two handled
    std::set<std::uint64_t> traces;
    for (const Span& step : steps) traces.insert(step.trace_low);
    CHECK(traces.size() == 2);
}

TEST_CASE("of many messages as many begin a trace as the ratio says", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(0.01);
    const Address walker = system.create<Walker>();
    for (int i = 0; i < 100'000; ++i) {
        system.tell(walker, Step{});
        system.run_until_idle();
    }
    const auto begun = std::ranges::count(system.spans().spans, Span::sent, &Span::kind);
    CHECK(begun > 900);  // the standard deviation is 31; the seed is always the same
    CHECK(begun < 1'100);
}

TEST_CASE("a handler that waits is one span, from its first line to its last", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(1);
    const Address asker = system.create<Asker>();
    const Address other = system.create<Walker>();

    system.tell(asker, AskHim{other});
    system.step();
    system.clock().advance(7ms);
    system.run_until_idle();

    const Span asking = only_span(system, "AskHim");
    CHECK(asking.took == 7ms);
    CHECK(asking.outcome == Span::done);
    CHECK(only_span(system, "Question").parent == asking.span);
    CHECK(only_span(system, "Step").parent == asking.span);
    CHECK(spans_of(system, "Answer").empty());
}

TEST_CASE("a span says when it went wrong", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(1);
    const Address walker = system.create<Walker>();
    const Address asker = system.create<Asker>();
    system.tell(walker, Throw{});
    system.tell(asker, Step{});
    system.run_until_idle();
    system.tell(asker, ExitRequest{});
    system.run_until_idle();
    system.tell(asker, AskHim{});
    system.run_until_idle();

    CHECK(only_span(system, "Throw").outcome == Span::threw);
    CHECK(only_span(system, "Throw").detail == "no such luck");
    CHECK(only_span(system, "Step").outcome == Span::no_handler);
    CHECK(only_span(system, "AskHim").outcome == Span::dead_letter);
}

TEST_CASE("a timer begins a trace, too", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(1);
    REQUIRE(system.create<Sleeper>());
    system.clock().advance(2s);
    system.run_until_idle();
    const Span wakeup = only_span(system, "zanni.Wakeup");
    CHECK(wakeup.parent == 0);
    CHECK(only_span(system, "Step").parent == wakeup.span);
}

TEST_CASE("actors that play for ever are not traced for ever", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(1);
    const Address walker = system.create<Walker>();
    system.tell(walker, Step{1'000});
    system.run_until_idle();
    CHECK(spans_of(system, "Step").size() == 1 + detail::Tracer::hops_max);
}

TEST_CASE("one actor can be traced, for a time", "[trace]") {
    SteppedSystem system;
    const Address walker = system.create<Walker>();
    const Address other = system.create<Walker>();
    const Address process = detail::make_address({detail::parts_of(walker).process, 0});
    REQUIRE(system.ask<Spans>(process, SpansRequest{0, walker, 10s}, patience));

    system.tell(walker, Go{other, other});
    system.tell(other, Question{});
    system.run_until_idle();
    system.clock().advance(11s);
    system.tell(walker, Throw{});
    system.run_until_idle();

    const auto spans = system.ask<Spans>(process, SpansRequest{}, patience);
    REQUIRE(spans);
    REQUIRE(spans->spans.size() == 3);
    CHECK(spans->spans[0].actor == walker);
    CHECK(spans->spans[0].parent == 0);
    CHECK(spans->last == 3);
    CHECK_FALSE(spans->more);
    CHECK(system.ask<Spans>(process, SpansRequest{2}, patience)->spans.size() == 1);
}

TEST_CASE("a process keeps the latest spans, and says how many it has lost", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(1);
    const Address walker = system.create<Walker>();
    for (std::size_t i = 0; i < Spans::kept_most; ++i) system.tell(walker, Step{});
    system.run_until_idle();

    const Spans first = system.spans();
    CHECK(first.lost == Spans::kept_most);
    CHECK(first.spans.size() == Spans::spans_most);
    CHECK(first.more);
    CHECK(first.last == Spans::kept_most + Spans::spans_most);
    const Spans rest = system.spans(2 * Spans::kept_most - 1);
    CHECK(rest.lost == 0);
    CHECK(rest.spans.size() == 1);
    CHECK(system.spans(1'000'000).spans.empty());
}

TEST_CASE("a trace that has begun elsewhere goes on here", "[trace]") {
    SteppedSystem system;
    const Address walker = system.create<Walker>();
    const auto request = TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    REQUIRE(request);
    {
        const TraceScope scope(system, *request);
        system.tell(walker, Step{1});
    }
    system.tell(walker, Question{});
    system.run_until_idle();

    const Span sent = only_span(system, "Step", Span::sent);
    CHECK(sent.trace_high == 0x0af7651916cd43ddU);
    CHECK(sent.trace_low == 0x8448eb211c80319cU);
    CHECK(sent.parent == 0xb7ad6b7169203331U);
    CHECK(system.spans().spans.size() == 3);
}

TEST_CASE("one that isn't to be recorded isn't", "[trace]") {
    SteppedSystem system;
    system.set_trace_ratio(1);
    const Address walker = system.create<Walker>();
    const TraceScope scope(system, *TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"));
    system.tell(walker, Step{1});
    system.run_until_idle();
    CHECK(system.spans().spans.empty());
}

TEST_CASE("a traceparent is read, and written as it was", "[trace]") {
    const std::string text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    CHECK(TraceContext::parse(text)->to_string() == text);
    CHECK(TraceContext::parse("01" + text.substr(2) + "-more")->to_string() == text);

    const auto refused = [](const std::string& wrong) { return TraceContext::parse(wrong).error().context; };
    CHECK(refused("") == "traceparent '': it is too short");
    CHECK(refused(text + "1") == "traceparent '" + text + "1': it is too long");
    CHECK(refused("ff" + text.substr(2)) == "traceparent 'ff" + text.substr(2) + "': there is no version ff");
    CHECK(refused("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").ends_with("a to f"));
    CHECK(refused("00-00000000000000000000000000000000-b7ad6b7169203331-01").ends_with("the trace's id is 0"));
    CHECK(refused("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01").ends_with("the span's id is 0"));
    CHECK(refused("00+0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").ends_with("a dash is missing"));
}

}  // namespace zanni
