#include <catch2/catch.hpp>

#include <map>
#include <set>

#include "placement/convention_table.hpp"

namespace zanni {

namespace {

constexpr std::uint32_t nobody = 99;

std::uint64_t process_of(std::uint32_t host) { return std::uint64_t{host} << 32 | 1; }

/// A host that can create echo.Server.
HostEntry host(std::uint32_t id, Capabilities capabilities = {}) {
    HostEntry entry;
    entry.id = id;
    entry.name = "host" + std::to_string(id);
    entry.capabilities = std::move(capabilities);
    entry.actor_process = process_of(id);
    entry.types = {{"echo.Server", {}}};
    return entry;
}

ConventionTable table_of(std::initializer_list<HostEntry> hosts) {
    ConventionTable table;
    for (const HostEntry& entry : hosts) table.put(entry);
    return table;
}

std::expected<std::uint64_t, Error> choose(ConventionTable& table, std::uint32_t own_host,
                                           const Requirements& extra = {}, const Placement& placement = {},
                                           std::string_view type = "echo.Server") {
    static SeededRandom random(7);
    return table.choose(own_host, {type, extra, placement}, random);
}

std::map<std::uint64_t, int> choices(ConventionTable& table, std::uint32_t own_host, int times,
                                     const Placement& placement = {}) {
    std::map<std::uint64_t, int> count;
    for (int i = 0; i < times; ++i) ++count[choose(table, own_host, {}, placement).value()];
    return count;
}

}  // namespace

TEST_CASE("the own host is chosen as long as it fits", "[D3]") {
    auto table = table_of({host(1), host(2), host(3)});

    CHECK(choices(table, 2, 9) == std::map<std::uint64_t, int>{{process_of(2), 9}});
}

TEST_CASE("nine creations on three equal hosts land three each", "[D15]") {
    auto table = table_of({host(1), host(2), host(3)});

    CHECK(choices(table, nobody, 9) ==
          std::map<std::uint64_t, int>{{process_of(1), 3}, {process_of(2), 3}, {process_of(3), 3}});
}

TEST_CASE("news of a host doesn't make the others forget how often they were chosen", "[D15]") {
    auto table = table_of({host(2), host(3)});
    REQUIRE(choices(table, nobody, 2).size() == 2);

    table.put(host(2, {{"Color", std::string("red")}}));
    table.put(host(1));

    // The newcomer has been chosen least.
    CHECK(choose(table, nobody) == process_of(1));
    CHECK(choices(table, nobody, 6).size() == 3);
    CHECK(table.find(2)->capabilities.contains("Color"));
}

TEST_CASE("a host that doesn't fit is passed over, the own one too", "[D3]") {
    auto without_type = host(1);
    without_type.types.clear();
    auto without_process = host(2);
    without_process.actor_process = 0;
    auto table = table_of({without_type, without_process, host(3, {{"Disk", true}}), host(4)});

    const std::set chosen{choose(table, 1).value(), choose(table, 2).value()};  // equals, by turns
    CHECK(chosen == std::set{process_of(3), process_of(4)});
    CHECK(choose(table, 4, {{"Disk", true}}) == process_of(3));
}

TEST_CASE("the requirements of the type and of the creator are both asked of a host", "[D2]") {
    auto demanding = host(1, {{"Server", true}});
    demanding.types = {{"echo.Server", {{"Server", true}}}};
    auto table = table_of({demanding});

    CHECK(choose(table, nobody) == process_of(1));
    CHECK_FALSE(choose(table, nobody, {{"Disk", true}}));
}

TEST_CASE("when no host fits, the error says of each what is missing", "[D3]") {
    auto demanding = host(1, {{"Cores", std::int64_t{2}}});
    demanding.types = {{"echo.Server", {{"Server", true}}}};
    auto without_type = host(2);
    without_type.types.clear();
    auto without_process = host(3);
    without_process.actor_process = 0;
    auto table = table_of({demanding, without_type, without_process});

    const auto choice = choose(table, nobody, {{"Cores", std::int64_t{4}}});

    REQUIRE_FALSE(choice);
    CHECK(choice.error() ==
          Error{Error::unmet_requirement,
                "no host for echo.Server: host1 needs Server = true (has no Server), Cores = 4 (has 2); "
                "host2 has not loaded the type; host3 needs Cores = 4 (has no Cores), an actor process "
                "(none is running)"});
}

TEST_CASE("a host that drains is passed by, the own one too, and the error says so", "[D9]") {
    HostEntry draining = host(1);
    draining.draining = true;
    auto table = table_of({draining, host(2)});

    CHECK(choices(table, 1, 9) == std::map<std::uint64_t, int>{{process_of(2), 9}});
    table.remove(2);
    CHECK(choose(table, 1).error().to_string() == "unmet_requirement: no host for echo.Server: host1 is draining");
}

TEST_CASE("a type that no host has loaded is unknown", "[D3]") {
    auto table = table_of({host(1), host(2)});
    ConventionTable empty;

    CHECK(choose(table, 1, {}, {}, "echo.Client").error() ==
          Error{Error::unknown_type,
                "no host for echo.Client: host1 has not loaded the type; host2 has not loaded the type"});
    CHECK(choose(empty, 1, {}, {}, "echo.Client").error() ==
          Error{Error::unknown_type, "no host for echo.Client: none is known"});
}

TEST_CASE("a host that is known to run more actors is left alone until others run as many", "[D3]") {
    auto table = table_of({host(1), host(2), host(3)});
    table.put_load(2, 20);
    table.put_load(nobody, 5);

    CHECK(choices(table, nobody, 30) == std::map<std::uint64_t, int>{{process_of(1), 15}, {process_of(3), 15}});
    CHECK(choices(table, nobody, 9).contains(process_of(2)) == false);
    CHECK(choices(table, nobody, 60).contains(process_of(2)));
}

TEST_CASE("news of a host's load takes the place of what was chosen since the last", "[D15]") {
    auto table = table_of({host(1), host(2)});
    REQUIRE(choices(table, nobody, 8).at(process_of(1)) == 4);

    table.put_load(1, 4);
    CHECK(choices(table, nobody, 6) == std::map<std::uint64_t, int>{{process_of(1), 3}, {process_of(2), 3}});

    table.put_load(1, 0);  // they have ended
    CHECK(choices(table, nobody, 7) == std::map<std::uint64_t, int>{{process_of(1), 7}});
}

TEST_CASE("many creators with the same news don't all choose the same host", "[D3]") {
    std::map<std::uint64_t, int> count;
    for (int creator = 0; creator < 300; ++creator) {
        auto table = table_of({host(1), host(2), host(3)});
        ++count[choose(table, nobody).value()];
    }

    for (std::uint32_t id = 1; id <= 3; ++id) CHECK(count[process_of(id)] > 60);
}

TEST_CASE("the same random numbers make the same choices", "[D3]") {
    const auto run = [] {
        SeededRandom random(42);
        auto table = table_of({host(1), host(2), host(3), host(4)});
        std::vector<std::uint64_t> chosen;
        for (int i = 0; i < 20; ++i) chosen.push_back(table.choose(nobody, {"echo.Server", {}}, random).value());
        return chosen;
    };

    CHECK(run() == run());
}

TEST_CASE("a placement can ask for the emptiest host or for the fullest, the own one like any other", "[D3]") {
    auto table = table_of({host(1), host(2), host(3)});
    for (std::uint32_t id = 1; id <= 3; ++id) table.put_load(id, 10 * id);

    CHECK(choices(table, 2, 5, Placement::spread()) == std::map<std::uint64_t, int>{{process_of(1), 5}});
    CHECK(choices(table, 2, 5, Placement::pack()) == std::map<std::uint64_t, int>{{process_of(3), 5}});
}

TEST_CASE("a placement can ask for the host of an actor, or for another; the error says who was left out why", "[D3]") {
    auto table = table_of({host(1), host(2)});
    const Address friendly = detail::make_address({process_of(2), 5});

    CHECK(choices(table, 1, 5, Placement::with(friendly)) == std::map<std::uint64_t, int>{{process_of(2), 5}});
    CHECK(choices(table, 2, 5, Placement::apart_from(friendly)) == std::map<std::uint64_t, int>{{process_of(1), 5}});

    table.remove(1);
    CHECK(choose(table, 2, {}, Placement::apart_from(friendly)).error() ==
          Error{Error::unmet_requirement, "no host for echo.Server: host2 is the host of " + friendly.to_string()});
    table.remove(2);
    table.put(host(3));
    CHECK(choose(table, 3, {}, Placement::with(friendly)).error() ==
          Error{Error::unmet_requirement, "no host for echo.Server: host3 is not the host of " + friendly.to_string()});
}

TEST_CASE("a host whose own process has refused is not asked again", "[D2]") {
    auto table = table_of({host(1), host(2)});
    SeededRandom random(1);
    const Wanted wanted{"echo.Server", {}, {}, "is not accepted by the type"};

    CHECK(table.choose(1, wanted, random) == process_of(2));
    table.remove(2);
    CHECK(table.choose(1, wanted, random).error().context ==
          "no host for echo.Server: host1 is not accepted by the type");
}

TEST_CASE("hosts come and go, and are listed by their ids") {
    auto table = table_of({host(3), host(1), host(2)});
    const auto ids = [&] {
        std::vector<std::uint32_t> found;
        for (const auto& entry : table.hosts()) found.push_back(entry.id);
        return found;
    };
    CHECK(ids() == std::vector<std::uint32_t>{1, 2, 3});

    table.remove(2);
    table.remove(nobody);
    CHECK(ids() == std::vector<std::uint32_t>{1, 3});
    CHECK(table.find(2) == nullptr);
    REQUIRE(table.find(3));
    CHECK(table.find(3)->name == "host3");

    table.clear();
    CHECK(table.hosts().empty());
    CHECK_FALSE(choose(table, 1));
    table.put(host(2));
    CHECK(choose(table, 1) == process_of(2));
}

}  // namespace zanni
