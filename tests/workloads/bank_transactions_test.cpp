#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <zanni/random.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

constexpr std::int64_t balance_at_first = 100;

struct Bank {
    std::size_t accounts = 0;
    std::size_t transfers = 0;
};
struct Statement {
    std::vector<std::int64_t> balances;  ///< by account, as it says itself
    std::vector<std::int64_t> expected;  ///< by account, from the transfers acknowledged
    std::vector<int> acknowledgements;   ///< by transfer
    std::int64_t lowest_ever = 0;
};

struct Debit {
    std::size_t transfer = 0;
    std::int64_t amount = 0;
    Address to;
};
struct Credit {
    std::size_t transfer = 0;
    std::int64_t amount = 0;
};
struct Credited {
    std::size_t transfer = 0;
};
struct Acknowledged {
    std::size_t transfer = 0;
    bool accepted = false;
};
struct GetBalance {};
struct Balance {
    std::int64_t now = 0;
    std::int64_t lowest_ever = 0;
};

class Account : public Actor {
public:
    void debit(const Debit& debit) {
        if (balance_.now < debit.amount) return send(parent(), Acknowledged{debit.transfer, false});
        balance_.now -= debit.amount;
        balance_.lowest_ever = std::min(balance_.lowest_ever, balance_.now);
        send(debit.to, Credit{debit.transfer, debit.amount});
    }
    Credited credit(const Credit& credit) {
        balance_.now += credit.amount;
        return {credit.transfer};
    }
    void credited(const Credited& credited) { send(parent(), Acknowledged{credited.transfer, true}); }
    Balance balance(const GetBalance&) const { return balance_; }
    using Behavior = zanni::Behavior<&Account::debit, &Account::credit, &Account::credited, &Account::balance>;

private:
    Balance balance_{balance_at_first, balance_at_first};
};

/// Keeps many transfers under way at once, and its own books of them.
class Teller : public Actor {
public:
    void open(const Bank& bank, const Address& asker) {
        asker_ = asker;
        bank_ = bank;
        for (std::size_t i = 0; i < bank.accounts; ++i) accounts_.push_back(create<Account>());
        statement_.balances.resize(bank.accounts);
        statement_.expected.resize(bank.accounts, balance_at_first);
        statement_.acknowledgements.resize(bank.transfers);
        for (std::size_t i = 0; i < under_way_max; ++i) transfer();
    }
    void acknowledged(const Acknowledged& done) {
        ++statement_.acknowledgements[done.transfer];
        const auto& [from, to, amount] = transfers_[done.transfer];
        if (done.accepted) {
            statement_.expected[from] -= amount;
            statement_.expected[to] += amount;
        }
        transfer();
        if (++done_ < bank_.transfers) return;
        for (const Address& account : accounts_) send(account, GetBalance{});
    }
    void balance(const Balance& balance, const Address& account) {
        statement_.balances[std::ranges::find(accounts_, account) - accounts_.begin()] = balance.now;
        statement_.lowest_ever = std::min(statement_.lowest_ever, balance.lowest_ever);
        if (++balances_ < accounts_.size()) return;
        send(asker_, statement_);
        exit();
    }
    using Behavior = zanni::Behavior<&Teller::open, &Teller::acknowledged, &Teller::balance>;

private:
    struct Transfer {
        std::size_t from = 0;
        std::size_t to = 0;
        std::int64_t amount = 0;
    };
    static constexpr std::size_t under_way_max = 64;

    void transfer() {
        if (transfers_.size() == bank_.transfers) return;
        const std::size_t from = random_.next() % accounts_.size();
        const std::size_t to = (from + 1 + random_.next() % (accounts_.size() - 1)) % accounts_.size();
        const auto amount = static_cast<std::int64_t>(random_.next() % balance_at_first);
        send(accounts_[from], Debit{transfers_.size(), amount, accounts_[to]});
        transfers_.push_back({from, to, amount});
    }

    Address asker_;
    Bank bank_;
    SeededRandom random_{11};
    std::vector<Address> accounts_;
    std::vector<Transfer> transfers_;
    std::size_t done_ = 0;
    std::size_t balances_ = 0;
    Statement statement_;
};

}  // namespace

TEST_CASE("bank transfers are all acknowledged, and no money is made or lost", "[workload]") {
    on_workload_bases([](System& system, Size size) {
        const Bank bank = size == Size::full ? Bank{50, 50'000} : Bank{5, 200};
        const auto teller = system.create<Teller>();

        const auto statement = system.ask<Statement>(teller, bank, patience);

        REQUIRE(statement);
        const auto& balances = statement->balances;
        CHECK(std::cmp_equal(std::ranges::count(statement->acknowledgements, 1), bank.transfers));
        CHECK(std::reduce(balances.begin(), balances.end()) ==
              static_cast<std::int64_t>(bank.accounts) * balance_at_first);
        CHECK(balances == statement->expected);
        CHECK(statement->lowest_ever == 0);
    });
}

}  // namespace zanni
