#include "table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace zanni::cli {

namespace {

/// Characters, of text in UTF-8.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char letter) { return (static_cast<unsigned char>(letter) & 0xc0) != 0x80; }));
}

std::string cut(const std::string& text, std::size_t columns_max) {
    std::size_t columns = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 && columns++ == columns_max) return text.substr(0, i);
    return text;
}

std::string scaled(double number, double step, std::initializer_list<const char*> units) {
    auto unit = units.begin();
    while (number >= step * 0.9995 && unit + 1 != units.end()) {
        number /= step;
        ++unit;
    }
    std::array<char, 32> text{};
    const int decimals = unit == units.begin() || number >= 100 ? 0 : 1;
    std::snprintf(text.data(), text.size(), "%.*f%s", decimals, number, *unit);
    return text.data();
}

}  // namespace

std::string Table::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                        std::size_t columns_max) const {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string gap(widths[i] - width_of(cells[i]), ' ');
        if (i != 0) line += "  ";
        line += columns_[i].align == Align::right ? gap + cells[i] : cells[i] + gap;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return cut(line, columns_max);
}

std::string Table::text(std::size_t columns_max, const std::string& head_style) const {
    std::vector<std::size_t> widths;
    std::vector<std::string> head;
    for (const Column& column : columns_) {
        head.push_back(column.head);
        widths.push_back(width_of(column.head));
    }
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    std::string text = line(head, widths, columns_max);
    if (!head_style.empty()) {  // a bar as wide as the terminal
        if (columns_max != std::string::npos) text.append(columns_max - std::min(width_of(text), columns_max), ' ');
        text = head_style + text + "\x1b[0m";
    }
    text += "\n";
    for (const auto& row : rows_) text += line(row, widths, columns_max) + "\n";
    return text;
}

std::string in_short(double number) { return scaled(number, 1000, {"", " k", " M", " G", " T"}); }

std::string counted(std::uint64_t count, const std::string& what, const std::string& plural) {
    return std::to_string(count) + " " + (count == 1 ? what : plural);
}

std::string bytes_in_short(std::uint64_t bytes) {
    return scaled(static_cast<double>(bytes), 1024, {" B", " KiB", " MiB", " GiB", " TiB"});
}

}  // namespace zanni::cli
