#include "limits.hpp"

#include <algorithm>
#include <string>

#include <zanni/marshal.hpp>

#include "control_characters.hpp"
#include "process_id.hpp"

namespace zanni::broker {

namespace {

using Checked = std::expected<void, Error>;

Checked at_most(std::size_t count, std::size_t limit, const std::string& what) {
    if (count <= limit) return {};
    return std::unexpected(
        Error{Error::too_large, std::to_string(count) + " " + what + ", the limit is " + std::to_string(limit)});
}

// What is logged and shown must not move a terminal's cursor.
Checked check_text(const char* what, const std::string& text, std::size_t limit) {
    if (auto fits = at_most(text.size(), limit, std::string("bytes of ") + what); !fits) return fits;
    if (zanni::detail::has_control_characters(text))
        return std::unexpected(Error{Error::malformed, std::string("control characters in ") + what});
    return {};
}

Checked check_value(const char* what, const CapabilityValue& value) {
    const auto* const text = std::get_if<std::string>(&value);
    return text ? check_text(what, *text, text_bytes_max) : Checked{};
}

Checked check_condition(const auto& condition) {
    auto checked = check_name("a requirement's name", condition.key);
    if (checked) checked = check_value("a requirement's value", condition.value);
    return checked;
}

Checked check_requirement(const Requirement& requirement) {
    auto checked = check_condition(requirement);
    if (checked) checked = at_most(requirement.alternatives.size(), requirements_max, "alternatives of a requirement");
    for (auto other = requirement.alternatives.begin(); checked && other != requirement.alternatives.end(); ++other)
        checked = check_condition(*other);
    return checked;
}

Checked check_types(const std::vector<TypeEntry>& types) {
    auto checked = at_most(types.size(), types_max, "actor types");
    for (auto type = types.begin(); checked && type != types.end(); ++type) {
        checked = check_name("a type's name", type->name);
        if (checked) checked = at_most(type->requirements.size(), requirements_max, "requirements of a type");
        for (auto wanted = type->requirements.begin(); checked && wanted != type->requirements.end(); ++wanted)
            checked = check_requirement(*wanted);
    }
    return checked;
}

Checked check_capabilities(const Capabilities& capabilities) {
    auto checked = at_most(capabilities.size(), capabilities_max, "capabilities");
    for (auto offered = capabilities.begin(); checked && offered != capabilities.end(); ++offered) {
        checked = check_name("a capability's name", offered->first);
        if (checked) checked = check_value("a capability's value", offered->second);
    }
    return checked;
}

Checked check_endpoints(const std::vector<std::string>& endpoints) {
    auto checked = at_most(endpoints.size(), endpoints_max, "endpoints of a host");
    for (auto endpoint = endpoints.begin(); checked && endpoint != endpoints.end(); ++endpoint)
        checked = check_name("an endpoint", *endpoint);
    return checked;
}

}  // namespace

Checked check_name(const char* what, const std::string& name) { return check_text(what, name, name_bytes_max); }

Checked check(const transport::Register& registration) {
    auto checked = check_name("the program's name", registration.program);
    if (checked) checked = check_name("the version", registration.version);
    return checked ? check_types(registration.types) : checked;
}

Checked check(const HostEntry& host) {
    auto checked = check_name("the host's name", host.name);
    if (checked) checked = check_name("the version", host.version);
    if (checked) checked = check_capabilities(host.capabilities);
    if (checked) checked = check_types(host.types);
    if (checked) checked = check_endpoints(host.endpoints);
    if (checked) checked = check_name("a key", host.key);
    if (checked)
        checked = at_most(marshalled(host).size(), host_bytes_max, "bytes of names, capabilities and types of a host");
    if (checked && host.actor_process != 0 && transport::host_of(host.actor_process) != host.id)
        return std::unexpected(Error{Error::refused, "the actor process belongs to another host"});
    return checked;
}

Checked check(const transport::HostStatus& status) {
    auto checked = check(status.host);
    if (checked) checked = at_most(status.processes.size(), processes_max, "processes of a host");
    if (checked) checked = at_most(status.links.size(), status_links_max, "links of a host");
    std::size_t lanes = 0;
    for (auto process = status.processes.begin(); checked && process != status.processes.end(); ++process)
        if (checked = check_name("a program's name", process->program); checked) {
            checked = check(process->accounts);
            if (checked) checked = check_name("a type's name", process->resident_type);
            lanes += process->lanes.size();
        }
    if (checked) checked = at_most(lanes, status_lanes_max, "lanes of a host's processes");
    return checked;
}

Checked check(const transport::Report& report) {
    auto checked = check_name("a type's name", report.resident_type);
    if (checked) checked = at_most(report.lanes.size(), status_lanes_max, "lanes of a process");
    return checked ? check(report.accounts) : checked;
}

Checked check(const Accounts& accounts) {
    return at_most(accounts.dead_letters.size(), dead_letter_reasons_max, "reasons for dead letters");
}

Checked check(const transport::LoadModule& wish) {
    auto checked = check_text("a module's path", wish.path, text_bytes_max);
    if (checked && !wish.path.starts_with('/'))
        return std::unexpected(Error{Error::bad_input, "a module's path on that host begins with /"});
    return checked;
}

Checked check(const ExitCause& cause) { return check_text("a cause", cause.detail, text_bytes_max); }

}  // namespace zanni::broker
