#include "security/zap_handler.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include <zmq.h>

namespace zanni::transport {

namespace {

std::string_view text_of(const Frame& frame) {
    return {reinterpret_cast<const char*>(frame.bytes().data()), frame.bytes().size()};
}

// The parts of a question: version, request id, domain, address, routing id, mechanism, and its credentials.
constexpr std::size_t request_id_part = 1;
constexpr std::size_t address_part = 3;
constexpr std::size_t mechanism_part = 5;
constexpr std::size_t credentials_part = 6;

std::optional<ZapRequest> read_request(const std::vector<Frame>& parts) {
    if (parts.size() <= mechanism_part || text_of(parts[0]) != "1.0") return {};
    ZapRequest request{std::string(text_of(parts[address_part])), {}};
    if (text_of(parts[mechanism_part]) == "NULL") return request;
    const bool is_curve = text_of(parts[mechanism_part]) == "CURVE" && parts.size() == credentials_part + 1;
    if (!is_curve || parts[credentials_part].bytes().size() != key_bytes) return {};
    std::ranges::copy(parts[credentials_part].bytes(), request.key.emplace().bytes.begin());
    return request;
}

}  // namespace

ZapHandler::ZapHandler(Context& context) : Socket(context, ZMQ_REP) { bind("inproc://zeromq.zap.01"); }

void ZapHandler::answer(const Decide& decide) {
    for (Frame part; receive_part(part);) {
        std::vector<Frame> parts;
        parts.push_back(std::move(part));
        while (more() && receive_part(part)) parts.push_back(std::move(part));
        const auto request = read_request(parts);
        const auto name = request ? decide(*request) : std::unexpected(No::for_good);
        const auto say = [this](std::string_view text, bool more) {
            static_cast<void>(send_part(std::as_bytes(std::span(text)), more));
        };
        say("1.0", true);
        say(parts.size() > request_id_part ? text_of(parts[request_id_part]) : "", true);
        say(name ? "200" : name.error() == No::for_now ? "300" : "400", true);
        say(name ? "OK" : "refused", true);
        say(name ? *name : "", true);
        say("", false);
    }
}

}  // namespace zanni::transport
