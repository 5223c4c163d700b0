#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "command.hpp"
#include "convention_view.hpp"
#include "duration_flag.hpp"
#include "host_words.hpp"
#include "observer/rates.hpp"
#include "table.hpp"
#include "terminal.hpp"

/// `zanni top`: what works most, as it changes.
namespace zanni::cli {

namespace {

enum class View : char { processes = 'p', types = 't', actors = 'a' };
enum class Order : char { rate = 'r', waiting = 'w', memory = 'm', processor = 'c' };

struct TopFlags {
    JoinFlags join;
    std::string host;
    std::string interval = "1s";
    std::size_t count = 0;  // 0: until it is ended
};

struct Row {
    double rate = 0, waiting = 0, memory = 0, processor = 0;
    std::vector<std::string> cells;

    double by(Order order) const {
        switch (order) {
            case Order::waiting:
                return waiting;
            case Order::memory:
                return memory;
            case Order::processor:
                return processor;
            case Order::rate:
                break;
        }
        return rate;
    }
};

std::string percent(double share) {
    char text[16];
    std::snprintf(text, sizeof text, "%.1f%%", share * 100);
    return text;
}

/// One look after the other: what has changed in between are the rates.
class Top {
public:
    explicit Top(const TopFlags& flags) : flags_(flags), view_(flags.join, "zanni top") {}

    void look() {
        view_.look({Survey::actors_most, false}, flags_.host, std::chrono::seconds(1));
        rates_.look(view_.processes(), SystemClock().now());
    }
    bool key(char key) {
        if (key == 'p' || key == 't' || key == 'a') shown_ = static_cast<View>(key);
        if (key == 'r' || key == 'w' || key == 'm' || key == 'c') order_ = static_cast<Order>(key);
        return key != 'q';
    }
    std::string text(Size size, bool has_keys) const;

private:
    std::string totals() const;
    std::vector<Row> processes() const;
    std::vector<Row> types() const;
    std::vector<Row> actors() const;

    const TopFlags& flags_;
    ConventionView view_;
    broker::Rates rates_;
    View shown_ = View::processes;
    Order order_ = Order::rate;
};

std::string Top::totals() const {
    std::uint64_t actors = 0, waiting = 0, dead = 0;
    double rate = 0;
    for (const auto& process : view_.processes()) {
        actors += process.status.actors;
        waiting += waiting_of(process.status);
        for (const auto& some : process.status.accounts.dead_letters) dead += some.count;
        rate += rates_.of_process(process.status.process).rate;
    }
    const auto silent = view_.silent();
    return counted(view_.hosts().size(), "host", "hosts") + ", " +
           counted(view_.processes().size(), "process", "processes") +
           (silent ? " (" + std::to_string(silent) + " silent)" : "") + ", " + counted(actors, "actor", "actors") +
           ", " + in_short(rate) + " messages/s, " + std::to_string(waiting) + " waiting, " +
           counted(dead, "dead letter", "dead letters");
}

std::vector<Row> Top::processes() const {
    std::vector<Row> rows;
    for (const auto& process : view_.processes()) {
        const auto& status = process.status;
        const double rate = rates_.of_process(status.process).rate;
        const double share = rates_.of_process(status.process).processor;
        const auto waiting = waiting_of(status);
        const auto memory = process.survey ? process.survey->machine.resident_bytes : 0;
        rows.push_back({rate,
                        static_cast<double>(waiting),
                        static_cast<double>(memory),
                        share,
                        {process_name(status.process), process.host, std::to_string(status.actors), in_short(rate),
                         std::to_string(waiting), std::to_string(status.in_flight), percent(share),
                         process.survey ? bytes_in_short(memory) : "silent",
                         status.program + (status.resident_type.empty() ? "" : " of " + status.resident_type)}});
    }
    return rows;
}

std::vector<Row> Top::types() const {
    std::vector<Row> rows;
    for (const auto& [name, type] : rates_.types())
        rows.push_back({type.rate,
                        static_cast<double>(type.waiting),
                        0,
                        type.processor,
                        {name, std::to_string(type.actors), in_short(type.rate), std::to_string(type.waiting),
                         std::to_string(type.deepest), percent(type.processor)}});
    return rows;
}

std::vector<Row> Top::actors() const {
    std::vector<Row> rows;
    for (const auto& process : view_.processes()) {
        if (!process.survey) continue;
        for (const auto& actor : process.survey->listed) {
            const double rate = rates_.of_actor(actor.address);
            rows.push_back({rate,
                            static_cast<double>(actor.waiting),
                            0,
                            0,
                            {actor.address.to_string(), process.survey->types.at(actor.type).name, in_short(rate),
                             std::to_string(actor.waiting), std::to_string(actor.taken), process.host, actor.name}});
        }
    }
    return rows;
}

std::string Top::text(Size size, bool has_keys) const {
    using enum Table::Align;
    const std::vector<Table::Column> heads =
        shown_ == View::processes
            ? std::vector<Table::Column>{{"PROCESS"},           {"HOST"},           {"ACTORS", right},
                                         {"MESSAGES/S", right}, {"WAITING", right}, {"IN FLIGHT", right},
                                         {"CPU", right},        {"MEMORY", right},  {"PROGRAM"}}
        : shown_ == View::types
            ? std::vector<Table::Column>{{"TYPE"},           {"ACTORS", right},  {"MESSAGES/S", right},
                                         {"WAITING", right}, {"DEEPEST", right}, {"CPU", right}}
            : std::vector<Table::Column>{
                  {"ADDRESS"}, {"TYPE"}, {"MESSAGES/S", right}, {"WAITING", right}, {"TAKEN", right},
                  {"HOST"},    {"NAME"}};
    std::vector<Row> rows = shown_ == View::processes ? processes() : shown_ == View::types ? types() : actors();
    std::ranges::sort(rows, std::greater<>(),
                      [&](const Row& row) { return std::tuple(row.by(order_), row.rate, row.cells); });
    Table table(heads);
    constexpr std::size_t other_lines = 4;
    const std::size_t room = size.rows > other_lines ? size.rows - other_lines : 0;
    for (std::size_t i = 0; i < std::min(rows.size(), room); ++i) table.add(std::move(rows[i].cells));
    std::string text = totals().substr(0, size.columns) + "\n";
    constexpr std::string_view keys = "p processes  t types  a actors   by r rate  w waiting  m memory  c cpu   q quit";
    if (has_keys) text += std::string(keys.substr(0, size.columns)) + "\n";
    text += "\n";
    return text + table.text(size.columns, has_keys && wants_colour() ? "\x1b[7m" : "");
}

void show(Top& top, Duration interval, std::size_t count) {
    const SystemClock clock;
    FullScreen screen;
    for (std::size_t shown = 0; count == 0 || shown < count; ++shown) {
        const TimePoint until = clock.now() + interval;
        screen.draw(top.text(terminal_size(), true));
        while (clock.now() < until) {
            const auto key = screen.key(until - clock.now());
            if (!key) continue;
            if (!top.key(*key)) return;
            screen.draw(top.text(terminal_size(), true));
        }
        top.look();
    }
}

/// For a file or a pipe: whole tables, one after the other.
void print(Top& top, Duration interval, std::size_t count) {
    for (std::size_t printed = 0; printed < count; ++printed) {
        std::this_thread::sleep_for(interval);
        top.look();
        std::fputs(top.text({std::string::npos, std::string::npos}, false).c_str(), stdout);
        std::fflush(stdout);
    }
}

void top(const TopFlags& flags) {
    const Duration interval = parse_duration("--interval", flags.interval);
    if (stdout_is_terminal()) broker::block_end_signals();  // in the threads that come now, too
    Top top(flags);
    top.look();
    stdout_is_terminal() ? show(top, interval, flags.count)
                         : print(top, interval, std::max<std::size_t>(flags.count, 1));
}

}  // namespace

void add_top_command(CLI::App& app) {
    const auto flags = std::make_shared<TopFlags>();
    CLI::App* const command = app.add_subcommand("top", "show what works most, and what waits, as it changes");
    flags->join.add_to(*command);
    command->add_option("--host", flags->host, "only this host");
    command->add_option("--interval", flags->interval, "how often to look")->capture_default_str();
    command->add_option("--count", flags->count,
                        "look so many times, then end (default: until q; once when stdout is no terminal)");
    command->callback([flags] { top(*flags); });
}

}  // namespace zanni::cli
