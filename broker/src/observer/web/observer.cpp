#include "observer/web/observer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include <zanni/join.hpp>
#include <zanni/lifecycle.hpp>

#include "ask_broker.hpp"
#include "json.hpp"
#include "observer/snapshot.hpp"
#include "observer/web/metrics_page.hpp"
#include "observer/web/page_files.hpp"

namespace zanni::broker {

namespace {

constexpr auto interval = std::chrono::seconds(1);
constexpr auto answers_longest = std::chrono::milliseconds(400);
constexpr auto broker_longest = std::chrono::seconds(2);
/// So long after somebody has asked, processes are surveyed on, so that the next one finds rates.
constexpr auto looks_on = std::chrono::seconds(90);
constexpr auto page_waits = std::chrono::milliseconds(500);
constexpr auto sight_longest = std::chrono::seconds(3);
constexpr auto refusal_longest = std::chrono::milliseconds(500);
constexpr std::int64_t drain_longest_s = 24 * 3600;

std::int64_t wall_clock_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

HttpReply refusal(int status, std::string_view why) {
    JsonWriter json;
    json.begin_object().key("error").value(why).end_object();
    return {status, "application/json", json.text() + "\n", {}, {}};
}

HttpReply done() { return {200, "application/json", "{\"ok\":true}\n", {}, {}}; }

}  // namespace

Observer::Observer(const ObserverOptions& options) : options_(options), door_(static_cast<Site&>(*this)) {
    door_.open({options.listen, options.names, options.token});
    looking_ = std::thread([this] { run(); });
}

Observer::~Observer() {
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
        changed_.notify_all();
    }
    door_.close();
    looking_.join();
}

std::string Observer::url() const {
    const std::string address = options_.listen.substr(0, options_.listen.rfind(':'));
    return "http://" + address + ":" + std::to_string(door_.port()) + "/";
}

// ---- Looking

void Observer::run() {
    const auto ends = [this] {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, interval, [this] { return ending_; });
    };
    do {
        try {
            look_while_joined();
            return;
        } catch (const std::exception& error) {
            log::warn(std::string("the observer can't look: ") + error.what());
        }
    } while (!ends());
}

/// Until the host wants its applications to end, or the observer ends.
void Observer::look_while_joined() {
    ActorSystem system(
        join(options_.endpoint, {.program = "zanni observer", .lanes = LanePolicy::never, .forward_log = false}),
        {.workers = 1});
    SurveyDesk desk(system);
    for (TimePoint next = clock_.now();;) {
        look(system, desk);
        next = std::max(next + interval, clock_.now());
        if (system.await_shut_down(next - clock_.now())) return;
        const std::scoped_lock lock(mutex_);
        if (ending_) return;
        for (const Address& actor : std::exchange(to_end_, {})) system.tell(actor, ExitRequest{});
    }
}

bool Observer::somebody_looks() const {
    const TimePoint looked_for{Duration(looked_for_.load())};
    return door_.pages() != 0 || clock_.now() - looked_for < looks_on;
}

void Observer::look(ActorSystem&, SurveyDesk& desk) {
    auto sight = std::make_shared<Sight>();
    auto status = transport::question<transport::HostStatusReply>(options_.endpoint, transport::HostStatusRequest{},
                                                                  broker_longest, {});
    if (!status) throw std::runtime_error(status.error().context);
    transport::put_leader_first(status->hosts);
    sight->hosts = std::move(status->hosts);
    const bool surveys = somebody_looks();
    desk.ask(surveys ? sight->hosts : std::vector<transport::HostStatus>{},
             {static_cast<std::uint32_t>(named_actors_max), false});
    if (surveys) {
        desk.collect(answers_longest);
        if (const auto names = transport::question<transport::NamesReply>(options_.endpoint, transport::NamesRequest{},
                                                                          broker_longest, {}))
            sight->names = names->names;  // another host than the leader refuses
    }
    sight->processes = desk.processes(sight->hosts);
    sight->own_host = options_.host;
    sight->at = clock_.now();
    sight->at_ms = wall_clock_ms();
    sight->log = log::latest();
    rates_.look(sight->processes, sight->at);
    sight->rates = rates_;

    History::Point all;
    double dead_rate = 0;
    std::map<std::string, History::Point> hosts;
    for (const auto& host : sight->hosts) hosts[host.host.name];
    for (const auto& process : sight->processes) {
        const auto rates = rates_.of_process(process.status.process);
        const auto waiting = static_cast<double>(waiting_of(process.status));
        for (History::Point* const point : {&all, &hosts[process.host]}) {
            point->rate += rates.rate;
            point->waiting += waiting;
        }
        dead_rate += rates.dead_rate;
    }
    const std::scoped_lock lock(mutex_);
    history_.add(sight->at_ms, all, dead_rate, hosts);
    sight->number = sight_ ? sight_->number + 1 : 1;
    sight_ = std::move(sight);
    changed_.notify_all();
}

// ---- Showing

std::shared_ptr<const Sight> Observer::fresh_sight() {
    const bool was_looking = somebody_looks();
    looked_for_ = clock_.now().time_since_epoch().count();
    std::unique_lock lock(mutex_);
    const std::uint64_t had = sight_ ? sight_->number : 0;
    // Two: one that has been begun already, and the next one, with surveys.
    const std::uint64_t wanted = was_looking ? std::max<std::uint64_t>(had, 1) : had + 2;
    changed_.wait_for(lock, sight_longest, [&] { return ending_ || (sight_ && sight_->number >= wanted); });
    return sight_;
}

HttpReply Observer::get(std::string_view path, std::string_view query) {
    if (const auto file = page_file(path)) return {200, std::string(file->type), std::string(file->bytes), {}, {}};
    if (path == "/healthz") return {200, "text/plain", "ok\n", {}, {}};
    if (path != "/metrics" && path != "/api/snapshot") return refusal(404, "there is no such page");
    const auto sight = fresh_sight();
    if (!sight) return refusal(503, "the observer has not seen anything yet");
    if (path == "/metrics")
        return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_page(*sight, query == "hosts=all"), {}, {}};
    const std::scoped_lock lock(mutex_);
    return {200, "application/json", snapshot(*sight, history_, {true, options_.admin, true}) + "\n", {}, {}};
}

std::optional<std::string> Observer::next(std::uint64_t& seen, bool actors) {
    std::unique_lock lock(mutex_);
    const bool is_new =
        changed_.wait_for(lock, page_waits, [&] { return ending_ || (sight_ && sight_->number > seen); });
    if (!is_new || ending_) return std::nullopt;
    const bool is_first = seen == 0;
    const auto sight = sight_;
    const History history = is_first ? history_ : History{};
    seen = sight->number;
    lock.unlock();
    return snapshot(*sight, history, {actors, options_.admin, is_first});
}

// ---- Changing

HttpReply Observer::post(std::string_view path, const std::string& body) {
    if (path != "/api/actors/exit" && path != "/api/hosts/drain") return refusal(404, "there is no such wish");
    if (!options_.admin) return refusal(403, "this observer only looks: --http-admin lets it change something");
    return path == "/api/actors/exit" ? end_actor(body) : drain(body);
}

HttpReply Observer::end_actor(const std::string& body) {
    const auto wish = nlohmann::json::parse(body, nullptr, false);
    if (!wish.is_object() || !wish.contains("address") || !wish["address"].is_string())
        return refusal(400, "expected {\"address\": \"...\"}");
    const auto address = Address::parse(wish["address"].get<std::string>());
    if (!address) return refusal(400, address.error().context);
    const std::scoped_lock lock(mutex_);
    to_end_.push_back(*address);
    log::info("the observer asks " + address->to_string() + " to exit");
    return done();
}

HttpReply Observer::drain(const std::string& body) {
    const auto wish = nlohmann::json::parse(body, nullptr, false);
    const bool is_one = wish.is_object() && wish.contains("host") && wish["host"].is_string() &&
                        wish.contains("within_s") && wish["within_s"].is_number_integer();
    const std::int64_t within = is_one ? wish["within_s"].get<std::int64_t>() : 0;
    if (within < 1 || within > drain_longest_s)
        return refusal(400, "expected {\"host\": \"...\", \"within_s\": 60}, of at most a day");
    const std::string host = wish["host"].get<std::string>();
    try {
        // A refusal comes at once, the answer only when the host has ended: nobody waits for that here.
        const auto drained = transport::question<transport::Acknowledged>(
            options_.endpoint, transport::DrainHost{host, std::chrono::seconds(within)}, refusal_longest, {});
        if (!drained) return refusal(409, drained.error().context);
    } catch (const std::runtime_error&) {
        log::info("the observer has host " + host + " drained");
    }
    return done();
}

}  // namespace zanni::broker
