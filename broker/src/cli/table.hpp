#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace zanni::cli {

/// Rows under a head, each column as wide as it must be. For people.
class Table {
public:
    enum class Align : std::uint8_t { left, right };
    struct Column {
        std::string head;
        Align align = Align::left;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    /// Head and rows, each ended by a newline; a line that is longer than `columns_max` characters is cut. `head_style`
    /// stands around the head: "\x1b[1m" or nothing.
    std::string text(std::size_t columns_max = std::string::npos, const std::string& head_style = {}) const;
    bool empty() const { return rows_.empty(); }

private:
    std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                     std::size_t columns_max) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// "1.2 k", "3.4 M": three digits at most.
std::string in_short(double number);
/// "1 host", "3 hosts".
std::string counted(std::uint64_t count, const std::string& what, const std::string& plural);
/// "1.5 MiB".
std::string bytes_in_short(std::uint64_t bytes);

}  // namespace zanni::cli
