#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "cli/findings.hpp"

namespace zanni::cli {

namespace {

using enum Finding::Level;

transport::HostStatus host(const std::string& name, bool leads = false, const std::string& version = "0.1.0") {
    transport::HostStatus status;
    status.host.name = name;
    status.host.version = version;
    status.host.leader = leads;
    return status;
}

/// The level of the finding that says that; good when none does.
Finding::Level level_of(const Findings& findings, const std::string& part) {
    const auto found = std::ranges::find_if(
        findings, [&](const Finding& finding) { return finding.what.find(part) != std::string::npos; });
    return found == findings.end() ? good : found->level;
}

}  // namespace

TEST_CASE("a convention that fares well gets one line", "[tools]") {
    const auto findings = look_at({host("alpha", true), host("beta")}, "0.1.3");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0] == Finding{good, "2 hosts, which all fare well", ""});
}

TEST_CASE("what isn't well is said, each with what to do about it", "[tools]") {
    auto suspect = host("beta");
    suspect.suspect = true;
    suspect.frames_dropped = 1;
    auto letters = host("gamma", false, "0.2.0");
    letters.connections_refused = 2;
    letters.processes.resize(1);
    letters.processes[0].accounts.dead_letters = {{Error::dead_target, 5}};

    const auto findings = look_at({suspect, letters}, "0.1.0");

    CHECK(level_of(findings, "no leader") == bad);
    CHECK(level_of(findings, "host beta has been silent") == bad);
    CHECK(level_of(findings, "host beta has dropped 1 frame") == doubtful);
    CHECK(level_of(findings, "version 0.2.0, this program 0.1.0") == bad);
    CHECK(level_of(findings, "2 different versions") == doubtful);
    CHECK(level_of(findings, "host gamma has refused 2 connections and 0 frames") == doubtful);
    CHECK(level_of(findings, "host gamma: 5 messages could not be delivered") == doubtful);
    for (const Finding& finding : findings) CHECK_FALSE(finding.advice.empty());
}

TEST_CASE("of a machine it is said what is scarce", "[tools]") {
    MachineFacts facts;
    facts.open_files_max = 1'024;
    facts.processes_max = 100;
    facts.memory_all = 1'000'000'000;
    facts.memory_free = 1'000'000;
    facts.disk_folder = "/run";
    facts.disk_free = 5;
    facts.clock_synchronised = false;
    const auto findings = look_at(facts);
    CHECK(level_of(findings, "1024 open files") == doubtful);
    CHECK(level_of(findings, "up to 100 processes") == doubtful);
    CHECK(level_of(findings, "memory available") == bad);
    CHECK(level_of(findings, "5 B left in /run") == bad);
    CHECK(level_of(findings, "clock is not") == doubtful);

    facts = {20'000, 0, 8'000'000'000, 16'000'000'000, 1'000'000'000, "/run", true};
    CHECK(std::ranges::all_of(look_at(facts), [](const Finding& finding) { return finding.level == good; }));
}

TEST_CASE("keys that others could read are found", "[tools]") {
    const auto folder = std::filesystem::temp_directory_path() / ("zanni-doctor-" + std::to_string(::getpid()));
    CHECK(look_at_keys(folder, false).at(0).level == good);
    CHECK(look_at_keys(folder, true).at(0).level == bad);
    std::filesystem::create_directory(folder);
    REQUIRE(::chmod(folder.c_str(), 0755) == 0);
    CHECK(look_at_keys(folder, true).at(0).level == bad);
    std::filesystem::remove_all(folder);
}

}  // namespace zanni::cli
