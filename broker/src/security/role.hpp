#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace zanni::broker {

/// What a key may do: each role also what the ones before it may, but for `newcomer`, which may only enrol.
enum class Role : std::uint8_t {
    nobody,    ///< revoked, spent, removed: nothing
    newcomer,  ///< has a token: may bring a key of its own
    client,    ///< a program: takes part with actors, looks at the status
    host,      ///< a member of the convention
    admin,     ///< ends the convention
};

const char* to_string(Role role);
/// Only of those that a key can be given: client, host, admin.
std::optional<Role> parse_role(std::string_view text);

/// Whether that role may say a control message of that type. One that the table doesn't know is for admins, so a new
/// verb that nobody thought about is shut, not open.
bool may_say(Role role, std::uint64_t message_type);
/// Whether it may send frames to actors.
bool may_send_data(Role role);

}  // namespace zanni::broker
