#include "log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#ifdef ZANNI_SYSTEMD
#include <spdlog/sinks/systemd_sink.h>
#endif
#include <spdlog/spdlog.h>

namespace zanni::log {

namespace {

using SpdSink = std::shared_ptr<spdlog::sinks::sink>;

/// Those with a clock of their own, which also keep the lines apart, need neither the time nor the level in a line.
struct OpenSink {
    SpdSink sink;
    Sink::Kind kind = Sink::Kind::standard_error;
};

/// The latest lines, numbered.
class LatestSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit LatestSink(std::size_t lines_max) : lines_max_(lines_max) {}

    std::vector<Line> lines() {
        const std::scoped_lock lock(mutex_);
        return {lines_.begin(), lines_.end()};
    }

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t text;
        formatter_->format(message, text);
        if (lines_.size() == lines_max_) lines_.pop_front();
        lines_.push_back({++number_, std::string(text.data(), text.size())});
    }
    void flush_() override {}

    const std::size_t lines_max_;
    std::uint64_t number_ = 0;  // guarded, with what follows, by the base's mutex
    std::deque<Line> lines_;
};

struct State {
    spdlog::logger logger{"zanni"};  // all sinks
    spdlog::logger files{"zanni"};   // the files among them
    std::vector<OpenSink> sinks;
    std::string origin = "zanni";
    std::shared_ptr<LatestSink> latest;

    std::shared_mutex forwarders_mutex;  // guards what follows
    std::vector<Forwarder*> forwarders;
};

spdlog::string_view_t view(std::string_view text) { return {text.data(), text.size()}; }

void format(const OpenSink& open, const std::string& origin) {
    const bool has_own_time = open.kind == Sink::Kind::syslog || open.kind == Sink::Kind::journald;
    const std::string pattern = has_own_time ? origin + ": %v" : "%Y-%m-%d %H:%M:%S.%e %-5l " + origin + ": %v";
    open.sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::local,
                                                                         has_own_time ? "" : "\n"));
}

void install(State& state, std::vector<OpenSink> sinks) {
    state.sinks = std::move(sinks);
    state.logger.sinks().clear();
    state.files.sinks().clear();
    for (const OpenSink& open : state.sinks) {
        format(open, state.origin);
        state.logger.sinks().push_back(open.sink);
        if (open.kind == Sink::Kind::file) state.files.sinks().push_back(open.sink);
    }
    if (!state.latest) return;
    state.latest->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%d %H:%M:%S.%e %-5l " + state.origin + ": %v", spdlog::pattern_time_type::local, ""));
    state.logger.sinks().push_back(state.latest);
    state.files.sinks().push_back(state.latest);
}

State& state() {
    // Never destroyed: others' destructors may still log.
    static State& instance = *[] {
        auto* const made = new State;
        for (spdlog::logger* const logger : {&made->logger, &made->files}) {
            logger->set_level(spdlog::level::warn);
            logger->flush_on(spdlog::level::info);
        }
        install(*made, {{std::make_shared<spdlog::sinks::stderr_sink_mt>(), Sink::Kind::standard_error}});
        return made;
    }();
    return instance;
}

spdlog::level::level_enum level_of(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warn:
            return spdlog::level::warn;
        case Level::error:
            break;
    }
    return spdlog::level::err;
}

thread_local bool is_local = false;

/// An actor's records go to the system that runs it.
void forward(const Record& record) {
    const std::uint64_t process = record.actor ? detail::parts_of(record.actor).process : 0;
    const std::shared_lock lock(state().forwarders_mutex);
    const auto& all = state().forwarders;
    if (all.empty()) return;
    auto found = std::ranges::find_if(all, [&](const auto* each) { return each->process() == process; });
    if (found == all.end()) found = all.begin();
    const Local while_it_does;
    (*found)->forward(record);
}

}  // namespace

void write(const Record& record) {
    state().logger.log(level_of(record.level), view(record.text));
    if (record.level >= Level::warn && !is_local) forward(record);
}

void write_received(const Record& record, bool shares_sinks) {
    (shares_sinks ? state().files : state().logger).log(level_of(record.level), view(record.text));
}

void keep_latest(std::size_t lines_max) {
    state().latest = std::make_shared<LatestSink>(lines_max);
    install(state(), std::vector<OpenSink>(state().sinks));
}

std::vector<Line> latest() { return state().latest ? state().latest->lines() : std::vector<Line>{}; }

bool set_level(std::string_view level) {
    for (const auto& [name, value] : {std::pair{"debug", spdlog::level::debug},
                                      {"info", spdlog::level::info},
                                      {"warn", spdlog::level::warn},
                                      {"error", spdlog::level::err},
                                      {"off", spdlog::level::off}}) {
        if (level != name) continue;
        state().logger.set_level(value);
        state().files.set_level(value);
        return true;
    }
    return false;
}

void set_origin(std::string_view origin) {
    std::string literal;
    for (const char letter : origin) literal += letter == '%' ? std::string("%%") : std::string(1, letter);
    state().origin = literal;
    install(state(), std::vector<OpenSink>(state().sinks));
}

// ---- Sinks

namespace {

/// As many as a host has processes.
constexpr unsigned process_files_max = 1'000;

std::unexpected<Error> refused(const Sink& sink, const std::string& why) {
    return std::unexpected(Error{Error::bad_input, to_string(sink) + ": " + why});
}

std::unexpected<Error> refused_by_system(const Sink& sink) { return refused(sink, std::strerror(errno)); }

/// Whoever rotates a file that another process writes too, loses that one's lines: so each has a file of its own, and
/// holds its number as a byte of PATH.lock for as long as it lives. Number 0 is the broker's.
std::expected<std::filesystem::path, Error> claim_file(const Sink& sink, Writer writer) {
    std::filesystem::path lock_path = sink.path;
    lock_path += ".lock";
    const int fd = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return refused_by_system(sink);
    const auto is_free = [&](unsigned number) {
        struct flock claim {};
        claim.l_type = F_WRLCK;
        claim.l_whence = SEEK_SET;
        claim.l_start = number;
        claim.l_len = 1;
        return ::fcntl(fd, F_OFD_SETLK, &claim) == 0;
    };
    if (writer == Writer::broker) {
        if (is_free(0)) return sink.path;
        ::close(fd);
        return refused(sink, "another host writes it");
    }
    for (unsigned number = 1; number <= process_files_max; ++number)
        if (is_free(number)) return file_of_process(sink.path, number);
    ::close(fd);
    return refused(sink, std::to_string(process_files_max) + " processes write files beside it already");
}

std::expected<SpdSink, Error> open_file(const Sink& sink, Writer writer) {
    const auto path = claim_file(sink, writer);
    if (!path) return std::unexpected(path.error());
    try {
        return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path->string(), sink.bytes_max,
                                                                      sink.files_max - 1);
    } catch (const spdlog::spdlog_ex&) {
        return refused(sink, path->string() + " can't be opened for writing");
    }
}

/// syslog(3) and the journal's library lose every line in silence where nobody listens.
std::expected<SpdSink, Error> open_syslog(const Sink& sink) {
    if (::access("/dev/log", W_OK) != 0) return refused(sink, std::string("/dev/log: ") + std::strerror(errno));
    return std::make_shared<spdlog::sinks::syslog_sink_mt>("zanni", LOG_PID, LOG_DAEMON, true);
}

std::expected<SpdSink, Error> open_journal(const Sink& sink) {
#ifdef ZANNI_SYSTEMD
    constexpr const char* socket = "/run/systemd/journal/socket";
    if (::access(socket, W_OK) != 0) return refused(sink, std::string(socket) + ": " + std::strerror(errno));
    return std::make_shared<spdlog::sinks::systemd_sink_mt>("zanni", true);
#else
    return refused(sink, "this zanni was built without systemd (CMake option ZANNI_SYSTEMD, package libsystemd-dev)");
#endif
}

std::expected<SpdSink, Error> open(const Sink& sink, Writer writer) {
    switch (sink.kind) {
        case Sink::Kind::standard_error:
            return std::make_shared<spdlog::sinks::stderr_sink_mt>();
        case Sink::Kind::file:
            return open_file(sink, writer);
        case Sink::Kind::syslog:
            return open_syslog(sink);
        case Sink::Kind::journald:
            break;
    }
    return open_journal(sink);
}

}  // namespace

std::expected<void, Error> set_sinks(const std::vector<Sink>& sinks, Writer writer) {
    std::vector<OpenSink> opened;
    for (const Sink& sink : sinks) {
        auto made = open(sink, writer);
        if (!made) return std::unexpected(made.error());
        opened.push_back({std::move(*made), sink.kind});
    }
    install(state(), std::move(opened));
    return {};
}

// ---- Forwarding

void add_forwarder(Forwarder& forwarder) {
    const std::scoped_lock lock(state().forwarders_mutex);
    state().forwarders.push_back(&forwarder);
}

void remove_forwarder(Forwarder& forwarder) {
    const std::scoped_lock lock(state().forwarders_mutex);
    std::erase(state().forwarders, &forwarder);
}

Local::Local() : was_local_(std::exchange(is_local, true)) {}
Local::~Local() { is_local = was_local_; }

std::string one_line(std::string_view text, std::size_t bytes_max) {
    constexpr std::string_view cut = "...";
    const bool too_long = text.size() > bytes_max;
    std::string line(text.substr(0, too_long ? bytes_max - cut.size() : bytes_max));
    std::ranges::replace_if(
        line, [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f; }, ' ');
    // Not in the middle of a character: what begins it goes with it.
    if (too_long) {
        std::size_t end = line.size();
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
        line.resize(end);
        line += cut;
    }
    return line;
}

}  // namespace zanni::log
