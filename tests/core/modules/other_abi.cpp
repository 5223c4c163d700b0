#include <cstdlib>

#include <zanni/module.hpp>

/// As a module built by another compiler would look. Must not be entered.
extern "C" const zanni::ModuleAbi zanni_module_abi;
extern "C" const zanni::ModuleAbi zanni_module_abi{sizeof(zanni::ModuleAbi), "zanni-9.9 cxxabi-1"};

extern "C" void zanni_module_register(zanni::Registry&) { std::abort(); }
