#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <zanni/actor_system.hpp>

#include "observer/history.hpp"
#include "observer/observer_options.hpp"
#include "observer/sight.hpp"
#include "observer/survey_desk.hpp"
#include "observer/web/http_door.hpp"

namespace zanni::broker {

/// Looks at the convention once per second, and shows what it sees: a live page, metrics, JSON. An application of its
/// host like any other, so it needs nothing of the broker's thread. Processes are surveyed only while somebody looks.
///
/// Threads: one that looks, and those of HttpDoor.
class Observer final : public RunningObserver, private Site {
public:
    /// Errors: throws std::runtime_error when it can't listen there.
    explicit Observer(const ObserverOptions& options);
    ~Observer() override;

    std::string url() const override;

private:
    HttpReply get(std::string_view path, std::string_view query) override;
    HttpReply post(std::string_view path, const std::string& body) override;
    std::optional<std::string> next(std::uint64_t& seen, bool actors) override;

    void run();
    void look_while_joined();
    void look(ActorSystem& system, SurveyDesk& desk);
    bool somebody_looks() const;
    /// With surveys: has one made if nobody has looked for a while.
    std::shared_ptr<const Sight> fresh_sight();
    HttpReply end_actor(const std::string& body);
    HttpReply drain(const std::string& body);

    const ObserverOptions options_;
    SystemClock clock_;
    std::atomic<TimePoint::rep> looked_for_{0};  // when somebody asked last, but for pages that look on

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    bool ending_ = false;
    std::shared_ptr<const Sight> sight_;
    History history_;
    Rates rates_;
    std::vector<Address> to_end_;  // actors, by wish of the page

    std::thread looking_;
    HttpDoor door_;  // goes first
};

}  // namespace zanni::broker
