#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "control.hpp"
#include "news_count.hpp"
#include "socket.hpp"
#include "times.hpp"

namespace zanni::broker {

/// The leader's list of the other hosts, and who of them still lives. Pure.
/// Threads: one.
class Leadership {
public:
    explicit Leadership(const Times& times = {}) : times_(times) {}

    struct Member {
        std::string name;
        transport::Peer peer;
        TimePoint last_heard;
        std::optional<transport::HostStatus> status;
        bool suspect = false;
        NewsCount news{};
        std::uint32_t series = 0;  ///< of the question that made it a member
    };

    enum class Join {
        id_taken,      ///< by a host of another name
        member_since,  ///< the same question was answered before
        joined
    };
    /// A host that joins again comes by a newer connection: what is left of an older one can't take its place.
    Join join(const transport::JoinConvention& question, const transport::Peer& peer, TimePoint now);
    /// False when there is no such member: it must join again.
    bool heard(std::uint32_t host, const transport::Peer& peer, const std::optional<transport::HostStatus>& status,
               TimePoint now);
    bool leave(std::uint32_t host) { return members_.erase(host) == 1; }
    /// Any frame came from a member.
    void heard(const transport::Peer& peer, TimePoint now);
    /// Members that have become suspect; until they are heard again.
    std::vector<std::uint32_t> suspect(TimePoint now);
    /// Members silent for too long, which it forgets.
    std::vector<std::uint32_t> take_silent(TimePoint now);
    /// For so long nobody listened here: that is nobody's silence.
    void excuse(Duration slept, TimePoint now);

    /// The member at the other end of that connection; 0: none.
    std::uint32_t host_at(const transport::Peer& peer) const;
    const std::map<std::uint32_t, Member>& members() const { return members_; }
    /// Of a member.
    NewsCount& news(std::uint32_t host) { return members_.at(host).news; }

private:
    const Times times_;
    std::map<std::uint32_t, Member> members_;
};

}  // namespace zanni::broker
