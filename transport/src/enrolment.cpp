#include "enrolment.hpp"

#include <optional>
#include <stdexcept>

#include <zanni/version.hpp>

#include "bus_endpoint.hpp"
#include "control.hpp"
#include "control_frame.hpp"

namespace zanni::transport {

std::string connectable(const std::string& endpoint) {
    const auto parsed = parse_bus_endpoint(endpoint);
    if (!parsed) throw std::runtime_error(parsed.error().context);
    const auto resolved = resolve(*parsed);
    if (!resolved) throw std::runtime_error(endpoint + ": " + resolved.error().context);
    return resolved->to_string();
}

std::uint64_t enrol(Context& context, const std::string& endpoint, Duration longest) {
    Dealer dealer(context, std::nullopt);
    dealer.connect(endpoint);
    Frame hello(control_frame(0, 0, Hello{version()}));
    dealer.send(hello);

    const SystemClock clock;
    const TimePoint deadline = clock.now() + longest;
    Frame answer;
    while (!dealer.receive(answer)) {  // again after a signal
        const Duration left = deadline - clock.now();
        if (left <= Duration::zero()) throw std::runtime_error(endpoint + ": no broker answers");
        PollItem item{&dealer};
        poll({&item, 1}, left);
    }
    const auto header = check_frame(answer.bytes());
    if (!header) throw std::runtime_error(endpoint + ": whoever answers is no Zanni broker: " + header.error().context);

    std::uint64_t process = 0;
    std::optional<Refused> refused;
    read_control(*header, answer.bytes(), on<Welcome>([&](const Welcome& welcome) { process = welcome.process; }),
                 on<Refused>([&](const Refused& no) { refused = no; }));
    if (refused) throw std::runtime_error(endpoint + ": refused: " + refused->context);
    if (!is_host_id(host_of(process))) throw std::runtime_error(endpoint + ": the broker gave no process id");
    return process;
}

}  // namespace zanni::transport
