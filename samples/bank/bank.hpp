#pragma once

#include <string>

#include <zanni/actor.hpp>

/// Accounts, and two kinds of tellers that move money between them. One of them is wrong.
namespace bank {

struct Deposit {
    int amount = 0;
};
struct GetBalance {};
struct Balance {
    int amount = 0;
};
/// Replied to by Withdrawn.
struct Withdraw {
    int amount = 0;
};
struct Withdrawn {
    bool done = false;
};
/// To a teller; replied to when it is over.
struct Transfer {
    zanni::Address from;
    zanni::Address to;
    int amount = 0;
};
struct Transferred {
    bool done = false;
};

class Account : public zanni::Actor {
public:
    void deposit(const Deposit& deposit) { balance_ += deposit.amount; }
    Balance balance(const GetBalance&) { return {balance_}; }
    Withdrawn withdraw(const Withdraw& withdrawal) {
        if (withdrawal.amount > balance_) return {false};
        balance_ -= withdrawal.amount;
        return {true};
    }
    using Behavior = zanni::Behavior<&Account::deposit, &Account::balance, &Account::withdraw>;

private:
    int balance_ = 0;
};

/// Looks whether there is enough, then takes it. Between the two another teller may do the same.
class CarelessTeller : public zanni::Actor {
public:
    zanni::Task<Transferred> transfer(const Transfer& transfer) {
        const auto balance = co_await ask<Balance>(transfer.from, GetBalance{}, std::chrono::seconds(1));
        if (!balance || balance->amount < transfer.amount) co_return Transferred{false};
        send(transfer.from, Deposit{-transfer.amount});
        send(transfer.to, Deposit{transfer.amount});
        co_return Transferred{true};
    }
    using Behavior = zanni::Behavior<&CarelessTeller::transfer>;
};

/// Lets the account decide, which handles one message at a time.
class CarefulTeller : public zanni::Actor {
public:
    zanni::Task<Transferred> transfer(const Transfer& transfer) {
        const auto withdrawn =
            co_await ask<Withdrawn>(transfer.from, Withdraw{transfer.amount}, std::chrono::seconds(1));
        if (!withdrawn || !withdrawn->done) co_return Transferred{false};
        send(transfer.to, Deposit{transfer.amount});
        co_return Transferred{true};
    }
    using Behavior = zanni::Behavior<&CarefulTeller::transfer>;
};

}  // namespace bank
