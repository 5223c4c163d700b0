#include <zanni/module.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <exception>

namespace zanni {

namespace {

std::unexpected<Error> bad_module(const std::string& path, const std::string& why) {
    return std::unexpected(Error{Error::bad_input, "module " + path + ": " + why});
}

std::string last_dl_error() {
    const char* const text = ::dlerror();
    return text ? text : "unknown error of the dynamic linker";
}

}  // namespace

std::expected<void, Error> load_module(const std::string& path, Registry& registry) {
    // A bare file name would be searched in the system's library folders, not here.
    const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
    void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) return bad_module(path, last_dl_error());

    const auto* const abi = static_cast<const ModuleAbi*>(::dlsym(handle, "zanni_module_abi"));
    if (!abi)
        return bad_module(
            path, "has no symbol zanni_module_abi: it is no Zanni module (see ZANNI_MODULE in zanni/module.hpp)");
    const ModuleAbi own;
    if (std::strncmp(abi->tag, own.tag, sizeof own.tag) != 0)
        return bad_module(path, "built for ABI '" + std::string(abi->tag, ::strnlen(abi->tag, sizeof abi->tag)) +
                                    "', this program has '" + own.tag + "'");
    if (abi->size != own.size || !std::ranges::equal(abi->sizes, own.sizes))
        return bad_module(path, "built with other headers of this version than this program: build it anew");
    const auto enter = reinterpret_cast<void (*)(Registry&)>(::dlsym(handle, "zanni_module_register"));
    if (!enter) return bad_module(path, "has no symbol zanni_module_register");
    try {
        Registry fresh;
        enter(fresh);
        registry.merge(fresh);
    } catch (const std::exception& error) {
        return bad_module(path, error.what());
    }
    return {};
}

const char* version() { return ZANNI_VERSION; }

}  // namespace zanni
