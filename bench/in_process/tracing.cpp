// What does tracing cost: off, of one request in a hundred, of every request?

#include <map>

#include "measure.hpp"

namespace {

constexpr std::uint64_t hops_per_request = 10;

struct Neighbour {
    zanni::Address next;
};
struct Request {
    std::uint64_t left = 0;
    bool last = false;
};
struct Done {};

/// Requests come from outside and are handed round.
class Clerk : public zanni::Actor {
public:
    void meet(const Neighbour& neighbour) { next_ = neighbour.next; }
    void wait(const Done&, const zanni::Address& asker) { asker_ = asker; }
    void request(const Request& request) {
        if (request.left > 0)
            send(next_, Request{request.left - 1, request.last});
        else if (request.last)
            send(asker_, Done{});
    }
    using Behavior = zanni::Behavior<&Clerk::meet, &Clerk::wait, &Clerk::request>;

private:
    zanni::Address next_;
    zanni::Address asker_;
};

/// Seconds for so many messages, in a system of its own.
double run(const bench::Flags& flags, double ratio) {
    zanni::ActorSystem system({.workers = flags.workers, .trace_ratio = ratio});
    std::vector<zanni::Address> clerks;
    for (std::uint64_t i = 0; i < hops_per_request; ++i) clerks.push_back(system.create<Clerk>());
    for (std::uint64_t i = 0; i < hops_per_request; ++i)
        system.tell(clerks[i], Neighbour{clerks[(i + 1) % hops_per_request]});
    auto endpoint = system.private_endpoint();
    endpoint.tell(clerks.back(), Done{});
    const std::uint64_t requests = std::max<std::uint64_t>(flags.count / hops_per_request, 1);
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < requests; ++i)
        system.tell(clerks.front(), Request{hops_per_request - 1, i + 1 == requests});
    if (!endpoint.listen<Done>(std::chrono::seconds(120)))
        throw std::runtime_error("the last request did not come through");
    return bench::seconds_since(began);
}

}  // namespace

int main(int argc, char** argv) {
    const auto flags = bench::read_flags(argc, argv, "messages of requests, of which some are traced", 2'000'000);
    const std::vector<std::pair<std::string, double>> settings{
        {"off, messages", 0}, {"1% of requests traced, messages", 0.01}, {"all traced, messages", 1}};
    std::map<std::string, std::vector<double>> seconds;
    for (int i = 0; i < flags.repeats; ++i)  // in turns, so that the machine's moods meet all of them
        for (const auto& [what, ratio] : settings)
            if (what.starts_with(flags.only)) seconds[what].push_back(run(flags, ratio));
    for (const auto& [what, ratio] : settings) {
        std::size_t next = 0;
        bench::report(what, flags, [&, &own = seconds[what]] { return own[next++]; });
    }
}
