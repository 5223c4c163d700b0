#pragma once

#include <string>

#include "observer/history.hpp"
#include "observer/sight.hpp"

namespace zanni::broker {

/// What is told of a sight, beside what the page always shows.
struct SnapshotOptions {
    bool actors = false;   ///< those that are named
    bool admin = false;    ///< the page may change something
    bool history = false;  ///< of the last ten minutes
};

/// A sight as one JSON text, as the page and other programs read it. Its format: docs/operations.md, "The observer".
std::string snapshot(const Sight& sight, const History& history, const SnapshotOptions& options);

/// So many actors are named one by one; of more, those before whom most waits.
inline constexpr std::size_t named_actors_max = 2'000;

}  // namespace zanni::broker
