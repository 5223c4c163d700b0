#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "probe.hpp"

/// Actors that have an OS process of their own.
namespace zanni::tests {

namespace {

constexpr auto patience = std::chrono::seconds(20);
const Arguments with_probes{"--load", ZANNI_PROBE_MODULE, "--capability", "Probes=true"};

Address create_isolated(ActorSystem& system) {
    const auto created =
        system.create("probe.Probe", {.wait_longest = patience, .isolation = zanni::Isolation::process});
    INFO((created ? std::string() : created.error().to_string()));
    REQUIRE(created.has_value());
    return *created;
}

probe::Here where(ActorSystem& system, const Address& probe) {
    const auto here = system.ask<probe::Here>(probe, probe::WhereAreYou{}, patience);
    INFO((here ? std::string() : here.error().to_string()));
    REQUIRE(here.has_value());
    return *here;
}

/// What the parent hears of a child that has a process of its own, when that is done to it.
template <class Do>
ExitCause cause_after(ActorSystem& system, PrivateEndpoint& asker, const Address& parent, Do do_it) {
    const auto child = asker.ask<probe::Child>(parent, probe::CreateChild{"probe.Probe", "Probes", true}, patience);
    REQUIRE(child.has_value());
    do_it(child->address, static_cast<pid_t>(where(system, child->address).pid));
    const auto ended = asker.listen<probe::ChildEnded>(patience);
    REQUIRE(ended.has_value());
    CHECK(ended->address == child->address);
    return ended->cause;
}

/// Programs that are started meanwhile die of a segmentation fault as others do, sanitizers or not.
class SignalsKill {
public:
    SignalsKill() {
        for (auto& [name, before] : options_) {
            const char* const options = std::getenv(name);
            before = options ? options : "";
            ::setenv(name, (before + " handle_segv=0").c_str(), 1);
        }
    }
    ~SignalsKill() {
        for (const auto& [name, before] : options_) ::setenv(name, before.c_str(), 1);
    }
    SignalsKill(const SignalsKill&) = delete;
    SignalsKill& operator=(const SignalsKill&) = delete;

private:
    std::map<const char*, std::string> options_{{"ASAN_OPTIONS", ""}, {"TSAN_OPTIONS", ""}};
};

}  // namespace

TEST_CASE("an actor that is isolated has a process of its own, which status names and which ends with it") {
    Convention convention;
    convention.start_leader(any_port, with_probes);
    {
        ActorSystem system(join(convention.endpoint()));
        const Address one = create_isolated(system);
        const Address other = create_isolated(system);
        const Address shared = system.create("probe.Probe");

        const auto pid = where(system, one).pid;
        CHECK(where(system, other).pid != pid);
        CHECK(where(system, shared).pid == convention.actor_process_of("leader"));
        const std::string of_one =
            "\"pid\":" + std::to_string(pid) + ",\"program\":\"actor process\",\"isolated\":\"probe.Probe\"";
        eventually("status names it", [&] { return contains(convention.status(), of_one); });

        system.tell(one, ExitRequest{});
        eventually("its process has ended", [&] { return ::kill(static_cast<pid_t>(pid), 0) != 0; });
        CHECK_FALSE(contains(convention.status(), "\"pid\":" + std::to_string(pid) + ","));
        where(system, other);
    }
    convention.shut_down();
}

TEST_CASE("the end of an isolated actor's process ends no other actor, and its parent learns the cause") {
    const SignalsKill signals_kill;
    Convention convention;
    convention.start_leader(any_port, {"--load", ZANNI_PROBE_MODULE});
    convention.start_worker("worker", with_probes);
    {
        ActorSystem system(join(convention.endpoint()));
        PrivateEndpoint asker = system.private_endpoint();
        const Address parent = system.create("probe.Parent");
        const Address sibling = create_isolated(system);
        const Address shared = system.create("probe.Probe", {.requirements = {{"Probes", true}}});
        const auto sibling_pid = where(system, sibling).pid;
        const auto shared_pid = where(system, shared).pid;

        const auto by_signal = [&](int number) {
            return cause_after(system, asker, parent, [=](const Address&, pid_t pid) { ::kill(pid, number); });
        };
        CHECK(by_signal(SIGSEGV) == ExitCause{ExitCause::signal, SIGSEGV, {}});
        CHECK(by_signal(SIGKILL) == ExitCause{ExitCause::signal, SIGKILL, {}});
        CHECK(cause_after(system, asker, parent, [&](const Address& child, pid_t) {
                  system.tell(child, probe::EndProcess{7});
              }) == ExitCause{ExitCause::process_exit, 7, {}});
        CHECK(cause_after(system, asker, parent, [&](const Address& child, pid_t) {
                  system.tell(child, ExitRequest{});
              }) == ExitCause{ExitCause::requested, 0, {}});

        CHECK(where(system, sibling).pid == sibling_pid);
        CHECK(where(system, shared).pid == shared_pid);
    }
    convention.shut_down();
}

TEST_CASE("what is sent to an isolated actor before its process is there arrives in order") {
    const std::string warm = GENERATE("0", "2");
    Convention convention;
    convention.start_leader(any_port, {"--load", ZANNI_PROBE_MODULE});
    Arguments arguments = with_probes;
    arguments.insert(arguments.end(), {"--warm-processes", warm});
    convention.start_worker("worker", arguments);
    {
        constexpr std::uint32_t count = 500;
        ActorSystem system(join(convention.endpoint()));
        const Address parent = system.create("probe.Parent");

        const auto child =
            system.ask<probe::Child>(parent, probe::CreateChild{"probe.Probe", "Probes", true, count}, patience);

        REQUIRE(child.has_value());
        std::vector<std::uint64_t> expected;
        for (std::uint64_t i = 1; i <= count; ++i) expected.push_back(i);
        std::vector<std::uint64_t> came;  // the parent's messages, and this question, have each their own way
        eventually("all has come", [&] {
            const auto answer = system.ask<probe::Came>(child->address, probe::WhatCame{}, patience);
            if (answer) came = answer->bytes;
            return !answer || came.size() >= count;
        });
        CHECK(came == expected);
    }
    convention.shut_down();
}

TEST_CASE("an isolated actor that can't start is told of, and leaves no process") {
    Convention convention;
    convention.start_leader(any_port, {"--load", ZANNI_PROBE_MODULE, "--warm-processes", "0"});
    {
        ActorSystem system(join(convention.endpoint()));

        const auto created =
            system.create("probe.StillBorn", {.wait_longest = patience, .isolation = zanni::Isolation::process});

        REQUIRE_FALSE(created.has_value());
        CHECK(contains(created.error().context, "no licence found"));
        eventually("its process has left", [&] {
            const std::string status = convention.status();
            const auto first = status.find("\"program\":\"actor process\"");
            return status.find("\"program\":\"actor process\"", first + 1) == std::string::npos;
        });
    }
    convention.shut_down();
}

TEST_CASE("an actor of a module that was loaded at run time can have a process of its own", "[D12]") {
    const std::string warm = GENERATE("0", "2");
    Convention convention;
    convention.start_leader(any_port, {"--warm-processes", warm});
    {
        ActorSystem system(join(convention.endpoint()));
        REQUIRE(convention.zanni({"load", ZANNI_PROBE_MODULE, "--join", convention.endpoint()}).code == 0);

        for (int i = 0; i < 4; ++i)
            CHECK(where(system, create_isolated(system)).pid != convention.actor_process_of("leader"));
        CHECK(convention.zanni({"load", ZANNI_PROBE_MODULE, "--join", convention.endpoint()}).code == 0);
    }
    convention.shut_down();
}

TEST_CASE("a named actor can have a process of its own, and nobody else who asks for it costs one for long", "[C4]") {
    Convention convention;
    convention.start_leader();
    convention.start_worker("worker", with_probes);
    {
        const CreateOptions prize{.name = "prize", .wait_longest = patience, .isolation = zanni::Isolation::process};
        ActorSystem system(join(convention.endpoint()));

        const auto one = system.create("probe.Probe", prize);
        const auto same = system.create("probe.Probe", prize);

        REQUIRE(one.has_value());
        REQUIRE(same.has_value());
        CHECK(*one == *same);
        const auto found = system.find("prize");
        REQUIRE(found.has_value());
        CHECK(*found == *one);
        const auto pid = where(system, *one).pid;
        CHECK(pid != convention.actor_process_of("worker"));
        eventually("only its own process is there for it", [&] {
            const std::string status = convention.status();
            const auto first = status.find("\"isolated\":\"probe.Probe\"");
            return first != std::string::npos &&
                   status.find("\"isolated\":\"probe.Probe\"", first + 1) == std::string::npos;
        });

        ::kill(static_cast<pid_t>(pid), SIGKILL);

        eventually("the name is free again", [&] {
            const auto next = system.create("probe.Probe", prize);
            return next && *next != *one;
        });
    }
    convention.shut_down();
}

TEST_CASE("what an isolated actor warns of is in the leader's log", "[D11]") {
    Convention convention;
    const auto log = convention.file("zanni.log");
    convention.start_leader(any_port, {"--log", "file:" + log.string()});
    convention.start_worker("worker", with_probes);
    {
        ActorSystem system(join(convention.endpoint()));
        const Address probe = create_isolated(system);

        system.tell(probe, probe::Complain{"the till is empty"});

        eventually("the leader's log has it", [&] {
            return contains(read_text(log), "probe.Probe " + probe.to_string() + ": the till is empty 1");
        });
    }
    convention.shut_down();
}

TEST_CASE("a broker that was killed takes its isolated actors back as they were", "[D14]") {
    Convention convention;
    convention.start_leader();
    convention.start_worker("worker", with_probes);
    {
        ActorSystem system(join(convention.endpoint()));
        const Address probe = create_isolated(system);
        const probe::Here before = where(system, probe);

        convention.host("worker").signal(SIGKILL);
        CHECK(convention.host("worker").wait().signal == SIGKILL);
        convention.start_worker("worker", with_probes);

        probe::Here after;
        eventually("the probe answers", [&] {
            const auto answer = system.ask<probe::Here>(probe, probe::WhereAreYou{}, std::chrono::milliseconds(500));
            if (answer) after = *answer;
            return answer.has_value();
        });
        CHECK(after.pid == before.pid);
        CHECK(after.times_asked > before.times_asked);
        eventually("it can create another", [&] {
            return system
                .create("probe.Probe",
                        {.wait_longest = std::chrono::seconds(5), .isolation = zanni::Isolation::process})
                .has_value();
        });
    }
    convention.shut_down();
}

TEST_CASE("a broker that is killed and not started again leaves no process, isolated and warm ones included") {
    Convention convention;
    convention.start_leader();
    Arguments arguments = with_probes;
    arguments.insert(arguments.end(),
                     {"--down-after", "1s", "--suspect-after", "500ms", "--heartbeat-interval", "200ms"});
    convention.start_worker("worker", arguments);
    ActorSystem system(join(convention.endpoint()));
    for (int i = 0; i < 3; ++i) create_isolated(system);

    convention.host("worker").signal(SIGKILL);
    CHECK(convention.host("worker").wait().signal == SIGKILL);
    CHECK(convention.zanni({"shutdown", "--join", convention.endpoint()}).code == 0);
    CHECK(convention.host("leader").wait().code == 0);

    eventually("no process is left", no_process_is_left);
}

}  // namespace zanni::tests
