#include <algorithm>
#include <vector>

#include <zanni/zanni.hpp>

#include "echo.hpp"

namespace echo {

struct EchoServer : zanni::Actor {
    static zanni::Requirements requirements() { return {{"Server", true}}; }
    Pong answer(const Ping& ping) { return {ping.number, ping.sent_ns}; }
    using Behavior = zanni::Behavior<&EchoServer::answer>;
};

class EchoRequestor : public zanni::Actor {
public:
    static zanni::Requirements requirements() { return {{"Client", true}}; }

    void run(const Run& run, const zanni::Address& client) {
        if (!server_) server_ = create<EchoServer>();  // on whichever host offers Server
        client_ = client;
        run_ = run;
        sent_ = 0;
        times_us_.clear();
        started_ = now();
        while (sent_ < std::min(run.in_flight, run.count)) ping();
    }
    void pong(const Pong& pong) {
        if (!client_) return;  // the run has broken off
        times_us_.push_back(static_cast<double>(now().time_since_epoch().count() - pong.sent_ns) / 1e3);
        if (sent_ < run_.count) return ping();
        if (times_us_.size() == run_.count) finish({});
    }
    void server_ended(const zanni::ChildExited& end) {
        server_ = {};
        if (client_) finish("the server ended: " + end.cause.to_string());
    }
    using Behavior = zanni::Behavior<&EchoRequestor::run, &EchoRequestor::pong, &EchoRequestor::server_ended>;

private:
    void ping() { send(server_, Ping{++sent_, now().time_since_epoch().count()}); }
    void finish(const std::string& failure) {
        std::ranges::sort(times_us_);
        const auto rank = [this](double share) {
            return times_us_.empty() ? 0 : times_us_[std::size_t(share * double(times_us_.size() - 1))];
        };
        const double seconds = std::chrono::duration<double>(now() - started_).count();
        send(std::exchange(client_, {}), Done{times_us_.size(), seconds, rank(0.5), rank(0.99), failure});
    }

    zanni::Address server_, client_;
    Run run_;
    std::uint64_t sent_ = 0;
    std::vector<double> times_us_;
    zanni::TimePoint started_;
};

}  // namespace echo

ZANNI_MODULE(registry) { registry.add<echo::EchoServer>(), registry.add<echo::EchoRequestor>(); }

zanni::Module echo_module() { return {"echo", zanni_module_register}; }
