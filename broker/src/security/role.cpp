#include "security/role.hpp"

#include <algorithm>
#include <array>

#include <zanni/message.hpp>

#include "control.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

struct Verb {
    std::uint64_t type;
    Role least;
};

template <class M>
Verb verb(Role least) {
    return {static_cast<std::uint64_t>(message_id<M>), least};
}

/// Every message that a broker takes from processes, members, tools and newcomers. Source: docs/security.md.
const std::array verbs{
    verb<Enrol>(Role::newcomer),
    verb<Hello>(Role::client),
    verb<Register>(Role::client),
    verb<Report>(Role::client),
    verb<DeadLetterHandlers>(Role::client),
    verb<Leave>(Role::client),
    verb<LogRecord>(Role::client),
    verb<ModuleLoaded>(Role::client),
    verb<UpdateCapability>(Role::client),
    verb<ClaimNames>(Role::client),
    verb<ReleaseName>(Role::client),
    verb<FindName>(Role::client),
    verb<NamesRequest>(Role::client),
    verb<HostStatusRequest>(Role::client),
    verb<JoinConvention>(Role::host),
    verb<Heartbeat>(Role::host),
    verb<HostChanged>(Role::host),
    verb<ProcessGone>(Role::host),
    verb<HostProcesses>(Role::host),
    verb<LeaveConvention>(Role::host),
    verb<LinkBeat>(Role::host),
    verb<ShutDownConvention>(Role::admin),
    verb<LoadModule>(Role::admin),
    verb<DrainHost>(Role::admin),
};

}  // namespace

const char* to_string(Role role) {
    switch (role) {
        case Role::nobody:
            return "nobody";
        case Role::newcomer:
            return "newcomer";
        case Role::client:
            return "client";
        case Role::host:
            return "host";
        case Role::admin:
            return "admin";
    }
    return "nobody";
}

std::optional<Role> parse_role(std::string_view text) {
    for (const Role role : {Role::client, Role::host, Role::admin})
        if (text == to_string(role)) return role;
    return {};
}

bool may_say(Role role, std::uint64_t message_type) {
    const auto found = std::ranges::find(verbs, message_type, &Verb::type);
    const Role least = found == verbs.end() ? Role::admin : found->least;
    if (role == Role::newcomer || least == Role::newcomer) return role == least;
    return role >= least;
}

bool may_send_data(Role role) { return role >= Role::client; }

}  // namespace zanni::broker
