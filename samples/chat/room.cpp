#include <algorithm>
#include <deque>
#include <map>

#include <zanni/zanni.hpp>

#include "chat.hpp"

/// The room, a module of a host. There is one of its name in the convention, whoever asked for it first. It watches its
/// members: whether one leaves, its program is killed or its host is lost, the others hear of it.
namespace chat {

class Room : public zanni::Actor {
public:
    Welcome enter(const Enter& enter, const zanni::Address& member) {
        Welcome welcome{{}, {lately_.begin(), lately_.end()}};
        for (const auto& [address, name] : members_) welcome.members.push_back(name);
        std::ranges::sort(welcome.members);
        tell_others(member, Came{enter.name});
        members_[member] = enter.name;
        watch(member);
        return welcome;
    }
    void say(const Say& say, const zanni::Address& member) {
        const auto found = members_.find(member);
        if (found == members_.end()) return;
        lately_.push_back({found->second, say.text});
        if (lately_.size() > lately_max) lately_.pop_front();
        tell_others(member, lately_.back());
    }
    void ended(const zanni::Down& end) {
        const auto found = members_.find(end.address);
        if (found == members_.end()) return;
        const Went went{found->second, end.cause.kind == zanni::ExitCause::requested ? "" : "lost"};
        members_.erase(found);
        tell_others(end.address, went);
    }
    using Behavior = zanni::Behavior<&Room::enter, &Room::say, &Room::ended>;

private:
    static constexpr std::size_t lately_max = 10;

    template <class News>
    void tell_others(const zanni::Address& member, const News& news) {
        for (const auto& [address, name] : members_)
            if (address != member) send(address, news);
    }

    std::map<zanni::Address, std::string> members_;
    std::deque<Said> lately_;
};

}  // namespace chat

ZANNI_MODULE(registry) { registry.add<chat::Room>(); }
