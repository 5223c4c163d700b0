#include <zanni/module.hpp>

// A module from another compiler, or of another Zanni.
extern "C" const zanni::ModuleAbi zanni_module_abi{sizeof(zanni::ModuleAbi), "zanni-9.9 cxxabi-1 cxx11-0"};
extern "C" void zanni_module_register(zanni::Registry&) {}
