#include <iostream>

#include <zanni/simulation.hpp>

#include "bank.hpp"

/// Two tellers empty one account at once, in as many orders as there are seeds. Prints what came of it; the run that
/// went wrong goes to stderr, with the seed that replays it.
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seeds = 10'000;

int balance(zanni::Simulation& simulation, const zanni::Address& account) {
    return simulation.ask<bank::Balance>(account, bank::GetBalance{}, 1s).value().amount;
}

template <class Teller>
void two_transfers(zanni::Simulation& simulation) {
    const zanni::Address columbina = simulation.create<bank::Account>();
    const zanni::Address brighella = simulation.create<bank::Account>();
    simulation.tell(columbina, bank::Deposit{100});
    simulation.run_until_idle();

    for (int teller = 0; teller < 2; ++teller)
        simulation.tell(simulation.create<Teller>(), bank::Transfer{columbina, brighella, 80});
    simulation.run_until_idle();

    simulation.check(balance(simulation, columbina) + balance(simulation, brighella) == 100,
                     "money is neither made nor lost");
    simulation.check(balance(simulation, columbina) >= 0, "no account is overdrawn");
}

template <class Teller>
void explore(const char* who) {
    const auto failed = zanni::explore(1, seeds, &two_transfers<Teller>);
    std::cout << who << (failed ? ": an account is overdrawn\n" : ": all is well with 10,000 seeds\n");
    if (failed) std::cerr << failed->what << '\n';
}

}  // namespace

int main() {
    explore<bank::CarelessTeller>("the careless teller");
    explore<bank::CarefulTeller>("the careful teller");
}
