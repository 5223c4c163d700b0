#include <catch2/catch.hpp>

#include <algorithm>

#include "runtime/remote_bonds.hpp"

namespace zanni::detail {

namespace {

constexpr std::uint64_t far = 0x0000000200000001;
constexpr std::uint64_t further = 0x0000000200000002;
constexpr std::uint64_t elsewhere = 0x0000000300000001;

Address actor(std::uint64_t process, std::uint64_t number) { return make_address({process, number}); }

}  // namespace

TEST_CASE("remote bonds give every bond into a lost process once") {
    RemoteBonds family;
    const Address here = actor(1, 1);
    family.add(far, {actor(far, 1), here});
    family.add(far, {actor(1, 2), actor(far, 2)});
    family.add(elsewhere, {actor(elsewhere, 1), here});

    auto bonds = family.take(far);

    std::ranges::sort(bonds, {}, &RemoteBonds::Bond::subject);
    REQUIRE(bonds.size() == 2);
    CHECK(bonds[0].subject == actor(1, 2));
    CHECK(bonds[0].observer == actor(far, 2));
    CHECK(bonds[1].subject == actor(far, 1));
    CHECK(family.take(far).empty());
    CHECK(family.take(elsewhere).size() == 1);
}

TEST_CASE("a bond that has ended in order is forgotten") {
    RemoteBonds family;
    const RemoteBonds::Bond bond{actor(far, 1), actor(1, 1)};
    family.add(far, bond);

    family.remove(far, bond);
    family.remove(far, bond);
    family.remove(elsewhere, bond);

    CHECK(family.take(far).empty());
    CHECK(family.processes_of(2).empty());
}

TEST_CASE("a family knows in which processes of a host it has bonds") {
    RemoteBonds family;
    for (const std::uint64_t process : {far, further, elsewhere}) family.add(process, {actor(process, 1), actor(1, 1)});

    auto processes = family.processes_of(2);

    std::ranges::sort(processes);
    CHECK(processes == std::vector{far, further});
    CHECK(family.processes_of(4).empty());
}

}  // namespace zanni::detail
