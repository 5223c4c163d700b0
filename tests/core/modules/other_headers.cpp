#include <cstdlib>

#include <zanni/module.hpp>

/// As a module built with headers in which an actor type has another size would look. Must not be entered.
extern "C" const zanni::ModuleAbi zanni_module_abi;
extern "C" const zanni::ModuleAbi zanni_module_abi{sizeof(zanni::ModuleAbi), ZANNI_ABI_TAG, {1, 2, 3, 4, 5}};

extern "C" void zanni_module_register(zanni::Registry&) { std::abort(); }
