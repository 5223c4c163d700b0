#include <zanni/module.hpp>

#include "../types.hpp"

ZANNI_MODULE(registry) { zanni::semantics::register_types(registry); }
