#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/accounts.hpp>
#include <zanni/actor_traits.hpp>
#include <zanni/capability.hpp>
#include <zanni/clock.hpp>
#include <zanni/envelope.hpp>
#include <zanni/lifecycle.hpp>
#include <zanni/placement.hpp>
#include <zanni/registry.hpp>
#include <zanni/survey.hpp>
#include <zanni/trace.hpp>

namespace zanni {

/// A message to another process, marshalled, may be as large as this. Error::too_large beyond.
inline constexpr std::size_t message_bytes_max = 64 * 1024 * 1024;

/// What reaches a process from outside. The runtime implements it, a gateway calls it.
/// Threads: any.
class Inbox {
public:
    virtual ~Inbox() = default;
    /// `from`: the process that sent it; 0: its sender's. It hears when its message fills a mailbox.
    virtual void deliver(EnvelopePtr envelope, std::uint64_t from = 0) = 0;
    /// A message of ours that can't reach its target.
    virtual void undeliverable(EnvelopePtr envelope, Error::Code reason) = 0;
    /// The way to that process, which was congested, is free again.
    virtual void relieved(std::uint64_t process) = 0;
    /// False: as much as may wait in this process does, and nothing is taken in, not even word that a mailbox elsewhere
    /// has drained. Until it is true again nobody here waits for one, and the gateway calls no way congested.
    virtual void receiving(bool open) = 0;
    /// Every actor of that process has ended.
    virtual void process_gone(std::uint64_t process, const ExitCause& cause) = 0;
    /// Every actor of every process of that host has ended, as far as anybody here will know.
    virtual void host_gone(std::uint32_t host, const std::string& reason) = 0;
    /// Another host is a member of the convention, perhaps as before. Until host_gone().
    virtual void host_present(std::uint32_t host, const std::string& name, const Capabilities& capabilities) = 0;
    /// The own host offers something else, as Gateway::capabilities() says.
    virtual void capabilities_changed() = 0;
    /// The actors of the host's other processes that handle dead letters, all of them.
    virtual void dead_letter_handlers(std::vector<Address> elsewhere) = 0;
    /// Somebody wants this process to end in order.
    virtual void shut_down() = 0;
    /// Whose the name is that `claimer` has claimed, or has had until now: the claimer's own or another's.
    virtual void name_given(const std::string& /*name*/, const Address& /*claimer*/, const Address& /*owner*/) {}
    /// The claim has come to nothing.
    virtual void name_refused(const std::string& /*name*/, const Address& /*claimer*/, const Error& /*error*/) {}
    /// What find_name() was asked; no owner: nobody has the name.
    virtual void name_found(const std::string& /*name*/, const Address& /*asker*/, const Address& /*owner*/) {}
    /// The trace that a message of this process belongs to, if any.
    virtual std::optional<TraceContext> trace_context_of(const Envelope& /*envelope*/) { return std::nullopt; }
    /// The message, which is about to be delivered, belongs to that trace.
    virtual void trace_received(Envelope& /*envelope*/, const TraceContext& /*context*/) {}
    /// Live actors in this process.
    virtual std::uint64_t actor_count() const = 0;
    /// What became of the process's messages so far.
    virtual Accounts accounts() const = 0;
    /// In a process that was started for one actor: that actor's type, from its creation on. Else empty.
    virtual std::string resident_type() const { return {}; }
};

/// What a creator looks for a place for.
struct Wanted {
    std::string_view type_name;
    const Requirements& extra;
    Placement placement{};
    std::string refused_here{};  ///< why this host won't do, if its process has said no already
};

/// Whether a sender to another process may go on.
enum class Way : std::uint8_t {
    free,
    congested,  ///< its messages are taken, but it should pause until Inbox::relieved()
};

/// The way out of a process: implemented over a DEALER socket, or by a simulated network.
class Gateway {
public:
    virtual ~Gateway() = default;

    /// Called once, before anything else; from then on the inbox may be called.
    virtual void open(Inbox& inbox, const Registry& registry) = 0;
    /// Tells the broker that this process ends, and sends what still waits. Nothing is delivered afterwards.
    virtual void close() = 0;

    virtual std::uint64_t process() const = 0;
    virtual Capabilities capabilities() const = 0;
    /// Asks the host to offer this from now on, or no more; Inbox::capabilities_changed() follows. Threads: any.
    /// Blocks: never. Errors: Error::overloaded.
    virtual std::expected<void, Error> update_capability(const std::string& key,
                                                         const std::optional<CapabilityValue>& value) = 0;

    /// Takes a message whose target is in another process, congested or not. Threads: any. Blocks: never.
    virtual Way post(EnvelopePtr envelope) = 0;
    /// The same answer without a message. Where it says congested, relieved() will follow. Threads: any.
    virtual Way way_to(std::uint64_t process) = 0;

    /// Tells the host's other processes which actors of this one handle dead letters: all of them. Threads: any.
    /// Blocks: never.
    virtual void announce_dead_letter_handlers(std::vector<Address> own) = 0;

    /// This process and that one are to exchange much: a way of their own would do them good. Threads: any. Blocks:
    /// never.
    virtual void request_lane(std::uint64_t /*process*/) {}

    /// Its channels, and what the system says of the process. Threads: any.
    virtual void add_to(Survey& /*survey*/) {}
    /// Of the time 0 of the system's clock; nothing where that is nobody's. Threads: any.
    virtual Duration since_1970() { return {}; }

    /// The process of another host, or of this one, that should run an actor of this type. Threads: any.
    /// Errors: Error::unmet_requirement or Error::unknown_type, with what is missing per host.
    virtual std::expected<std::uint64_t, Error> place(const Wanted& wanted) = 0;

    /// What a type says of itself that this program need not contain. Threads: any.
    virtual Isolation isolation_of(std::string_view type_name) {
        static_cast<void>(type_name);
        return Isolation::shared;
    }
    /// Whether names are the convention's; otherwise they are this process's own, and what follows is never called.
    virtual bool shares_names() const { return false; }
    /// Asks that this actor of this process be the one of that name. name_given() follows, or name_refused() after
    /// `longest`. Once it is given, it is claimed anew from every leader, until release_name(). Threads: any. Blocks:
    /// never.
    virtual void claim_name(const std::string& /*name*/, const Address& /*claimer*/, Duration /*longest*/) {}
    /// The claimer has ended, or wants the name no more. Threads: any. Blocks: never.
    virtual void release_name(const std::string& /*name*/, const Address& /*claimer*/) {}
    /// name_found() follows, unless it takes longer than `longest`. Threads: any. Blocks: never.
    virtual void find_name(const std::string& /*name*/, const Address& /*asker*/, Duration /*longest*/) {}

    /// Receives and sends what is ready. False when another thread is at it. Threads: workers. Blocks: never.
    virtual bool serve() = 0;
    /// The same, but first waits until there is something, until wake(), or for `longest`. Threads: workers, one at a
    /// time.
    virtual void wait(Duration longest) = 0;
    /// Ends a wait() now, or the next one at once. Threads: any.
    virtual void wake() = 0;
};

}  // namespace zanni
