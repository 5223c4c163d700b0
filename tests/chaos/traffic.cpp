#include "traffic.hpp"

#include <algorithm>

#include "actors.hpp"
#include "convention.hpp"

namespace chaos {

using namespace std::chrono_literals;

namespace {

constexpr auto answer_longest = 3s;

}  // namespace

void Account::add(const Account& other) {
    written += other.written;
    received += other.received;
    lost += other.lost;
    doubled += other.doubled;
    late += other.late;
    with_process += other.with_process;
    dead_but_alive += other.dead_but_alive;
    for (const auto& [reason, count] : other.dead) dead[reason] += count;
    wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
}

// ---- Couriers

zanni::Address Traffic::add(const std::string& host) {
    const zanni::Address courier = host.empty()
                                       ? application_.create<Courier>()
                                       : application_.create("chaos.Courier", {.requirements = {{host, true}}});
    clerks_.push_back({host, courier, {}, true, {}});
    return courier;
}

void Traffic::hire(int per_host) {
    clerks_.clear();
    for (const auto& host : host_names)
        for (int i = 0; i < per_host; ++i) add(host);
    add({});
    for (Clerk& clerk : clerks_) {
        for (const Clerk& other : clerks_)
            if (&other != &clerk) clerk.to.push_back(other.courier);
        application_.tell(clerk.courier, AddressBook{clerk.to});
    }
}

void Traffic::write(const Write& order) {
    for (const Clerk& clerk : clerks_)
        if (!clerk.to.empty()) application_.tell(clerk.courier, order);
}

void Traffic::hold() {
    for (const Clerk& clerk : clerks_) application_.tell(clerk.courier, Hold{});
}

void Traffic::dismiss() {
    for (const Clerk& clerk : clerks_) application_.tell(clerk.courier, zanni::ExitRequest{});
    clerks_.clear();
}

void Traffic::let_write(const zanni::Address& courier, const std::vector<zanni::Address>& to, const Write& order) {
    std::ranges::find(clerks_, courier, &Clerk::courier)->to = to;
    application_.tell(courier, AddressBook{to});
    application_.tell(courier, order);
}

// ---- What became of the letters

bool Traffic::collect() {
    check_interrupted();
    bool all = true;
    for (Clerk& clerk : clerks_) {
        if (!clerk.lives) continue;
        auto tally = application_.ask<Tally>(clerk.courier, TellTally{}, answer_longest);
        if (tally)
            clerk.tally = std::move(*tally);
        else if (tally.error().code == zanni::Error::dead_target)
            clerk.lives = false;
        else
            all = false;
    }
    return all;
}

std::uint64_t Traffic::received(const zanni::Address& courier) {
    const auto tally = application_.ask<Tally>(courier, TellTally{}, answer_longest);
    std::uint64_t sum = 0;
    if (tally)
        for (const auto& [from, received] : tally->received) sum += received.letters;
    return sum;
}

std::uint64_t Traffic::ways() const {
    std::uint64_t sum = 0;
    for (const Clerk& clerk : clerks_) sum += clerk.to.size();
    return sum;
}

zanni::Address Traffic::here() const { return std::ranges::find(clerks_, std::string{}, &Clerk::host)->courier; }

bool Traffic::is_quiet() const {
    const bool some_write =
        std::ranges::any_of(clerks_, [](const Clerk& clerk) { return clerk.lives && clerk.tally.is_writing; });
    const Account now = account();
    return !some_write && now.lost == 0 && now.wrong.empty();
}

Account Traffic::settle(std::chrono::seconds longest) {
    const bool settled = holds_within(longest, [this] { return collect() && is_quiet(); });
    Account sum = account();
    for (const Clerk& clerk : clerks_)
        if (!settled && clerk.lives && clerk.tally.is_writing)
            sum.wrong.push_back(name_of(clerk) + " is still writing");
    if (!settled && !collect()) sum.wrong.emplace_back("a courier neither answers nor is dead");
    return sum;
}

std::string Traffic::name_of(const Clerk& clerk) const {
    return (clerk.host.empty() ? "application" : clerk.host) + " " + clerk.courier.to_string();
}

Account Traffic::account() const {
    Account sum;
    for (const Clerk& from : clerks_) {
        if (from.tally.dead_twice) sum.wrong.push_back(name_of(from) + " has a letter that is dead twice");
        for (const Clerk& to : clerks_)
            if (std::ranges::count(from.to, to.courier)) account(from, to, sum);
    }
    return sum;
}

/// Of a courier that is dead only what it had said can be known: that came in order, and once.
void Traffic::account(const Clerk& from, const Clerk& to, Account& sum) const {
    const auto came = to.tally.received.find(from.courier);
    const Received received = to.lives && came != to.tally.received.end() ? came->second : Received{};
    sum.doubled += received.doubled;
    sum.late += received.late;
    if (!from.lives) return;
    const auto wrote = from.tally.written.find(to.courier);
    const std::uint64_t written = wrote == from.tally.written.end() ? 0 : wrote->second;
    const auto way = [&] { return ", " + name_of(from) + " to " + name_of(to); };
    Spans not_come = received.missing;
    if (received.last < written) not_come.add({received.last + 1, written});
    Spans dead;
    if (const auto found = from.tally.dead.find(to.courier); found != from.tally.dead.end())
        for (const auto& [reason, numbers] : found->second) {
            sum.dead[reason] += numbers.size();
            for (const Span& span : numbers.spans) dead.add(span);
            if (to.lives && reason != zanni::Error::unknown_delivery && numbers.in_common(not_come) != numbers.size())
                sum.wrong.push_back("letters came though they are dead by " + std::string(to_string(reason)) + way());
        }
    sum.written += written;
    sum.received += received.letters;
    if (to.lives) {
        sum.lost += not_come.size() - not_come.in_common(dead);
        sum.dead_but_alive += dead.size();
        return;
    }
    // Its process took the first ones, up to some number; all after that are dead.
    const std::uint64_t taken = dead.spans.empty() ? written : dead.spans.front().first - 1;
    sum.with_process += taken;
    if (taken + dead.size() != written)
        sum.wrong.push_back(std::to_string(written) + " written, and dead are " + dead.to_string() + way());
}

}  // namespace chaos
