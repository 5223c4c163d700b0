#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include <zanni/clock.hpp>
#include <zanni/message.hpp>

/// What an actor type may say about itself, as static members of these names:
///
///     static constexpr zanni::MailboxLimit mailbox{.messages_max = 100, .policy = zanni::MailboxPolicy::drop_oldest};
///     static constexpr zanni::Transient transient{.idle = std::chrono::minutes(1)};
///     static constexpr zanni::Troupe troupe{.members_max = 8};
///     using Initializing = zanni::Initializing<Settings, Peers>;
///     static constexpr zanni::Isolation isolation = zanni::Isolation::process;
namespace zanni {

/// What happens to a message for a full mailbox. Only what users send counts and can be dropped, never an ExitRequest
/// or a notice of the system; what is dropped becomes a dead letter.
enum class MailboxPolicy : std::uint8_t {
    back_pressure,  ///< taken; an actor that sent it is paused after its handler, a caller from outside waits
    drop_newest,    ///< the new message is dropped: Error::overloaded
    drop_oldest,    ///< the one that has waited longest is: Error::overloaded
    keep_latest,    ///< a waiting one of the same type and sender is: Error::superseded. Else as drop_oldest
};

/// Limits: messages_max from 1 to 60,000.
struct MailboxLimit {
    std::uint32_t messages_max = 10'000;
    MailboxPolicy policy = MailboxPolicy::back_pressure;
};

/// An actor that ends by itself, as if it had got an ExitRequest. Zero: not for this reason.
struct Transient {
    Duration lifetime{};  ///< after it started
    Duration idle{};      ///< after its last message
};

/// One address in front of several identical actors. create() gives the address of the troupe; what is sent there goes
/// to a member that has nothing to do, or waits until one has. Messages of one sender may be handled side by side, and
/// so in another order; a member answers for itself, under its own address.
/// Limits: waiting_max messages wait for a member; further ones become dead letters.
struct Troupe {
    std::uint32_t members_max = 10;
    std::uint32_t idle_max = 2;  ///< members that stay when there is nothing to do
    std::uint32_t waiting_max = 100'000;
};

/// Messages that an actor must have received, one of each, before it gets others; those wait, in order, and so does a
/// second one of a type that it has had.
template <class... Message>
struct Initializing {
    static constexpr std::array<std::uint64_t, sizeof...(Message)> message_ids{message_id<Message>...};
};

/// What an actor shares its OS process with.
enum class Isolation : std::uint8_t {
    shared,   ///< with its creator, or with what else runs in the host's common actor process
    process,  ///< with nobody but its own children: a crash there ends no other actor, and the process ends with it
};

/// All of the above for one type, as the runtime reads it.
struct ActorTraits {
    MailboxLimit mailbox{};
    Transient transient{};
    const Troupe* troupe = nullptr;
    std::span<const std::uint64_t> initializing{};
    Isolation isolation = Isolation::shared;
};

namespace detail {

template <class T>
constexpr ActorTraits actor_traits() {
    ActorTraits traits;
    if constexpr (requires { T::mailbox; }) {
        static_assert(std::is_same_v<decltype(T::mailbox), const MailboxLimit>,
                      "zanni: `mailbox` of an actor type is `static constexpr zanni::MailboxLimit`");
        static_assert(T::mailbox.messages_max >= 1 && T::mailbox.messages_max <= 60'000,
                      "zanni: a mailbox limit is from 1 to 60,000 messages");
        traits.mailbox = T::mailbox;
    }
    if constexpr (requires { T::transient; }) {
        static_assert(std::is_same_v<decltype(T::transient), const Transient>,
                      "zanni: `transient` of an actor type is `static constexpr zanni::Transient`");
        traits.transient = T::transient;
    }
    if constexpr (requires { T::troupe; }) {
        static_assert(std::is_same_v<decltype(T::troupe), const Troupe>,
                      "zanni: `troupe` of an actor type is `static constexpr zanni::Troupe`");
        static_assert(T::troupe.members_max >= 1, "zanni: a troupe has room for one member at least");
        static_assert(
            !requires { typename T::Initializing; },
            "zanni: members of a troupe can't be initialised: nobody can address them");
        traits.troupe = &T::troupe;
    }
    if constexpr (requires { typename T::Initializing; }) traits.initializing = T::Initializing::message_ids;
    if constexpr (requires { T::isolation; }) {
        static_assert(std::is_same_v<decltype(T::isolation), const Isolation>,
                      "zanni: `isolation` of an actor type is `static constexpr zanni::Isolation`");
        traits.isolation = T::isolation;
    }
    return traits;
}

}  // namespace detail

}  // namespace zanni
