#include "lanes_flag.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>

namespace zanni::cli {

void LanesFlag::add_to(CLI::App& command) {
    command
        .add_option(
            "--lanes", which,
            "which of its actor processes' peers get a connection past the brokers: automatic (those with which "
            "much is exchanged), requested (those that programs name) or never")
        ->check(CLI::IsMember({"automatic", "requested", "never"}))
        ->capture_default_str();
}

LanePolicy LanesFlag::policy() const {
    if (which == "never") return LanePolicy::never;
    return which == "requested" ? LanePolicy::requested : LanePolicy::automatic;
}

}  // namespace zanni::cli
