// How many hops a second does one token make round a ring of 1,000 actors?

#include "measure.hpp"

namespace {

constexpr std::size_t nodes = 1'000;

struct Join {
    zanni::Address next;
};
struct Token {
    std::uint64_t hops_left = 0;
    zanni::Address asker;
};
struct Start {
    std::uint64_t hops = 0;
};
struct Done {};

class Node : public zanni::Actor {
public:
    void join(const Join& join) { next_ = join.next; }
    void start(const Start& start, const zanni::Address& asker) { send(next_, Token{start.hops, asker}); }
    void pass(const Token& token) {
        if (token.hops_left == 0)
            send(token.asker, Done{});
        else
            send(next_, Token{token.hops_left - 1, token.asker});
    }
    using Behavior = zanni::Behavior<&Node::pass, &Node::join, &Node::start>;

private:
    zanni::Address next_;
};

}  // namespace

int main(int argc, char** argv) {
    const auto flags = bench::read_flags(argc, argv, "hops of one token round a ring of 1,000 actors", 2'000'000);
    zanni::ActorSystem system({.workers = flags.workers});
    const zanni::Address first = system.create<Node>();
    zanni::Address next = first;
    for (std::size_t i = 1; i < nodes; ++i) {
        const zanni::Address node = system.create<Node>();
        system.tell(node, Join{next});
        next = node;
    }
    system.tell(first, Join{next});
    bench::report("ring of 1,000, hops", flags, [&] {
        const auto began = std::chrono::steady_clock::now();
        bench::ask<Done>(system, first, Start{flags.count});
        return bench::seconds_since(began);
    });
}
