#include <zanni/module.hpp>

extern "C" const zanni::ModuleAbi zanni_module_abi;
extern "C" const zanni::ModuleAbi zanni_module_abi{};
