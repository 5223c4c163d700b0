#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "convention_view.hpp"
#include "duration_flag.hpp"
#include "end_signals.hpp"
#include "observer/traces.hpp"
#include "progress.hpp"

/// `zanni trace`: what a message has set off, from actor to actor.
namespace zanni::cli {

namespace {

struct TraceFlags {
    JoinFlags join;
    std::string actor;
    std::string time = "10s";
    std::size_t limit = 10;
    bool follow = false;
    std::string chrome;
    std::string otlp;

    bool is_exported() const { return !chrome.empty() || !otlp.empty(); }
};

constexpr Duration answers_longest = std::chrono::seconds(2);
constexpr Duration look_interval = std::chrono::milliseconds(250);
/// A trace that nothing has been added to for so long is taken for ended.
constexpr Duration settled_after = std::chrono::milliseconds(750);
constexpr std::size_t exported_spans_max = 100'000;

bool is_url(const std::string& text) { return text.find("://") != std::string::npos; }

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path);
    file << text << '\n';
    file.close();
    if (!file) throw std::runtime_error(path + ": can't be written");
}

/// What comes, until it is printed or written.
class Tracing {
public:
    Tracing(const TraceFlags& flags, const PostJson& post) : flags_(flags), post_(post) {
        if (is_url(flags.otlp) && !post)
            throw CannotStart("--otlp " + flags.otlp + ": this program was built without HTTP; give a file");
    }

    void take(std::vector<broker::PlacedSpan> spans, TimePoint now) {
        for (broker::PlacedSpan& span : spans) {
            const auto id = std::pair(span.span.trace_high, span.span.trace_low);
            if (flags_.is_exported()) export_later(span);
            if (flags_.is_exported()) continue;
            Coming& coming = coming_[id];
            coming.last = now;
            coming.spans.push_back(std::move(span));
        }
        if (is_url(flags_.otlp) && flags_.follow) post_now();
    }

    /// Prints those that have ended; at the end, all. False when there are enough.
    bool print(TimePoint now, bool at_end) {
        std::vector<broker::PlacedSpan> ended;
        for (auto coming = coming_.begin(); coming != coming_.end();) {
            if (!at_end && now - coming->second.last < settled_after) {
                ++coming;
                continue;
            }
            std::ranges::move(coming->second.spans, std::back_inserter(ended));
            coming = coming_.erase(coming);
        }
        auto traces = broker::put_together(std::move(ended));
        const std::size_t room = flags_.limit - std::min(printed_, flags_.limit);
        const std::size_t first = traces.size() > room ? traces.size() - room : 0;  // the latest ones
        for (std::size_t i = first; i < traces.size(); ++i) {
            std::printf("%s\n", broker::as_text(traces[i]).c_str());
            ++printed_;
        }
        left_out_ += first;
        std::fflush(stdout);
        return printed_ < flags_.limit || flags_.is_exported();
    }

    void finish(std::uint64_t lost) {
        if (flags_.is_exported()) finish_export();
        if (!flags_.is_exported() && printed_ == 0)
            std::puts(
                "nothing was traced; zanni trace ACTOR waits for messages to it, --trace-ratio of a host traces by "
                "chance");
        if (left_out_ != 0) std::printf("and %zu more: --limit\n", left_out_);
        if (lost == 0) return;
        std::fflush(stdout);
        std::fprintf(stderr, "zanni: %llu spans were lost before they were fetched\n",
                     static_cast<unsigned long long>(lost));
    }

private:
    struct Coming {
        std::vector<broker::PlacedSpan> spans;
        TimePoint last;
    };

    void export_later(broker::PlacedSpan& span) {
        if (exported_.size() == exported_spans_max)
            ++left_out_;
        else
            exported_.push_back(std::move(span));
    }
    void post_now() {
        if (exported_.empty()) return;
        if (const auto taken = post_(flags_.otlp, broker::as_otlp_json(exported_)); !taken)
            throw std::runtime_error(taken.error());
        posted_ += exported_.size();
        if (flags_.chrome.empty()) exported_.clear();
    }
    void finish_export() {
        if (is_url(flags_.otlp)) {
            if (!flags_.follow) post_now();
            std::printf("%zu spans posted to %s\n", posted_, flags_.otlp.c_str());
        } else if (!flags_.otlp.empty()) {
            write_file(flags_.otlp, broker::as_otlp_json(exported_));
            std::printf("%zu spans in %s\n", exported_.size(), flags_.otlp.c_str());
        }
        if (flags_.chrome.empty()) return;
        const auto traces = broker::put_together(exported_);
        write_file(flags_.chrome, broker::as_chrome_json(traces));
        std::printf("%zu trace%s in %s: open it at ui.perfetto.dev, or in chrome://tracing\n", traces.size(),
                    traces.size() == 1 ? "" : "s", flags_.chrome.c_str());
    }

    const TraceFlags& flags_;
    const PostJson& post_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, Coming> coming_;
    std::vector<broker::PlacedSpan> exported_;
    std::size_t printed_ = 0;
    std::size_t posted_ = 0;
    std::size_t left_out_ = 0;
};

/// True when the program is to end.
bool rest(const sigset_t& end_signals) {
    const timespec interval{0, look_interval.count()};
    return ::sigtimedwait(&end_signals, nullptr, &interval) > 0;
}

void trace(const TraceFlags& flags, const PostJson& post) {
    const Duration time = parse_duration("--for", flags.time);
    Tracing tracing(flags, post);
    const sigset_t end_signals = broker::block_end_signals();
    const SystemClock clock;
    ConventionView view(flags.join, "zanni trace");
    broker::SpanDesk desk(view.system());
    const auto hosts = [&] { return ask_status(flags.join.endpoint, flags.join.keys).hosts; };
    if (!flags.actor.empty()) {
        const Address actor = find_actor(view.system(), flags.actor);
        desk.skip_kept(hosts(), answers_longest);
        desk.trace(actor, flags.follow ? Spans::traced_longest : time);
    }
    const std::unique_ptr<Progress> progress(flags.actor.empty() ? nullptr : new Progress("tracing " + flags.actor));
    const TimePoint until = clock.now() + time;
    for (bool last = flags.actor.empty() && !flags.follow;;) {
        tracing.take(desk.fetch(hosts(), answers_longest), clock.now());
        const bool wants_more = tracing.print(clock.now(), last);
        if (last || (!wants_more && !flags.follow)) break;
        last = rest(end_signals) || (!flags.follow && clock.now() >= until);
    }
    tracing.finish(desk.lost());
}

}  // namespace

void add_trace_command(CLI::App& app, const PostJson& post) {
    const auto flags = std::make_shared<TraceFlags>();
    CLI::App* const command = app.add_subcommand(
        "trace",
        "show what messages set off, from actor to actor: those that are traced by chance, or all to one actor");
    command->add_option("ACTOR", flags->actor,
                        "its address, or its name: trace every message that reaches it (default: show what the "
                        "processes have traced by chance, see --trace-ratio of a host)");
    flags->join.add_to(*command);
    command->add_option("--for", flags->time, "trace the actor for so long")->capture_default_str();
    command->add_option("--limit", flags->limit, "end after so many traces")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_flag("--follow", flags->follow, "go on until ended: one actor for an hour at most");
    command->add_option("--chrome", flags->chrome, "write a file for ui.perfetto.dev and chrome://tracing");
    command->add_option("--otlp", flags->otlp,
                        "write a file of OTLP/JSON, or post it to an address such as http://127.0.0.1:4318/v1/traces; "
                        "with --follow as it comes");
    command->callback([flags, post] { trace(*flags, post); });
}

}  // namespace zanni::cli
