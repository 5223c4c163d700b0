#pragma once

#include <zanni/registry.hpp>

namespace zanni::semantics {

/// All actor types of the cases, for systems that run them here and for the module that brings them to the other host.
void register_types(Registry& registry);

}  // namespace zanni::semantics
