#include "transcript.hpp"

#include "link_peer.hpp"

#include <variant>

namespace zanni::test {

using namespace transport;

namespace {

std::string host_name(std::uint32_t host) {
    switch (host) {
        case alpha:
            return "alpha";
        case beta:
            return "beta";
        case gamma_host:
            return "gamma";
        default:
            return "host" + std::to_string(host);
    }
}

std::string name_of(std::uint64_t process) {
    const std::string host = host_name(host_of(process));
    return is_link(process) ? host + "/link" + std::to_string(number_of(process) - first_link_number)
                            : host + "/" + std::to_string(number_of(process));
}

std::string names(const std::vector<HostEntry>& hosts) {
    std::string text = "hosts";
    for (const auto& host : hosts) text += " " + host.name;
    return text;
}

std::string show(const Welcome& m) { return "Welcome(" + name_of(m.process) + ")"; }
std::string show(const Refused& m) { return "Refused(" + m.context + ")"; }
std::string show(const Registered& m) { return "Registered(" + host_name(m.host) + ", " + names(m.hosts) + ")"; }
std::string show(const HostChanged& m) {
    const auto& host = m.host;
    return "HostChanged(" + host.name + (host.actor_process ? ", actors in " + name_of(host.actor_process) : "") + ")";
}
std::string show(const DeadLetterHandlers& m) {
    std::string text = "DeadLetterHandlers(";
    for (const Address& handler : m.handlers) text += (text.back() == '(' ? "" : ", ") + handler.to_string();
    return text + ")";
}
std::string show(const LoadModule& m) { return "LoadModule(" + m.path + ")"; }
std::string show(const ModuleLoaded& m) {
    return "ModuleLoaded(" + m.path + ", " + std::to_string(m.types.size()) + " types of " + m.host + ")";
}
std::string show(const HostLoads& m) {
    std::string text = "HostLoads(";
    for (const auto& load : m.loads)
        text += (text.back() == '(' ? "" : ", ") + host_name(load.host) + " " + std::to_string(load.actors);
    return text + ")";
}
std::string show(const HostGone& m) { return "HostGone(" + host_name(m.host) + ", " + m.reason + ")"; }
std::string show(const ProcessGone& m) {
    return "ProcessGone(" + name_of(m.process) + ", " + m.cause.to_string() + ")";
}
std::string show(const HostStatusReply& m) {
    std::string text = "HostStatusReply(";
    for (const auto& status : m.hosts)
        text += (text.back() == '(' ? "" : ", ") + status.host.name + " " + std::to_string(status.processes.size());
    return text + ")";
}
std::string show(const JoinConvention& m) { return "JoinConvention(" + m.host.name + ")"; }
std::string show(const Joined& m) { return "Joined(" + names(m.hosts) + ")"; }
std::string show(const Heartbeat& m) {
    if (m.unheard) return "Heartbeat(unheard)";
    return m.status ? "Heartbeat(status)" : "Heartbeat";
}
std::string show(const LinkBeat& m) {
    return "LinkBeat(" + std::to_string(m.ends) + (m.hears_you ? ", hears you)" : ")");
}
std::string show(const ClaimNames& m) {
    std::string text = "ClaimNames(";
    for (const auto& claim : m.claims) text += (text.back() == '(' ? "" : ", ") + claim.name;
    return text + ")";
}
std::string owner(const Address& address) {
    return address ? name_of(zanni::detail::parts_of(address).process) : "nobody";
}
std::string show(const NameGiven& m) { return "NameGiven(" + m.name + ", " + owner(m.owner) + ")"; }
std::string show(const NameFound& m) { return "NameFound(" + m.name + ", " + owner(m.owner) + ")"; }
std::string show(const FindName& m) { return "FindName(" + m.name + ")"; }
std::string show(const ReleaseName& m) { return "ReleaseName(" + m.name + ")"; }
std::string show(const NameReleased& m) { return "NameReleased(" + m.name + ")"; }
std::string show(const HostProcesses& m) { return "HostProcesses(" + std::to_string(m.processes.size()) + ")"; }
std::string show(const NamesReply& m) {
    std::string text = "NamesReply(" + std::to_string(m.total);
    for (const auto& named : m.names) text += ", " + named.name + " on " + named.host;
    return text + ")";
}
std::string show(const Acknowledged& m) {
    return m.drained ? "Acknowledged(" + broker::to_string(*m.drained) + ")" : "Acknowledged";
}
template <class M>
std::string show(const M&) {
    return std::string(message_name<M>()).substr(6);  // without "zanni."
}

template <class... M>
std::string words_of_any(const std::vector<std::byte>& frame) {
    const auto header = check_frame(frame).value();
    std::string words;
    const auto error = read_control(
        header, frame, on<M>([&](const M& message) { words += (words.empty() ? "" : " + ") + show(message); })...);
    return error ? error->to_string() : words;
}

}  // namespace

std::string name_of(const Peer& peer) {
    if (broker::is_outgoing_link(peer)) return host_name(broker::host_at(peer));
    return peer.process() ? name_of(peer.process()) : "stranger" + std::to_string(std::to_integer<int>(peer.bytes[4]));
}

std::string words_of(const std::vector<std::byte>& frame) {
    return words_of_any<Welcome, Refused, Registered, RegisterAgain, DeadLetterHandlers, EndProcess, HostChanged,
                        HostGone, ProcessGone, HostStatusReply, JoinConvention, Joined, Heartbeat, JoinAgain,
                        LeaveConvention, EndHost, ShutDownConvention, Acknowledged, LoadModule, ModuleLoaded,
                        ClaimNames, NameGiven, ReleaseName, NameReleased, FindName, NameFound, HostProcesses,
                        NamesReply, Enrolled, LinkBeat, HostLoads, Drain>(frame);
}

std::string words_of(const broker::Action& action) {
    struct Show {
        std::string operator()(const broker::SendTo& send) const {
            return "to " + name_of(send.peer) + ": " + words_of(send.frame);
        }
        std::string operator()(const broker::SendToLeader& send) const { return "to leader: " + words_of(send.frame); }
        std::string operator()(const broker::ConnectToLeader& connect) const {
            return "connect as " + name_of(connect.link);
        }
        std::string operator()(const broker::ConnectToHost& connect) const {
            return "connect to " + connect.endpoint + " as " + name_of(connect.link) +
                   (connect.key ? ", which has a key" : "");
        }
        std::string operator()(const broker::DisconnectFromHost& disconnect) const {
            return "disconnect from " + host_name(disconnect.host);
        }
        std::string operator()(const broker::Remember& remember) const {
            std::string text = "remember " + std::to_string(remember.memory.last_process_number) + ", links " +
                               std::to_string(remember.memory.links_used);
            for (const auto& resident : remember.memory.residents) text += ", " + name_of(resident.process);
            return text;
        }
        std::string operator()(const broker::AdoptActorProcess& adopt) const {
            return "adopt pid " + std::to_string(adopt.pid);
        }
        std::string operator()(const broker::StartActorProcess& start) const {
            return "start " + name_of(start.process);
        }
        std::string operator()(const broker::StartIsolatedProcess& start) const {
            return "start alone " + name_of(start.process);
        }
        std::string operator()(const broker::WatchProcess& watch) const {
            return "watch " + name_of(watch.process) + ", pid " + std::to_string(watch.pid);
        }
        std::string operator()(const broker::UnwatchProcess& unwatch) const {
            return "unwatch " + name_of(unwatch.process);
        }
        std::string operator()(const broker::SignalProcess& signal) const {
            return "signal " + std::to_string(signal.signal) + " to " + std::to_string(signal.pid);
        }
        std::string operator()(const broker::Ready&) const { return "ready"; }
        std::string operator()(const broker::KeepKey& keep) const { return "keep key " + keep.enrolment.key.name; }
        std::string operator()(const broker::Stop& stop) const {
            return "stop " + std::to_string(stop.exit_code) + (stop.reason.empty() ? "" : ": " + stop.reason);
        }
    };
    return std::visit(Show{}, action);
}

Words words_of(const broker::Actions& actions) {
    Words words;
    for (const auto& action : actions) words.push_back(words_of(action));
    return words;
}

void TestBroker::with_actor_process() {
    begin();
    const std::uint64_t process = process_id(id, 1);
    keep(broker.actor_process_started(process, first_pid));
    hears(Peer(process), Register{process, first_pid, "actor process", true, {}});
}

Peer TestBroker::with_program() {
    std::uint64_t process = 0;
    hears(stranger(), Hello{"0.1.0"});
    const auto& frame = std::get<broker::SendTo>(last.at(0)).frame;
    static_cast<void>(read_control(check_frame(frame).value(), frame,
                                   on<Welcome>([&](const Welcome& welcome) { process = welcome.process; })));
    hears(Peer(process), Register{process, 99, "program", false, {}});
    return Peer(process);
}

Peer TestBroker::with_member(std::uint32_t host, const std::string& name) {
    hears(link_of(host), JoinConvention{host_entry(host, name)});
    return link_of(host);
}

void TestBroker::as_member() { hears_leader(Joined{{leader_entry(), host_entry(id, host_name(id))}}); }

}  // namespace zanni::test
