/// How the hosts' loads get about: by heartbeat to the leader, from it to the members, from each broker to its
/// processes, which choose by them. Nobody counts these as news: what is lost is made good by the next.
#include "broker_says.hpp"

namespace zanni::broker {

using namespace transport;

void Broker::tell_loads(TimePoint now) {
    if (!host_loads_.is_due(now)) return;
    self_.actors = actors_of(own_status());
    // A member says so in its heartbeat; of a leader alone nobody needs to know.
    if (!self_.leader || leadership_.members().empty()) return;
    HostLoads news;
    const auto look_at = [&](std::uint32_t host, std::uint64_t actors) {
        if (host_loads_.is_news(host, actors)) news.loads.push_back({host, actors});
    };
    look_at(self_.id, self_.actors);
    for (const auto& [host, member] : leadership_.members())
        if (member.status) look_at(host, actors_of(*member.status));
    if (news.loads.empty()) return;
    on_host_loads(news);
    for (const auto& [host, member] : leadership_.members()) send(member.peer, news);
}

void Broker::on_host_loads(const HostLoads& news) {
    for (const auto& load : news.loads) table_.put_load(load.host, load.actors);
    tell_processes(news);
}

}  // namespace zanni::broker
