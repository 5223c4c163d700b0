#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <zanni/actor.hpp>
#include <zanni/actor_status.hpp>
#include <zanni/clock.hpp>
#include <zanni/gateway.hpp>
#include <zanni/random.hpp>
#include <zanni/registry.hpp>
#include <zanni/survey.hpp>

#include "runtime/actor_id.hpp"
#include "runtime/broken_bonds.hpp"
#include "runtime/cell.hpp"
#include "runtime/cell_table.hpp"
#include "runtime/control.hpp"
#include "runtime/counters.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/engine.hpp"
#include "runtime/handler_clock.hpp"
#include "runtime/mailbox_news.hpp"
#include "runtime/pauses.hpp"
#include "runtime/recent_dead_letters.hpp"
#include "runtime/remote_bonds.hpp"
#include "runtime/timers.hpp"
#include "runtime/tracer.hpp"

namespace zanni::detail {

/// The actors of one process and the rules they live by: delivery, dispatch, birth and death. It neither makes threads
/// nor waits; an Engine calls run(), a Gateway calls the Inbox side.
///
/// Threads: run() by one thread per cell at a time, as what says "of an actor"; everything else any.
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
        Carrier* carrier = nullptr;    ///< null: messages of this process arrive at once
        Observer* observer = nullptr;  ///< null: nobody looks
    };

    explicit Runtime(Parts parts);
    ~Runtime() override;

    /// Runs the cell for at most `messages_max` messages; its start counts as one. True when it has more to do and must
    /// be scheduled again.
    bool run(Cell& cell, int messages_max, Heartbeat* heartbeat = nullptr);

    void send(EnvelopePtr&& envelope);
    /// It shall not be sent: it becomes a dead letter.
    void refuse(EnvelopePtr envelope, Error::Code reason);
    /// What a carrier has brought.
    void arrive(EnvelopePtr envelope) { accept(std::move(envelope)); }
    /// It can't be delivered.
    void dead_letter(EnvelopePtr envelope, Error::Code reason);

    struct Creation {
        const ActorType* type = nullptr;  ///< null: only its name is known
        std::string_view name;
        const CreateOptions& options;
        Address parent;
        Address reply_to;
        Address troupe{};  ///< whose member it shall be
    };
    /// The address under which the actor will run. What goes wrong is told to the parent or to `reply_to`.
    Address create(const Creation& creation);
    /// The question who has that name; CreateReply answers it.
    EnvelopePtr find_request(std::string_view name, Duration longest) const;

    std::shared_ptr<Endpoint> make_endpoint();

    /// Waits until the target's mailbox, or the way to its process, has room. False if it has none after `longest`.
    /// Threads: any that runs no actor.
    bool await_room(const Address& target, Duration longest);

    /// Asks every actor without a parent here to end. From the call on no top-level actor is created here.
    void ask_all_to_end();
    /// The same, and waits until no actor is left. False if some are, after `longest`.
    bool end_all(Duration longest);

    // ---- Of an actor, by its handlers
    Address create_child(Cell& parent, const ActorType* type, std::string_view name, const CreateOptions& options,
                         bool as_member = false);
    void watch(Cell& cell, const Address& target, bool linked);
    void unwatch(Cell& cell, const Address& target, bool linked);
    void unstash(Cell& cell);
    TimerId start_timer(Cell& cell, Duration delay, bool periodic, AnyMessage payload);
    bool cancel_timer(Cell& cell, TimerId timer);
    void watch_fd(Cell& cell, int fd);
    void unwatch_fd(Cell& cell, int fd);
    void handle_dead_letters(Cell& cell, bool on);
    void notify_on_convention_changes(Cell& cell, bool on);
    Handled run_task(Cell& cell, Task<> task, std::optional<Error>& refusal);
    std::uint32_t put_question(Cell& cell, Question& question, EnvelopePtr envelope, Duration longest);
    void withdraw_question(Cell& cell, std::uint32_t number);
    /// An envelope of a troupe's front for one of its members. By no carrier: the front must know of a member's end
    /// after what it has assigned, not before.
    void assign(EnvelopePtr envelope, const Address& member);
    void forget_member(const Address& member);

    // ---- Time
    /// When fire_timers() should be called next; TimePoint::max() for never.
    TimePoint next_timer() const { return TimePoint(Duration(next_timer_.load(std::memory_order_relaxed))); }
    /// Sends what is due.
    void fire_timers();
    std::size_t timer_count();
    /// From an engine's watch: the descriptor can be read.
    void readable(int fd, const Address& watcher);

    /// From an engine that watches: a handler of that type has not returned since so long.
    void report_slow_handler(const ActorType& type, Duration since);

    Counters& counters() { return counters_; }
    /// How the process fares. Takes some nanoseconds per actor.
    Survey survey(const SurveyRequest& request);
    /// Of the messages from outside of all actors, and of timers and files, so many begin a trace: from 0 to 1.
    void set_trace_ratio(double ratio);
    void turn_tracing_on();
    Spans spans(std::uint64_t after);
    /// Context of what the running handler sends; nothing when it isn't traced. Threads: of an actor.
    static std::optional<TraceContext> trace_context();
    Engine& engine() { return parts_.engine; }
    TimePoint now() const { return parts_.clock.now(); }
    std::uint64_t process() const { return parts_.process; }
    bool await_shut_down(Duration longest);
    bool shut_down_requested();
    /// Of the host, or of this system if it is alone.
    std::expected<void, Error> update_capability(const std::string& key, const std::optional<CapabilityValue>& value);
    void request_lane(const Address& address);
    /// For tools and simulations: the type's name, empty when nobody has that address here. Threads: the engine's,
    /// while nothing runs.
    std::string_view type_name_of(const Address& address);
    Cell* cell_of(const Address& address);
    Cell* cell_at(std::uint32_t index) { return cells_.at(index); }
    /// Ends the actor where it stands, unseen by its handlers. Threads: the engine's, while nothing runs.
    void crash(Cell& cell, const ExitCause& cause);
    std::size_t resident_blocks() const { return cells_.resident_blocks(); }

    // ---- Inbox
    void deliver(EnvelopePtr envelope, std::uint64_t from = 0) override;
    void undeliverable(EnvelopePtr envelope, Error::Code reason) override;
    void relieved(std::uint64_t process) override;
    void receiving(bool open) override;
    void process_gone(std::uint64_t process, const ExitCause& cause) override;
    void host_gone(std::uint32_t host, const std::string& reason) override;
    void host_present(std::uint32_t host, const std::string& name, const Capabilities& capabilities) override;
    void capabilities_changed() override;
    void dead_letter_handlers(std::vector<Address> elsewhere) override;
    std::optional<TraceContext> trace_context_of(const Envelope& envelope) override;
    void trace_received(Envelope& envelope, const TraceContext& context) override;
    void name_given(const std::string& name, const Address& claimer, const Address& owner) override;
    void name_refused(const std::string& name, const Address& claimer, const Error& error) override;
    void name_found(const std::string& name, const Address& asker, const Address& owner) override;
    void shut_down() override;
    std::uint64_t actor_count() const override { return cells_.live(); }
    std::string resident_type() const override;
    Accounts accounts() const override { return counters_.accounts(); }

private:
    enum class Outcome : std::uint8_t { done, passed, suspended, overloaded, threw };

    // One message's journey: route -> accept (delivery.cpp) -> handle (turn.cpp) -> dispatch -> attempt (dispatch.cpp).
    void route(EnvelopePtr&& envelope);
    void accept(EnvelopePtr&& envelope, std::uint64_t from = 0);
    void accept_at_endpoint(EnvelopePtr&& envelope);
    void accept_for_process(EnvelopePtr&& envelope, std::uint64_t from);
    void put_into(Cell& cell, EnvelopePtr&& envelope, std::uint64_t from);
    void put_into_dropping(Cell& cell, EnvelopePtr&& envelope);
    EnvelopePtr next_message(Cell& cell);
    bool try_idle(Cell& cell);
    void handle_timed(Cell& cell, EnvelopePtr&& envelope, HandlerSamples& samples);
    void handle(Cell& cell, EnvelopePtr&& envelope);
    void handle_now(Cell& cell, EnvelopePtr&& envelope);
    bool handle_control(Cell& cell, EnvelopePtr& envelope);
    void handle_answer(Cell& cell, EnvelopePtr&& envelope);
    void handle_exit_request(Cell& cell, EnvelopePtr&& envelope);
    bool tell_status(Cell& cell, const Envelope& request);
    static ActorStatus status_of(const Cell& cell);
    void tell_survey(const Envelope& request);
    void add_names(Survey& survey);
    bool hold_back(Cell& cell, EnvelopePtr& envelope);
    void initialized_by(Cell& cell, std::uint64_t message);
    void put_first(Cell& cell, EnvelopeList& list);
    void dispatch(Cell& cell, EnvelopePtr&& envelope);
    Outcome offer(Cell& cell, const Handler& handler, EnvelopePtr& envelope);
    Outcome attempt(Cell& cell, const Handler& handler, EnvelopePtr& envelope, std::string& what);
    Outcome outcome_of(Cell& cell, Handled result, const Handler& handler, EnvelopePtr& envelope,
                       const std::optional<Error>& refusal);
    void unhandled(Cell& cell, const Envelope& envelope);
    void poison(Cell& cell, EnvelopePtr envelope, const std::string& what);
    void handled(Cell& cell, EnvelopePtr&& envelope);
    void after_handler(Cell& cell, bool assigned);
    void dead_letter_of_system(const Envelope& envelope);

    // Traces (tracing.cpp).
    /// Ends the span with the scope, unless it goes on elsewhere.
    class EndSpan {
    public:
        EndSpan(Runtime& runtime, std::unique_ptr<ActiveSpan> span) : runtime_(runtime), span_(std::move(span)) {}
        ~EndSpan() {
            if (span_) runtime_.tracer_.end(*span_);
        }
        EndSpan(const EndSpan&) = delete;
        EndSpan& operator=(const EndSpan&) = delete;

    private:
        Runtime& runtime_;
        std::unique_ptr<ActiveSpan> span_;
    };

    void trace_sent(Envelope& envelope);
    void trace_arisen(Envelope& envelope);
    void handle_traced(Cell& cell, EnvelopePtr&& envelope);
    static void note_outcome(Span::Outcome outcome, const std::string& detail = {});
    static void drop_active_span();
    static void keep_span_for(Suspended& suspended);
    void tell_spans(const Envelope& request);
    std::uint64_t trace_seed();

    // Handlers that wait (suspension.cpp).
    void answer(Cell& cell, std::uint32_t number, std::expected<EnvelopePtr, Error> answer);
    void resume(Cell& cell, Suspended& suspended, std::coroutine_handle<> waiter);
    void finish_suspended(Cell& cell, Suspended& suspended);
    void abandon_suspended(Cell& cell);

    /// Why this process can't run an actor, if it can't.
    struct Objection {
        std::optional<Error> error{};
        std::string declined{};  ///< what the type itself has against this host, when nothing else is missing
    };

    // Names (names.cpp).
    /// What this process knows of a name: an actor of its own that has it, claims it, or waits for one elsewhere that
    /// does.
    struct Name {
        enum class Stage : std::uint8_t { given, claimed, placed };

        Address address;
        Stage stage = Stage::given;
        std::uint64_t placed_on = 0;  ///< the process that is to run it
    };
    struct StandIn {
        Address address;
        Address owner;
    };
    using Names = std::map<std::string, Name, std::less<>>;

    Address create_named(const Creation& creation);
    void create_named_for(const CreateActor& request, const ActorType& type);
    Address claim(const Creation& creation, std::uint64_t minted_actor);
    Address await_placed(std::uint64_t process, const Creation& creation);
    Address itself() const;
    std::expected<std::uint64_t, Error> process_for_named(const Creation& creation);
    Address known_by_name(const Creation& creation);
    bool shares_names() const { return parts_.gateway && parts_.gateway->shares_names(); }
    bool is_ending();
    void settle_claim(Names::iterator named, const Address& owner, std::string refusal);
    void take_role(Cell& cell);
    void stand_in(Cell& cell, EnvelopePtr envelope);
    void forget_name(const Ties& ties, const Address& address);
    void end_claims();
    void find_for(const Envelope& request);
    void placed_answers(const Envelope& reply);
    void placement_is_late(const Address& placed);
    std::vector<std::uint64_t> names_placed_on(std::uint32_t host);
    void names_placed_there_are_lost(std::uint64_t process, const ExitCause& cause);

    // Birth and death (birth.cpp, death.cpp).
    Address create_here(const Creation& creation, std::uint64_t minted_actor);
    Address create_there(std::uint64_t process, const Creation& creation);
    Address create_isolated(const Creation& creation);
    std::expected<std::uint64_t, Error> place_isolated(const Creation& creation);
    bool wants_isolation(const Creation& creation, const ActorType* type) const;
    /// It ends when no actor is left in it.
    bool is_of_one_actor() const { return parts_.gateway && is_isolated(parts_.process); }
    Address refuse(const Creation& creation, const Error& error, std::uint64_t minted_actor = 0);
    void create_for(const CreateActor& request);
    const ActorType* type_of(const Creation& creation) const;
    bool is_place(const Placement& placement) const;
    std::expected<std::uint64_t, Error> place(const Creation& creation, const Objection& objection) const;
    void refuse_creation(const CreateActor& request, const Error& error);
    void start(Cell& cell);
    bool construct(Cell& cell, ExitCause& failure);
    void child_exited(Cell& cell, EnvelopePtr envelope);
    void orphaned(Cell& cell, const Envelope& envelope);
    void begin_exit(Cell& cell, ExitCause cause, bool recursive);
    void finish(Cell& cell);
    void drop_undertakings(Cell& cell);
    bool add_root(Cell& cell);
    void release(Cell& cell);
    void tell_created(const Address& reply_to, const Address& address, const Error* error, const std::string& name);
    void answer_await_start(const Envelope& envelope, const Error& error);
    void tell_parent(const Address& parent, const Address& child, const ExitCause& cause);

    // Ties (ties.cpp).
    void watched(Cell& cell, const Envelope& envelope, bool linked);
    void unwatched(Cell& cell, const Envelope& envelope, bool linked);
    void down(Cell& cell, EnvelopePtr envelope);
    void linked_ended(Cell& cell, const Envelope& envelope);
    void tell_of_end(const Ties& ties, const Address& address, const ExitCause& cause);
    void drop_watches(Cell& cell);

    // Failure (supervision.cpp).
    void fail(Cell& cell, const std::string& what);
    void restart(Cell& cell);
    bool may_restart(Cell& cell);
    void child_failed(Cell& cell, const Envelope& envelope);
    void sibling_failed(Cell& cell, const Envelope& envelope);
    void escalate(Cell& cell, const std::string& what);
    void escalated(Cell& cell, const Envelope& envelope);

    // Back-pressure (pressure.cpp, remote_pressure.cpp).
    void pause_sender(const PauseReason& reason);
    void over_limit(Cell& target);
    bool pause(Cell& cell);
    bool must_wait(const PauseReason& reason);
    bool must_wait_elsewhere(const Address& elsewhere);
    bool await_elsewhere(const Address& target, Duration longest);
    void end_wait(const PauseReason& reason);
    void drained(Cell& cell);
    void drained_by_turn(Cell& cell);
    void go_on(Cell& paused);
    void go_on(const std::vector<Cell*>& taken);
    void tell_full(Cell& cell, const Address& target, std::uint64_t process);
    void tell_drained(const Cell& cell);
    void post_notice(std::uint64_t process, EnvelopePtr notice);
    void mailbox_elsewhere(const Envelope& notice, std::uint64_t from);
    bool is_full_elsewhere(const Address& target);
    void drained_elsewhere(const Address& target);
    template <class Concerns>
    void go_on_elsewhere(Concerns concerns);
    template <class Concerns>
    void forget_elsewhere(Concerns concerns);
    void relieve_process(std::uint64_t process);
    void relieve_host(std::uint32_t host);
    void wait_no_more_elsewhere();
    void end_bonds(std::uint64_t process, const ExitCause& cause);

    // The convention (hosts.cpp, requirements.cpp).
    void tell_of_host(const ConventionUpdate& update);
    void host_left(std::uint32_t host, const std::string& reason);
    Capabilities capabilities() const;
    static Objection objection_to(const ActorType& type, const Capabilities& offered, const Requirements& extra);
    Objection objection_here(const ActorType& type, const Requirements& extra) const;
    Objection objection_here(const Creation& creation) const;
    struct Needs {
        const ActorType* type;
        Requirements extra;
    };
    bool note_requirements(Cell& cell, const Requirements& extra);
    void end_if_unfit(const Address& address, const ActorType& type, const Requirements& extra);
    void forget_requirements(Cell& cell);

    // Time (timing.cpp).
    TimerId add_timer(TimePoint at, const Timer& timer);
    void take_timer(TimerId timer);
    void send_from_clock(EnvelopePtr envelope);
    void wakeup(Cell& cell, std::uint64_t number);
    std::optional<int> watched_fd(const Cell& cell, const Envelope& readable);
    void readable_again(Cell& cell, const Envelope& envelope);
    void start_transient(Cell& cell);
    void transient_due(Cell& cell);
    void await_transient_end(Cell& cell);

    std::vector<std::shared_ptr<Endpoint>> endpoints();
    std::uint64_t mint_actor();
    std::mutex& dropping_mutex(const Cell& cell) { return dropping_mutexes_[cell.index % dropping_mutexes_.size()]; }

    Parts parts_;
    CellTable cells_;
    Counters counters_;
    HandlerClock handler_clock_;
    Tracer tracer_{parts_.clock};
    RemoteBonds family_, watches_, links_, asks_;
    BrokenBonds broken_bonds_;
    Pauses pauses_;
    MailboxNews mailbox_news_;                          // guarded by pauses_.mutex
    bool waits_elsewhere_ = true;                       // likewise; as long as the system isn't ending
    bool receiving_ = true;                             // likewise
    std::atomic<std::size_t> full_elsewhere_count_{0};  // of mailbox_news_, for a look without the lock
    std::array<std::mutex, 16> dropping_mutexes_;       // each guards the mailboxes that drop, of some cells

    std::mutex random_mutex_;  // guards parts_.random

    std::shared_mutex endpoints_mutex_;  // guards endpoints_
    std::unordered_map<std::uint32_t, std::weak_ptr<Endpoint>> endpoints_;
    std::uint32_t last_endpoint_ = 0;  // never used again: a late answer must not find another caller

    std::mutex roots_mutex_;  // guards what follows
    std::condition_variable changed_;
    std::unordered_set<Address> roots_;
    bool ending_ = false;
    bool shut_down_requested_ = false;

    mutable std::mutex names_mutex_;  // guards what follows, and claims that are not decided; taken before roots_mutex_
    Names names_;
    std::multimap<std::string, StandIn, std::less<>> stand_ins_;  // whose addresses actors here have, the latest last
    std::string resident_type_;

    std::mutex timers_mutex_;  // guards timers_
    Timers timers_;
    std::mutex firing_mutex_;  // held while due timers are sent, so that they arrive in the order of their times
    std::atomic<std::uint64_t> last_wakeup_{0};
    std::atomic<Duration::rep> next_timer_{TimePoint::max().time_since_epoch().count()};

    std::mutex members_mutex_;                      // guards members_
    std::unordered_map<Address, Address> members_;  // of troupes, with their fronts

    std::mutex hosts_mutex_;  // guards what follows; held while updates are sent, so that they come in order
    std::map<std::uint32_t, ConventionUpdate> hosts_;  // the other ones, as last told
    std::vector<Address> hosts_watchers_;

    mutable std::mutex requirements_mutex_;  // guards needs_ and parts_.capabilities
    std::map<Address, Needs> needs_;         // of the actors here that have any

    std::mutex reported_mutex_;             // guards what follows
    std::unordered_set<Address> reported_;  // dead targets already logged, bounded
    RecentDeadLetters recent_dead_letters_;
    std::vector<Address> dead_letter_handlers_;            // here
    std::vector<Address> dead_letter_handlers_elsewhere_;  // in other processes of this host
};

/// The cell whose actor this thread is constructing or running; null outside of actors.
[[gnu::tls_model("initial-exec")]] inline constinit thread_local Cell* cell_of_this_thread = nullptr;
inline Cell*& current_cell() { return cell_of_this_thread; }

}  // namespace zanni::detail
