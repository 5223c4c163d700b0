#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "endpoint_flags.hpp"
#include "placement/convention_table.hpp"
#include "usage_error.hpp"

/// `zanni why-not`: which host could run an actor of a type, and what the others lack.
namespace zanni::cli {

namespace {

struct WhyNotFlags {
    std::string type;
    std::vector<std::string> requirements;
    std::string endpoint = default_endpoint;
    std::string keys;
};

Requirements read_requirements(const std::vector<std::string>& flags) {
    Requirements requirements;
    for (const auto& flag : flags) {
        auto requirement = parse_requirement(flag);
        if (!requirement) throw CannotStart("--require " + requirement.error().context);
        requirements.push_back(std::move(*requirement));
    }
    return requirements;
}

void why_not(const WhyNotFlags& flags) {
    const Requirements extra = read_requirements(flags.requirements);
    const auto reply = ask_status(checked_join(flags.endpoint), flags.keys);
    bool any_fits = false;
    std::vector<std::string> known;
    for (const auto& status : reply.hosts) {
        const Fit fits = fit(status.host, flags.type, extra);
        any_fits |= static_cast<bool>(fits);
        for (const auto& type : status.host.types) known.push_back(type.name);
        std::printf("%s %s%s\n", status.host.name.c_str(), fits ? "fits" : fits.missing.c_str(),
                    status.suspect ? " (and has been silent for a while)" : "");
    }
    if (any_fits) return;
    std::fflush(stdout);  // before what is said to stderr
    const auto near = std::ranges::find(known, flags.type) == known.end() ? nearest(flags.type, known) : std::nullopt;
    throw std::runtime_error("no host could run an actor of type " + flags.type +
                             (near ? "; did you mean " + *near + "?" : ""));
}

}  // namespace

void add_why_not_command(CLI::App& app) {
    const auto flags = std::make_shared<WhyNotFlags>();
    CLI::App* const command = app.add_subcommand(
        "why-not", "which hosts could run an actor of a type, and what the others lack; fails when none could");
    command->add_option("TYPE", flags->type, "the actor type's name, such as echo.Server")->required();
    command
        ->add_option("--require", flags->requirements,
                     "what its creator requires beyond the type, such as 'Memory GiB>=64' or 'GPU || CPUs>=32'; "
                     "repeatable")
        ->allow_extra_args(false);
    command->add_option("--join", flags->endpoint, "endpoint of a host")->capture_default_str();
    add_keys_flag(*command, flags->keys);
    command->callback([flags] { why_not(*flags); });
}

}  // namespace zanni::cli
