#pragma once

#include <array>
#include <string>

#include "control.hpp"
#include "input.hpp"
#include "limits.hpp"
#include "process_id.hpp"
#include "socket.hpp"

/// What a broker may hear, made of the fuzzer's bytes: mostly plausible, so that it comes far.
namespace zanni::fuzz {

inline constexpr std::uint32_t own_host = 0xa1000001;

inline std::uint32_t pick_host(Input& input) {
    static constexpr std::array<std::uint32_t, 6> hosts{own_host, 0xb2000001, 0xc3000001, 0xd4000001, 1, 0};
    const std::uint8_t choice = input.byte();
    return choice < 250 ? hosts[choice % hosts.size()] : static_cast<std::uint32_t>(input.number(4));
}

inline std::uint64_t pick_process(Input& input) {
    const std::uint32_t host = pick_host(input);
    const std::uint8_t choice = input.byte();
    if (choice < 200) return transport::process_id(host, choice % 10);
    if (choice < 250) return transport::process_id(host, transport::first_link_number + choice % 4);
    return transport::process_id(host, static_cast<std::uint32_t>(input.number(4)));
}

inline transport::Peer pick_peer(Input& input) {
    const std::uint8_t choice = input.byte();
    if (choice < 200) return transport::Peer(pick_process(input));
    transport::Peer stranger;
    stranger.size = transport::Peer::chosen_bytes;
    stranger.bytes[4] = std::byte{choice};
    return stranger;
}

inline std::string pick_text(Input& input) {
    static constexpr std::array<std::size_t, 6> sizes{broker::name_bytes_max,     broker::name_bytes_max + 1,
                                                      broker::text_bytes_max,     broker::text_bytes_max + 1,
                                                      broker::host_bytes_max / 4, broker::host_bytes_max};
    const std::uint8_t choice = input.byte();
    if (choice >= 240) return std::string(sizes[choice % sizes.size()], 'n');
    std::string text;
    for (const std::byte byte : input.bytes(choice % 8)) text += static_cast<char>(byte);
    return text;
}

/// A few, or one more than is allowed.
inline std::size_t pick_count(Input& input, std::size_t limit) {
    const std::uint8_t choice = input.byte();
    return choice < 252 ? choice % 4 : limit + choice % 2;
}

inline CapabilityValue pick_value(Input& input) {
    switch (input.byte() % 4) {
        case 0:
            return input.flip();
        case 1:
            return static_cast<std::int64_t>(input.number(8));
        case 2:
            return static_cast<double>(input.number(2)) / 7;
        default:
            return pick_text(input);
    }
}

inline std::vector<TypeEntry> pick_types(Input& input) {
    std::vector<TypeEntry> types(pick_count(input, broker::types_max));
    const std::size_t limit = types.size() < 4 ? broker::requirements_max : 0;
    for (TypeEntry& type : types) {
        type.name = pick_text(input);
        type.requirements.resize(pick_count(input, limit));
        for (Requirement& requirement : type.requirements) requirement = {pick_text(input), pick_value(input)};
    }
    return types;
}

inline HostEntry pick_host_entry(Input& input) {
    HostEntry entry{pick_host(input), pick_text(input), pick_text(input), input.flip(), {}, 0, {}};
    for (auto i = pick_count(input, broker::capabilities_max); i > 0; --i)
        entry.capabilities[i < 4 ? pick_text(input) : std::to_string(i)] = pick_value(input);
    entry.actor_process = input.flip() ? pick_process(input) : 0;
    entry.types = pick_types(input);
    return entry;
}

inline std::vector<HostEntry> pick_host_entries(Input& input) {
    std::vector<HostEntry> hosts(input.byte() % 5);
    for (HostEntry& host : hosts) host = pick_host_entry(input);
    return hosts;
}

inline ExitCause pick_cause(Input& input) {
    return {static_cast<ExitCause::Kind>(input.byte()), static_cast<std::int32_t>(input.number(4)), pick_text(input)};
}

inline transport::HostStatus pick_status(Input& input) {
    transport::HostStatus status{pick_host_entry(input), {}, input.number(8), input.number(1), input.number(1)};
    status.processes.resize(pick_count(input, broker::processes_max));
    for (auto& process : status.processes)
        process = {pick_process(input), static_cast<std::int64_t>(input.number(8)), pick_text(input), input.number(2)};
    return status;
}

inline std::vector<Address> pick_handlers(Input& input, const transport::Peer& from) {
    std::vector<Address> handlers(pick_count(input, broker::dead_letter_handlers_max));
    for (Address& handler : handlers) {
        const std::uint8_t choice = input.byte();
        handler = detail::make_address({choice < 240 ? from.process() : pick_process(input), choice});
    }
    return handlers;
}

/// Calls use(message) with a message that a process, a tool or a member host says.
template <class Use>
void with_message(Input& input, const transport::Peer& from, Use use) {
    using namespace transport;
    const std::uint8_t which = input.byte();
    if (which >= 252) return use(DrainHost{pick_text(input), std::chrono::milliseconds(input.number(4))});
    if (which >= 240) return use(LinkBeat{input.number(8), input.flip()});
    switch (which % 13) {
        case 0:
            return use(Hello{pick_text(input)});
        case 1: {
            const std::uint64_t process = input.byte() < 240 ? from.process() : pick_process(input);
            return use(Register{process, static_cast<std::int64_t>(input.number(2)), pick_text(input), input.flip(),
                                pick_types(input)});
        }
        case 2:
            return use(Report{input.number(8)});
        case 3:
            return use(DeadLetterHandlers{pick_handlers(input, from)});
        case 4:
            return use(Leave{});
        case 5:
            return use(HostStatusRequest{});
        case 6:
            return use(ShutDownConvention{});
        case 7: {
            HostEntry entry = pick_host_entry(input);
            if (input.byte() < 240) entry.id = host_of(from.process());
            return use(JoinConvention{std::move(entry)});
        }
        case 8: {
            if (input.flip()) return use(Heartbeat{});
            HostStatus status = pick_status(input);
            if (input.byte() < 240) status.host.id = host_of(from.process());
            return use(Heartbeat{std::move(status)});
        }
        case 9:
            return use(HostChanged{pick_host_entry(input)});
        case 10:
            return use(ProcessGone{pick_process(input), pick_cause(input)});
        case 11:
            return use(LeaveConvention{});
        default: {
            UpdateCapability update{pick_text(input), std::nullopt};
            if (input.flip()) update.value = pick_text(input);
            return use(std::move(update));
        }
    }
}

/// The same with one that the leader says.
template <class Use>
void with_leaders_message(Input& input, Use use) {
    using namespace transport;
    switch (input.byte() % 10) {
        case 0:
            return use(Joined{pick_host_entries(input)});
        case 1:
            return use(Heartbeat{});
        case 2:
            return use(JoinAgain{});
        case 3:
            return use(HostChanged{pick_host_entry(input)});
        case 4:
            return use(HostGone{pick_host(input), pick_text(input)});
        case 5:
            return use(ProcessGone{pick_process(input), pick_cause(input)});
        case 6:
            return use(EndHost{});
        case 7:
            return use(HostLoads{{{pick_host(input), input.number(8)}}});
        case 8:
            return use(Drain{});
        default:
            return use(Refused{static_cast<Error::Code>(input.number(2)), pick_text(input)});
    }
}

}  // namespace zanni::fuzz
