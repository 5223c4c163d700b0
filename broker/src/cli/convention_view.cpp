#include "convention_view.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/join.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "endpoint_flags.hpp"
#include "progress.hpp"

namespace zanni::cli {

namespace {

constexpr Duration join_longest = std::chrono::seconds(5);

std::unique_ptr<Gateway> join_as(const std::string& endpoint, const std::string& keys, const std::string& program) {
    const Progress progress("joining by " + endpoint);
    return join(endpoint, {.program = program, .wait_longest = join_longest, .keys = keys});
}

}  // namespace

void JoinFlags::add_to(CLI::App& command) {
    endpoint = default_endpoint;
    command.add_option("--join", endpoint, "endpoint of the leader, who knows all, or of another host")
        ->capture_default_str();
    add_keys_flag(command, keys);
}

ConventionView::ConventionView(const JoinFlags& flags, const std::string& program)
    : endpoint_(checked_join(flags.endpoint)),
      keys_(flags.keys),
      system_(join_as(endpoint_, keys_, program), {.workers = 1}),
      desk_(system_) {}

void ConventionView::look(const SurveyRequest& request, const std::string& host, Duration longest) {
    auto reply = ask_status(endpoint_, keys_);
    transport::put_leader_first(reply.hosts);
    hosts_ = std::move(reply.hosts);
    const auto is_wanted = [&](const transport::HostStatus& status) {
        return host.empty() || status.host.name == host;
    };
    if (std::ranges::none_of(hosts_, is_wanted)) throw std::runtime_error("there is no host " + host);
    std::vector<transport::HostStatus> wanted;
    std::ranges::copy_if(hosts_, std::back_inserter(wanted), is_wanted);
    const Progress progress("waiting for what processes say");
    desk_.ask(wanted, request);
    desk_.collect(longest);
    processes_ = desk_.processes(wanted);
}

std::size_t ConventionView::silent() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(processes_, [](const SurveyedProcess& process) { return !process.survey; }));
}

Address find_actor(ActorSystem& system, const std::string& text) {
    constexpr Duration found_longest = std::chrono::seconds(5);
    if (const auto address = Address::parse(text)) return *address;
    const Progress progress("looking for the name " + text);
    const auto found = system.find(text, found_longest);
    if (!found)
        throw std::runtime_error("no actor " + text + ": it is no address, and by name: " + found.error().to_string());
    return *found;
}

void tell_silent(const ConventionView& view) {
    const std::size_t silent = view.silent();
    if (silent == 0) return;
    std::fflush(stdout);
    std::fprintf(stderr, "zanni: %zu of %zu processes did not answer in time\n", silent, view.processes().size());
}

}  // namespace zanni::cli
