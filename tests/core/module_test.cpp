#include <catch2/catch.hpp>

#include <zanni/module.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

/// The error of a module that can't be loaded; what it registers before it fails is thrown away.
std::string refusal(const std::string& path) {
    Registry registry;
    const auto loaded = load_module(path, registry);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == Error::bad_input);
    CHECK_THAT(loaded.error().context, Catch::StartsWith("module " + path + ": "));
    return loaded.error().context;
}

}  // namespace

TEST_CASE("a module's types can be created by name once it is loaded", "[D12]") {
    Registry registry;

    REQUIRE(load_module(ZANNI_GOOD_MODULE, registry));

    CHECK(registry.names() == std::vector<std::string>{"baker.Baker", "baker.Miller"});
    on_every_base({.registry = &registry}, [](System& system) {
        const auto baker = system.create("baker.Baker");
        const auto miller = system.create("baker.Miller");

        CHECK(system.ask<std::string>(baker, "rye", patience) == "rye bread");
        CHECK(miller.error() == Error{Error::unmet_requirement, "baker.Miller needs Mill = true (has no Mill)"});
    });
}

TEST_CASE("a module that can't be loaded is refused, and the error says why", "[D12]") {
    CHECK_THAT(refusal("/nowhere/libmissing.so"), Catch::Contains("No such file"));
    CHECK_THAT(refusal("libmissing.so"), Catch::Contains("No such file"));
    CHECK_THAT(refusal("/"), Catch::Contains("/"));
    CHECK_THAT(refusal(ZANNI_NOT_A_MODULE_MODULE), Catch::Contains("no symbol zanni_module_abi"));
    CHECK_THAT(refusal(ZANNI_WITHOUT_ENTRY_MODULE), Catch::Contains("no symbol zanni_module_register"));
    CHECK_THAT(refusal(ZANNI_TWICE_MODULE), Catch::Contains("twin.Twin is registered twice"));
}

TEST_CASE("a module of another ABI is refused before it is entered, and the error has both tags", "[D12]") {
    const std::string error = refusal(ZANNI_OTHER_ABI_MODULE);

    CHECK_THAT(error, Catch::Contains("'zanni-9.9 cxxabi-1'"));
    CHECK_THAT(error, Catch::Contains(ZANNI_ABI_TAG));
}

TEST_CASE("a module built with other headers of the same version is refused before anything of it is called") {
    CHECK_THAT(refusal(ZANNI_OTHER_HEADERS_MODULE), Catch::Contains("built with other headers"));
}

TEST_CASE("a module that is loaded twice is the same, and no error", "[D12]") {
    Registry registry;
    REQUIRE(load_module(ZANNI_GOOD_MODULE, registry));

    CHECK(load_module(ZANNI_GOOD_MODULE, registry));

    CHECK(registry.names().size() == 2);
}

TEST_CASE("a module that fails leaves none of its types behind", "[D12]") {
    Registry registry;

    REQUIRE_FALSE(load_module(ZANNI_TWICE_MODULE, registry));

    CHECK(registry.names().empty());
}

}  // namespace zanni
