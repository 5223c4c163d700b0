/// Records of warn and above, on their way to the leader's log. Whatever goes wrong on that way is counted, and logged
/// by nobody.
#include <string>
#include <utility>

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"
#include "log_outbox.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

/// A process limits itself; this is for one that doesn't, and has room for those that come in clumps.
constexpr LogLimiter::Rate process_rate{std::chrono::milliseconds(33), 150};

}  // namespace

void Broker::on_log_record(const Peer& from, const LogRecord& record, TimePoint now) {
    const std::uint64_t process = from.process();
    if (processes_.knows(process)) {
        auto& limiter = log_limiters_.try_emplace(process, process_rate).first->second;
        if (!limiter.admit(now)) return;
        LogRecord stamped = record;
        stamped.process = process;
        stamped.program = processes_.known().at(process).registration.program;
        pass_on(std::move(stamped), now);
    } else if (const std::uint32_t host = leadership_.host_at(from); host != 0 && host == host_of(record.process)) {
        pass_on(record, now);
    }
}

Actions Broker::forward_logs(std::vector<LogRecord> own, TimePoint now) {
    for (LogRecord& record : own) {
        record.process = own_process_;
        record.program = "broker";
        pass_on(std::move(record), now);
    }
    return take();
}

void Broker::pass_on(LogRecord record, TimePoint now) {
    if (zanni::detail::parts_of(record.actor).process != record.process) record.actor = {};
    record.text = log::one_line(record.text, log_text_bytes_max);
    if (self_.leader) return write_to_log(record);
    if (!is_member()) return log_record_lost(now);
    actions_.emplace_back(SendToLeader{control_frame(own_process_, 0, record), false, true});
}

/// "host beta, actor process 3: bank.Account 1f3c...: the account is overdrawn".
void Broker::write_to_log(const LogRecord& record) {
    const HostEntry* const host = table_.find(host_of(record.process));
    std::string text =
        "host " + (host ? host->name : show(record.process)) + ", " + log::one_line(record.program, name_bytes_max);
    if (number_of(record.process) != broker_number) text += " " + std::to_string(number_of(record.process));
    text += ": ";
    const std::string actor = record.actor ? record.actor.to_string() : "";
    if (!actor.empty() && record.text.find(actor) == std::string::npos) text += "actor " + actor + ": ";
    const auto level =
        record.level >= static_cast<std::uint8_t>(log::Level::error) ? log::Level::error : log::Level::warn;
    log::write_received({level, text + record.text, record.actor}, processes_.is_child(record.process));
}

void Broker::tell_suppressed_logs(TimePoint now) {
    for (auto& [process, limiter] : log_limiters_) {
        const auto suppressed = limiter.take_suppressed(now);
        const auto known = processes_.known().find(process);
        if (!suppressed || known == processes_.known().end()) continue;
        LogRecord record = suppressed_record(*suppressed);
        record.process = process;
        record.program = known->second.registration.program;
        pass_on(std::move(record), now);
    }
    if (self_.leader || !is_member()) return;
    const auto lost = lost_logs_.take_suppressed(now);
    if (!lost) return;
    LogRecord record = suppressed_record(*lost);
    record.process = own_process_;
    record.program = "broker";
    pass_on(std::move(record), now);
}

}  // namespace zanni::broker
