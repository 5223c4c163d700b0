#pragma once

#include <tuple>

#include "control.hpp"

namespace zanni::fuzz {

/// Every message of control.hpp. Numbered by their order here in the corpus, so new ones go to the end.
using ControlMessages = std::tuple<
    transport::Hello, transport::Welcome, transport::Refused, transport::Register, transport::Registered,
    transport::RegisterAgain, transport::Report, transport::DeadLetterHandlers, transport::Leave, transport::EndProcess,
    transport::HostChanged, transport::HostGone, transport::ProcessGone, transport::JoinConvention, transport::Joined,
    transport::Heartbeat, transport::JoinAgain, transport::LeaveConvention, transport::EndHost,
    transport::HostStatusRequest, transport::HostStatusReply, transport::ShutDownConvention, transport::Acknowledged,
    transport::Enrol, transport::Enrolled, transport::LogRecord, transport::LoadModule, transport::ModuleLoaded,
    transport::ClaimNames, transport::NameGiven, transport::ReleaseName, transport::NameReleased, transport::FindName,
    transport::NameFound, transport::HostProcesses, transport::NamesRequest, transport::NamesReply,
    transport::UpdateCapability, transport::LinkBeat, transport::HostLoads, transport::Drain, transport::DrainHost>;

}  // namespace zanni::fuzz
