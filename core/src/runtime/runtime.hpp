#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <zanni/actor.hpp>
#include <zanni/clock.hpp>
#include <zanni/gateway.hpp>
#include <zanni/random.hpp>
#include <zanni/registry.hpp>

#include "runtime/cell.hpp"
#include "runtime/cell_table.hpp"
#include "runtime/control.hpp"
#include "runtime/counters.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/engine.hpp"
#include "runtime/family.hpp"

namespace zanni::detail {

/// The actors of one process and the rules they live by: delivery, dispatch, birth and death. It neither makes threads
/// nor waits; an Engine calls run(), a Gateway calls the Inbox side.
///
/// Threads: run() by one thread per cell at a time; everything else any.
class Runtime final : public Inbox {
public:
    struct Parts {
        Engine& engine;
        const Clock& clock;
        Random& random;
        const Registry& registry;
        Gateway* gateway = nullptr;  ///< null: a process of its own, alone
        Capabilities capabilities;
        std::uint64_t process = 0;
    };

    explicit Runtime(Parts parts);
    ~Runtime() override;

    /// Runs the cell for at most `messages_max` messages; its start counts as one. True when it has more to do and must
    /// be scheduled again.
    bool run(Cell& cell, int messages_max);

    void send(EnvelopePtr envelope);

    struct Creation {
        const ActorType* type = nullptr;  ///< null: only its name is known
        std::string_view name;
        const CreateOptions& options;
        Address parent;
        Address reply_to;
    };
    /// The address under which the actor will run. What goes wrong is told to the parent or to `reply_to`.
    Address create(const Creation& creation);
    /// The same, as a child of the actor in `parent`. Threads: the one that runs `parent`.
    Address create_child(Cell& parent, const ActorType* type, std::string_view name, const CreateOptions& options);

    std::shared_ptr<Endpoint> make_endpoint();

    /// Asks every actor without a parent here to end, and waits until no actor is left. False if some are, after
    /// `longest`. From the call on no top-level actor is created here.
    bool end_all(Duration longest);

    const Counters& counters() const { return counters_; }
    Engine& engine() { return parts_.engine; }
    TimePoint now() const { return parts_.clock.now(); }
    bool await_shut_down(Duration longest);

    // Inbox
    void deliver(EnvelopePtr envelope) override;
    void undeliverable(EnvelopePtr envelope, Error::Code reason) override;
    void process_gone(std::uint64_t process, const ExitCause& cause) override;
    void host_gone(std::uint32_t host, const std::string& reason) override;
    void shut_down() override;
    std::uint64_t actor_count() const override { return cells_.live(); }

private:
    // One message's journey: route -> accept_* -> handle -> dispatch.
    void route(EnvelopePtr envelope);
    void accept(EnvelopePtr envelope);
    void accept_at_endpoint(EnvelopePtr envelope);
    void accept_for_process(EnvelopePtr envelope);
    void handle(Cell& cell, EnvelopePtr envelope);
    void dispatch(Cell& cell, EnvelopePtr envelope);
    bool attempt(Cell& cell, const Handler& handler, Envelope& envelope, std::string& what);
    void dead_letter(EnvelopePtr envelope, Error::Code reason);

    // Birth and death.
    Address create_here(const Creation& creation, std::uint64_t minted_actor);
    Address create_there(std::uint64_t process, const Creation& creation);
    Address refuse(const Creation& creation, const Error& error, std::uint64_t minted_actor = 0);
    void create_for(const CreateActor& request);
    std::vector<std::string> unmet_here(const ActorType& type, const Requirements& extra) const;
    void refuse_creation(const CreateActor& request, const Error& error);
    void start(Cell& cell);
    void child_exited(Cell& cell, EnvelopePtr envelope);
    void orphaned(Cell& cell, const Envelope& envelope);
    void begin_exit(Cell& cell, ExitCause cause, bool recursive);
    void finish(Cell& cell);
    bool add_root(Cell& cell);
    void release(Cell& cell);
    void tell_created(const Address& reply_to, const Address& address, const Error* error);
    void tell_parent(const Address& parent, const Address& child, const ExitCause& cause);

    std::vector<std::shared_ptr<Endpoint>> endpoints();
    std::uint64_t mint_actor();

    Parts parts_;
    CellTable cells_;
    Counters counters_;
    Family family_;

    std::mutex random_mutex_;  // guards parts_.random

    std::shared_mutex endpoints_mutex_;  // guards endpoints_
    std::unordered_map<std::uint32_t, std::weak_ptr<Endpoint>> endpoints_;
    std::uint32_t last_endpoint_ = 0;  // never used again: a late answer must not find another caller

    std::mutex roots_mutex_;  // guards what follows
    std::condition_variable changed_;
    std::unordered_set<Address> roots_;
    bool ending_ = false;
    bool shut_down_requested_ = false;

    std::mutex reported_mutex_;             // guards reported_
    std::unordered_set<Address> reported_;  // dead targets already logged, bounded
};

/// The cell whose actor this thread is constructing or running; null outside of actors.
Cell*& current_cell();

}  // namespace zanni::detail
