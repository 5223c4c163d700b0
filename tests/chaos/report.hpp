#pragma once

#include <map>
#include <string>
#include <vector>

#include "traffic.hpp"

namespace chaos {

/// A line for each phase while it goes on, and a table of all faults in the end.
class Report {
public:
    /// What went wrong beside the letters is in `account.wrong`.
    void add(const std::string& fault, const Account& account, zanni::Duration took);
    void print_table() const;
    bool holds() const { return holds_; }

private:
    struct Row {
        int times = 0;
        Account account;
    };
    std::map<std::string, Row> rows_;
    bool holds_ = true;
};

}  // namespace chaos
