#include "log.hpp"

namespace zanni {

namespace {

/// The tests provoke dead letters and throwing handlers by the dozen; nobody wants to read of them.
[[maybe_unused]] const bool quiet = log::set_level("error");

}  // namespace

}  // namespace zanni
