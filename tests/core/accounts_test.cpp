#include <catch2/catch.hpp>

#include <utility>
#include <vector>

#include <zanni/accounts.hpp>

#include "household.hpp"
#include "process.hpp"

namespace zanni {

namespace {

using namespace test;

const Address far_actor = detail::make_address({far_process, 7});

/// The dead letters of a process, of the messages that it has sent to the far actor, one for each reason.
std::vector<std::pair<int, std::uint64_t>> dead_letters_after(const std::vector<Error::Code>& reasons) {
    Process process;
    for (const Error::Code reason : reasons) {
        process.send(far_actor, Knock{});
        process->undeliverable(std::move(process.gateway.posted.back()), reason);
        process.gateway.posted.pop_back();
    }
    CHECK(process.all_accounted_for());
    std::vector<std::pair<int, std::uint64_t>> found;
    for (const auto& [reason, count] : process->accounts().dead_letters)
        found.emplace_back(static_cast<int>(reason), count);
    return found;
}

}  // namespace

TEST_CASE("accounts say how many dead letters there are for which reason", "[accounts]") {
    CHECK(dead_letters_after({}).empty());
    CHECK(dead_letters_after({Error::host_lost, Error::dead_target, Error::host_lost, Error::unknown_delivery}) ==
          std::vector<std::pair<int, std::uint64_t>>{
              {Error::dead_target, 1}, {Error::host_lost, 2}, {Error::unknown_delivery, 1}});
}

TEST_CASE("dead letters for a reason that only a later version knows are counted together", "[accounts]") {
    CHECK(dead_letters_after({static_cast<Error::Code>(60'000), static_cast<Error::Code>(777)}) ==
          std::vector<std::pair<int, std::uint64_t>>{{0, 2}});
}

TEST_CASE("the difference of the accounts is what waits", "[accounts]") {
    Process process;
    const Address child = process.create<Child>();
    for (int i = 0; i < 3; ++i) process->deliver(make_envelope(child, far_actor, Knock{}));
    CHECK(process->accounts().received == 3);
    CHECK(process->accounts().difference() == 3);

    process.stepper.step();
    CHECK(process->accounts().difference() == 2);
    process.run();

    CHECK(process->accounts().difference() == 0);
}

TEST_CASE("accounts can be sent", "[accounts]") {
    const Accounts sent{7, 6, 5, 4, 3, {{Error::dead_target, 2}, {Error::overloaded, 1}}};

    const auto read = make_envelope(far_actor, Address{}, sent)->any().as<Accounts>();

    REQUIRE(read);
    CHECK(read->sent == 7);
    CHECK(read->posted == 3);
    REQUIRE(read->dead_letters.size() == 2);
    CHECK(read->dead_letters[1].reason == Error::overloaded);
    CHECK(sent.difference() == 7 + 6 - 5 - 4 - 3 - 3);
    CHECK(read->difference() == sent.difference());
}

}  // namespace zanni
