#include "enrolment.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include <zanni/version.hpp>

#include "bus_endpoint.hpp"
#include "control.hpp"
#include "control_frame.hpp"
#include "security/handshake_watch.hpp"

namespace zanni::transport {

namespace {

/// A broker that is just starting, or ending, breaks off too.
constexpr int broken_off_max = 3;
constexpr auto ask_interval = std::chrono::milliseconds(10);

}  // namespace

std::string connectable(const std::string& endpoint) {
    const auto parsed = parse_bus_endpoint(endpoint);
    if (!parsed) throw std::runtime_error(parsed.error().context);
    const auto resolved = resolve(*parsed);
    if (!resolved) throw std::runtime_error(endpoint + ": " + resolved.error().context);
    return resolved->to_string();
}

Frame ask_once(Context& context, const std::string& endpoint, const std::optional<ClientKeys>& keys,
               std::span<const std::byte> question, Duration longest, Meeting meeting) {
    Dealer dealer(context, std::nullopt, keys);
    HandshakeWatch watch(context, dealer);
    if (meeting == Meeting::join)
        dealer.connect(endpoint);
    else
        dealer.bind(endpoint);
    Frame frame(question);
    bool asked = dealer.send(frame) == Sent::sent;

    const SystemClock clock;
    const TimePoint deadline = clock.now() + longest;
    const auto fail = [&](const std::string& why) { throw std::runtime_error(endpoint + ": " + why); };
    int broken_off = 0;
    Frame answer;
    while (!dealer.receive(answer)) {
        while (const auto failure = watch.next()) {
            const bool may_pass = *failure == HandshakeFailure::broken_off && ++broken_off < broken_off_max;
            if (!may_pass) fail(explain(*failure, keys.has_value()));
        }
        const Duration left = deadline - clock.now();
        if (left <= Duration::zero()) fail("no broker answers");
        std::array<PollItem, 2> items{PollItem{&dealer}, PollItem{&watch}};
        poll(items, asked ? left : std::min<Duration>(left, ask_interval));
        if (!asked) asked = dealer.send(frame) == Sent::sent;  // once the broker has connected
    }
    if (const auto header = check_frame(answer.bytes()); !header)
        fail("whoever answers is no Zanni broker: " + header.error().context);
    return answer;
}

std::uint64_t enrol(Context& context, const std::string& endpoint, Duration longest,
                    const std::optional<ClientKeys>& keys) {
    const Frame answer = ask_once(context, endpoint, keys, control_frame(0, 0, Hello{version()}), longest);
    const auto header = check_frame(answer.bytes());
    std::uint64_t process = 0;
    std::optional<Refused> refused;
    read_control(*header, answer.bytes(), on<Welcome>([&](const Welcome& welcome) { process = welcome.process; }),
                 on<Refused>([&](const Refused& no) { refused = no; }));
    if (refused) throw std::runtime_error(endpoint + ": refused: " + refused->context);
    if (!is_host_id(host_of(process))) throw std::runtime_error(endpoint + ": the broker gave no process id");
    return process;
}

Enrolled enrol_key(const std::string& endpoint, const Token& token, const PublicKey& key, const std::string& name,
                   Duration longest, Meeting meeting) {
    Context context;
    const ClientKeys keys{token.leader, {public_key_of(token.secret), token.secret}};
    const Frame answer =
        ask_once(context, endpoint, keys, control_frame(0, 0, Enrol{to_text(key), name}), longest, meeting);
    std::optional<Enrolled> enrolled;
    std::optional<Refused> refused;
    read_control(*check_frame(answer.bytes()), answer.bytes(),
                 on<Enrolled>([&](const Enrolled& yes) { enrolled = yes; }),
                 on<Refused>([&](const Refused& no) { refused = no; }));
    if (refused) throw std::runtime_error(endpoint + ": refused: " + refused->context);
    if (!enrolled) throw std::runtime_error(endpoint + ": the broker did not take the key");
    return *enrolled;
}

}  // namespace zanni::transport
