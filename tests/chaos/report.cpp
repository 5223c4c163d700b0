#include "report.hpp"

#include <cstdio>

namespace chaos {

namespace {

std::string reasons_of(const Account& account) {
    std::string text;
    for (const auto& [reason, count] : account.dead)
        text += (text.empty() ? "" : ", ") + std::string(to_string(reason)) + " " + std::to_string(count);
    return text.empty() ? "none" : text;
}

void print_row(const std::string& name, int times, const Account& account) {
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("| %-28s | %5d | %10llu | %4llu | %7llu | %12llu | %12llu | %s |\n", name.c_str(), times,
                number(account.written), number(account.lost), number(account.doubled), number(account.late),
                number(account.with_process), reasons_of(account).c_str());
}

}  // namespace

void Report::add(const std::string& fault, const Account& account, zanni::Duration took) {
    Row& row = rows_[fault];
    ++row.times;
    row.account.add(account);
    holds_ &= account.holds();
    const double seconds = std::chrono::duration<double>(took).count();
    std::printf("%-28s %5.1f s  %9llu letters  dead: %s%s\n", fault.c_str(), seconds,
                static_cast<unsigned long long>(account.written), reasons_of(account).c_str(),
                account.holds() ? "" : "   NOT AS PROMISED");
    if (account.lost || account.doubled || account.late)
        std::printf("    lost %llu, doubled %llu, out of order %llu\n", static_cast<unsigned long long>(account.lost),
                    static_cast<unsigned long long>(account.doubled), static_cast<unsigned long long>(account.late));
    for (const auto& wrong : account.wrong) std::printf("    %s\n", wrong.c_str());
    std::fflush(stdout);
}

void Report::print_table() const {
    std::printf("\n| %-28s | %5s | %10s | %4s | %7s | %12s | %12s | dead letters |\n", "fault", "times", "messages",
                "lost", "doubled", "out of order", "with process");
    std::printf("|---|---|---|---|---|---|---|---|\n");
    Row all;
    for (const auto& [name, row] : rows_) {
        print_row(name, row.times, row.account);
        all.times += row.times;
        all.account.add(row.account);
    }
    print_row("all", all.times, all.account);
}

}  // namespace chaos
