#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/version.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "convention_view.hpp"
#include "endpoint_flags.hpp"
#include "findings.hpp"
#include "json.hpp"
#include "security/key_folder.hpp"
#include "terminal.hpp"

/// `zanni doctor`: what may keep a convention from working, and what to do about it.
namespace zanni::cli {

namespace {

struct DoctorFlags {
    JoinFlags join;
    bool json = false;
};

std::string ms(Duration time) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f ms", std::chrono::duration<double, std::milli>(time).count());
    return text;
}

/// The broker, and whoever it knows.
Findings look_at_convention(const DoctorFlags& flags) {
    const SystemClock clock;
    Findings found;
    try {
        const std::string endpoint = checked_join(flags.join.endpoint);
        const TimePoint asked = clock.now();
        const auto reply = ask_status(endpoint, flags.join.keys);
        found.push_back(
            {Finding::Level::good, "the broker at " + endpoint + " answered in " + ms(clock.now() - asked)});
        const auto hosts = look_at(reply.hosts, version());
        found.insert(found.end(), hosts.begin(), hosts.end());
    } catch (const std::exception& error) {
        found.push_back({Finding::Level::bad, error.what(),
                         "is a broker running there ('zanni broker'), does its --listen name that address, does a "
                         "firewall let its port through, and does it want keys?"});
    }
    return found;
}

Findings look_at_key_folder(const DoctorFlags& flags) {
    if (flags.join.keys == "none") return {};
    const bool was_named = !flags.join.keys.empty();
    return look_at_keys(was_named ? std::filesystem::path(flags.join.keys) : transport::default_key_folder(),
                        was_named);
}

/// Whether a process of this machine that joins has its work done.
Findings look_at_processes(const DoctorFlags& flags) {
    try {
        ConventionView view(flags.join, "zanni doctor");
        view.look({}, {}, std::chrono::seconds(2));
        if (view.silent() == 0)
            return {{Finding::Level::good,
                     "a process can join, and all " + std::to_string(view.processes().size()) + " others answer it"}};
        return {{Finding::Level::doubtful,
                 std::to_string(view.silent()) + " of " + std::to_string(view.processes().size()) +
                     " processes don't answer",
                 "they are stopped, overloaded, or written in another language: 'zanni top' names them"}};
    } catch (const std::exception& error) {
        return {{Finding::Level::bad, error.what(), "a program would fail to join likewise"}};
    }
}

void print(const Findings& findings, bool colour) {
    for (const auto& [level, what, advice] : findings) {
        const char* const word = level == Finding::Level::good  ? "ok  "
                                 : level == Finding::Level::bad ? "BAD "
                                                                : "look";
        const char* const style = level == Finding::Level::good  ? "\x1b[32m"
                                  : level == Finding::Level::bad ? "\x1b[31m"
                                                                 : "\x1b[33m";
        std::printf("%s%s%s  %s\n", colour ? style : "", word, colour ? "\x1b[0m" : "", what.c_str());
        if (!advice.empty()) std::printf("      %s\n", advice.c_str());
    }
}

void print_json(const Findings& findings) {
    JsonWriter json;
    json.begin_object().key("findings").begin_array();
    for (const auto& [level, what, advice] : findings) {
        const char* const word = level == Finding::Level::good  ? "good"
                                 : level == Finding::Level::bad ? "bad"
                                                                : "doubtful";
        json.begin_object().key("level").value(std::string_view(word)).key("what").value(what);
        json.key("advice").value(advice).end_object();
    }
    json.end_array().end_object();
    std::puts(json.text().c_str());
}

void doctor(const DoctorFlags& flags) {
    Findings all = look_at(machine_facts());
    for (const auto& more : {look_at_key_folder(flags), look_at_convention(flags)})
        all.insert(all.end(), more.begin(), more.end());
    const auto is_bad = [](const Finding& finding) { return finding.level == Finding::Level::bad; };
    if (std::ranges::none_of(all, is_bad)) {
        const auto more = look_at_processes(flags);
        all.insert(all.end(), more.begin(), more.end());
    }
    flags.json ? print_json(all) : print(all, wants_colour());
    if (std::ranges::any_of(all, is_bad)) throw CLI::RuntimeError(exit_failed);
}

}  // namespace

void add_doctor_command(CLI::App& app) {
    const auto flags = std::make_shared<DoctorFlags>();
    CLI::App* const command = app.add_subcommand(
        "doctor", "look at this machine, the keys and the convention, and say what to do about what isn't well");
    flags->join.add_to(*command);
    command->add_flag("--json", flags->json, "as JSON, on one line");
    command->callback([flags] { doctor(*flags); });
}

}  // namespace zanni::cli
