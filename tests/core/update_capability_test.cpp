#include <catch2/catch.hpp>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

CreateOptions needing(const std::string& key, const CapabilityValue& value = true) {
    CreateOptions options;
    options.requirements = {{key, value}};
    return options;
}

/// The case in a system that offers a GPU.
template <class Case>
void play_with_gpu(Case run) {
    Settings settings;
    settings.capabilities = {{"GPU", true}, {"Cores", std::int64_t{4}}};
    on_every_base(settings, [&](System& system) {
        Stage::current().clear();
        run(system);
    });
}

}  // namespace

TEST_CASE("a capability withdrawn under a deep descendant: it and its children go, others stay", "[D4]") {
    play_with_gpu([](System& system) {
        const auto top = make_puppet(system, "top");
        const auto middle = make_child_of(system, top, "middle");
        const auto deep = make_child_of(system, middle, "deep", needing("GPU"));
        make_child_of(system, deep, "below");
        const auto beside = make_child_of(system, middle, "beside", needing("Cores", std::int64_t{4}));

        REQUIRE(system.update_capability("GPU", std::nullopt));

        REQUIRE(comes(system, "middle: lost deep"));
        CHECK(Stage::current().count("deep: exits") == 1);
        CHECK(Stage::current().count("below: exits") == 1);
        for (const Address& staying : {top, middle, beside}) have(system, staying, [](Puppet&) {});
        CHECK(system.actor_count() == 3);
    });
}

TEST_CASE("an actor may change a capability itself, and new actors are placed by what it is then", "[D4]") {
    play_with_gpu([](System& system) {
        const auto actor = make_puppet(system, "actor");
        CHECK_FALSE(system.create<Puppet>(needing("Disk")));

        have(system, actor, [](Puppet& me) { CHECK(me.update_capability("Disk", true)); });
        make_puppet(system, "made", needing("Disk"));
        have(system, actor, [](Puppet& me) { CHECK(me.update_capability("Disk", false)); });

        REQUIRE(comes(system, "made: exits"));
        CHECK_FALSE(system.create<Puppet>(needing("Disk")));
    });
}

TEST_CASE("a capability that is as it was changes nothing; one that no host can offer is an error", "[D4]") {
    play_with_gpu([](System& system) {
        const auto actor = make_puppet(system, "actor", needing("GPU"));

        CHECK(system.update_capability("GPU", true));
        CHECK(system.update_capability("Disk", std::nullopt));
        have(system, actor, [](Puppet&) {});

        for (const std::string& key : {std::string(), std::string(257, 'k'), std::string("a\nb")})
            CHECK(system.update_capability(key, true).error().code == Error::bad_input);
        CHECK(system.update_capability("GPU", std::string(1'025, 'x')).error().code == Error::bad_input);
        for (int i = 0; i < 254; ++i) REQUIRE(system.update_capability("key" + std::to_string(i), true));
        CHECK(system.update_capability("one more", true).error().code == Error::too_large);
        CHECK(notes().empty());
    });
}

}  // namespace zanni
