#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <zanni/zanni.hpp>

#include "letters.hpp"

namespace chaos {

/// What became of the letters of one phase.
struct Account {
    std::uint64_t written = 0;   ///< by couriers that live
    std::uint64_t received = 0;  ///< of these
    std::uint64_t lost = 0;      ///< neither came nor became a dead letter
    std::uint64_t doubled = 0;
    std::uint64_t late = 0;            ///< came after a later one
    std::uint64_t with_process = 0;    ///< acknowledged by a process that ended later
    std::uint64_t dead_but_alive = 0;  ///< dead letters between couriers that both live
    std::map<zanni::Error::Code, std::uint64_t> dead;
    std::vector<std::string> wrong;  ///< what else broke a promise

    void add(const Account& other);
    bool holds() const { return lost == 0 && doubled == 0 && late == 0 && wrong.empty(); }
};

/// Couriers on all hosts and in this process, each of which writes to all others, and the account of their letters.
/// Threads: one.
class Traffic {
public:
    explicit Traffic(zanni::ActorSystem& application) : application_(application) {}

    /// New couriers, so many on each host and one here. Errors: throws zanni::CreationFailed.
    void hire(int per_host);
    void write(const Write& order);
    void hold();
    /// Ends them.
    void dismiss();

    /// One more courier, whom the others don't know; empty: here. It is in the account. Errors: throws
    /// zanni::CreationFailed.
    zanni::Address add(const std::string& host);
    /// Gives it others to write to.
    void let_write(const zanni::Address& courier, const std::vector<zanni::Address>& to, const Write& order);

    /// Until every letter has come to its end, or the time is over; then what became of them.
    Account settle(std::chrono::seconds longest);
    /// How many letters this one has got; 0 when it doesn't answer.
    std::uint64_t received(const zanni::Address& courier);
    /// How many ways letters go, from one courier to another.
    std::uint64_t ways() const;
    /// The one here, who gets letters from all others.
    zanni::Address here() const;

private:
    struct Clerk {
        std::string host;  ///< empty: here
        zanni::Address courier;
        std::vector<zanni::Address> to;
        bool lives = true;
        Tally tally;
    };

    /// False when some courier didn't answer.
    bool collect();
    bool is_quiet() const;
    Account account() const;
    void account(const Clerk& from, const Clerk& to, Account& sum) const;
    std::string name_of(const Clerk& clerk) const;

    zanni::ActorSystem& application_;
    std::vector<Clerk> clerks_;
};

}  // namespace chaos
