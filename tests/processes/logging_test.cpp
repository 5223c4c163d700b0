#include <string>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "probe.hpp"

/// Where hosts' logs go, and what of them the leader's log has.
namespace zanni::tests {

namespace {

/// A leader that logs to a file, and a worker that has the probe module. The test is an application.
class LoggedConvention : public Convention {
public:
    LoggedConvention() {
        start_leader(any_port, {"--log", "file:" + log_file().string(), "--load", ZANNI_PROBE_MODULE});
        start_worker("worker", {"--load", ZANNI_PROBE_MODULE, "--capability", "Probes=true"});
    }

    std::filesystem::path log_file() const { return file("zanni.log"); }
    std::string leader_log() const { return read_text(log_file()); }
    /// Its lines with this in them.
    std::vector<std::string> leader_lines(const std::string& part) const {
        auto lines = lines_of(leader_log());
        std::erase_if(lines, [&](const std::string& line) { return !contains(line, part); });
        return lines;
    }
};

const CreateOptions on_worker{.requirements = {{"Probes", true}}};

}  // namespace

TEST_CASE("what an actor warns of is in its own process's log, and in the leader's with host, process and actor",
          "[D11]") {
    LoggedConvention convention;
    {
        ActorSystem system(join(convention.endpoint()));
        const auto probe = system.create("probe.Probe", on_worker);
        REQUIRE(probe.has_value());
        const std::string line = "probe.Probe " + probe->to_string() + ": the till is empty 1";

        system.tell(*probe, probe::Complain{"the till is\nempty"});

        eventually("the leader's log has it", [&] { return !convention.leader_lines(line).empty(); });
        CHECK(convention.leader_lines(line).size() == 1);
        CHECK(contains(convention.leader_log(), " broker leader: host worker, actor process 1: " + line));
        CHECK(contains(convention.log_of("worker"), " actor process 1: " + line));
    }
    convention.shut_down();
}

TEST_CASE("what a worker's broker and an application warn of is in the leader's log too", "[D11]") {
    LoggedConvention convention;
    {
        ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
        const auto probe = system.create("probe.Probe", on_worker);
        REQUIRE(probe.has_value());

        system.tell(*probe, probe::EndProcess{3});
        system.tell(Address{}, std::string("to nobody"));

        eventually("the leader's log has both", [&] {
            return !convention.leader_lines("host worker, broker: actor process ").empty() &&
                   !convention.leader_lines("host leader, the test ").empty();
        });
        CHECK(contains(convention.leader_lines("host leader, the test ").at(0), "dead letter: "));
    }
    convention.shut_down();
}

TEST_CASE("of a thousand warnings at once the leader's log gets some, and the number of the others", "[D11]") {
    LoggedConvention convention;
    {
        ActorSystem system(join(convention.endpoint()));
        const auto probe = system.create("probe.Probe", on_worker);
        REQUIRE(probe.has_value());

        system.tell(*probe, probe::Complain{"flood", 1'000});

        std::size_t told = 0;
        std::size_t counted = 0;
        eventually("all are told or counted", [&] {
            counted = 0;
            for (const auto& line : convention.leader_lines(" log records suppressed"))
                counted += std::stoul(line.substr(line.rfind(": ") + 2));
            told = convention.leader_lines(": flood ").size();
            return told + counted >= 1'000;
        });
        CHECK(told + counted == 1'000);
        CHECK(told >= 100);
        CHECK(told < 300);
        CHECK(contains(convention.log_of("worker"), ": flood 1000\n"));
    }
    convention.shut_down();
}

TEST_CASE("the leader's file has its own actor process's warnings, and what both share has them once", "[D11]") {
    Convention convention;
    convention.start_leader(any_port, {"--log", "stderr", "--log", "file:" + convention.file("z.log").string(),
                                       "--load", ZANNI_PROBE_MODULE});
    {
        ActorSystem system(join(convention.endpoint()));
        const auto probe = system.create("probe.Probe");
        REQUIRE(probe.has_value());

        system.tell(*probe, probe::Complain{"once"});

        eventually("the leader's file has it",
                   [&] { return contains(read_text(convention.file("z.log")), ": once 1\n"); });
        const std::string shared = convention.log_of("leader");
        CHECK(shared.find(": once 1\n") != std::string::npos);
        CHECK(shared.find(": once 1\n") == shared.rfind(": once 1\n"));
        CHECK(contains(read_text(convention.file("z.process1.log")), ": once 1\n"));
    }
    convention.shut_down();
}

TEST_CASE("a log file is put aside when it is full, and only so many are kept", "[D11]") {
    Convention convention;
    convention.start_leader(any_port, {"--log", "file:" + convention.file("z.log").string() + ",size=2KiB,files=3",
                                       "--load", ZANNI_PROBE_MODULE});
    {
        ActorSystem system(join(convention.endpoint()));
        const auto probe = system.create("probe.Probe");
        REQUIRE(probe.has_value());

        system.tell(*probe, probe::Complain{"rotation", 200});

        eventually("the last line is there",
                   [&] { return contains(read_text(convention.file("z.process1.log")), ": rotation 200\n"); });
        for (const char* const kept : {"z.process1.log", "z.process1.1.log", "z.process1.2.log"})
            CHECK(std::filesystem::file_size(convention.file(kept)) <= 2'048);
        CHECK_FALSE(std::filesystem::exists(convention.file("z.process1.3.log")));
    }
    convention.shut_down();
}

TEST_CASE("a log that can't be written keeps the host from starting, and the line names flag and path", "[D11]") {
    Convention convention;
    const auto refusal = [&](const std::string& log) {
        const Ended ended = convention.zanni({"broker", "--listen", any_port, "--log", log});
        CHECK(ended.code == 2);
        return ended.err;
    };

    CHECK(refusal("stdout") ==
          "zanni: --log stdout: expected stderr, file:PATH[,size=10MiB,files=5], syslog or journald\n");
    CHECK(refusal("file:/nowhere/z.log") == "zanni: --log file:/nowhere/z.log: No such file or directory\n");
    CHECK(refusal("file:/dev/null/z.log") == "zanni: --log file:/dev/null/z.log: Not a directory\n");
    if (!std::filesystem::exists("/dev/log"))
        CHECK(refusal("syslog") == "zanni: --log syslog: /dev/log: No such file or directory\n");
    if (!std::filesystem::exists("/run/systemd/journal/socket"))
        CHECK(contains(refusal("journald"), "zanni: --log journald: "));
    convention.nothing_is_left();
}

TEST_CASE("two hosts don't write the same log file", "[D11]") {
    Convention convention;
    const std::string log = "file:" + convention.file("z.log").string();
    convention.start_leader(any_port, {"--log", log});

    const Ended ended = convention.zanni({"host", "--join", convention.endpoint(), "--log", log});

    CHECK(ended.code == 2);
    CHECK(ended.err == "zanni: --log " + log + ": another host writes it\n");
    convention.shut_down();
}

}  // namespace zanni::tests
