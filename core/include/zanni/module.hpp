#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include <zanni/actor.hpp>
#include <zanni/error.hpp>
#include <zanni/registry.hpp>
#include <zanni/version.hpp>

/// Modules: shared objects that bring actor types to a host.
namespace zanni {

/// What a module was built with; compared before anything of it is called.
struct ModuleAbi {
    std::uint32_t size = sizeof(ModuleAbi);
    char tag[60] = ZANNI_ABI_TAG;
    /// Sizes of what module and program share: other headers of the same version may have others.
    std::uint16_t sizes[5] = {sizeof(ActorType), sizeof(Handler), sizeof(ActorTraits), sizeof(Actor), sizeof(Envelope)};
};

/// Loads a shared object and lets it register its types: all, or none if it fails. It stays loaded for the life of the
/// process; to load it again is no error, and changes nothing.
/// Errors: Error::bad_input, with the file and the missing symbol, both ABI tags, or the type that is there already.
std::expected<void, Error> load_module(const std::string& path, Registry& registry);

/// Actor types that are linked into the program, as a module that needs no file: for host_main().
struct Module {
    std::string name;
    void (*enter)(Registry& registry) = nullptr;
};

}  // namespace zanni

/// Defines a module's entry, once in each shared object: `ZANNI_MODULE(registry) { registry.add<EchoServer>(); }`
#define ZANNI_MODULE(registry)                                                                                 \
    extern "C" __attribute__((visibility("default"))) const ::zanni::ModuleAbi zanni_module_abi;               \
    extern "C" const ::zanni::ModuleAbi zanni_module_abi{};                                                    \
    extern "C" __attribute__((visibility("default"))) void zanni_module_register(::zanni::Registry& registry); \
    extern "C" void zanni_module_register(::zanni::Registry& registry)
