#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/error.hpp>

#include "control.hpp"
#include "frame.hpp"
#include "security/key_ring.hpp"
#include "socket.hpp"

namespace zanni::broker {

/// A key by the order in which this broker met it; never another's.
using KeyId = std::uint32_t;
inline constexpr KeyId local_key = 0;      ///< by ipc: a process of this host's user
inline constexpr KeyId anonymous_key = 1;  ///< by tcp, to a broker without keys

/// Who may come in, who may say what, and who may use which routing id. Pure.
///
/// A routing id belongs to the key to which this broker gave it, else to the first that uses it, and all links of a
/// host to one key: nobody takes another's mail. Source: ADR 0011.
///
/// Threads: one.
/// Limits: keys_max keys and tokens in a broker's life, routing_ids_max ids remembered per key: the oldest that
/// nobody uses are forgotten.
class Guard {
public:
    static constexpr std::size_t keys_max = 100'000;
    static constexpr std::size_t routing_ids_max = 10'000;

    Guard();

    /// What is known from now on. Returns those that were let in before and aren't any more.
    std::vector<KeyId> put(const KeyRing& ring);

    /// A connection that has proven to have that key. Errors: Error::refused, for the log.
    std::expected<KeyId, Error> handshake(const transport::PublicKey& key, TimePoint now);
    /// Before anything of a frame is looked at: whether that key may use that routing id, or anything.
    std::expected<void, Error> admit(const transport::Peer& from, KeyId who);
    /// The key that owns a routing id.
    std::optional<KeyId> owner_of(const transport::Peer& peer) const;
    /// A process id, and so a routing id, was given to it.
    void issued(std::uint64_t process, KeyId who);
    /// All links of that host are its own, whoever has used one first; a key that put() has named.
    void belongs(std::uint32_t host, const transport::PublicKey& key);
    /// It belongs to a registered process, or is a member's link: its owner is not forgotten meanwhile.
    void in_use(const transport::Peer& peer, bool is_used);
    /// Of a frame whose header is whole.
    std::expected<void, Error> may_send(KeyId who, const transport::FrameHeader& header,
                                        std::span<const std::byte> frame) const;
    /// Spends the token.
    std::expected<Enrolment, Error> enrol(KeyId who, const transport::Enrol& wish, TimePoint now);

    /// 64 digits; empty for those that bring none.
    std::string key_of(KeyId who) const;
    Role role_of(KeyId who) const { return who < known_.size() ? known_[who].role : Role::nobody; }
    /// For logs: "host atlas", "a process of this machine".
    std::string show(KeyId who) const;

private:
    struct Known {
        Role role = Role::nobody;
        Role gives = Role::nobody;  // of a token: the role of who brings it
        std::string name;
        std::optional<transport::PublicKey> key{};  // none: of those that bring none
        TimePoint expires{};                        // of a token
        bool spent = false;
        std::deque<std::uint64_t> routing_ids{};  // the oldest first
    };

    std::optional<KeyId> id_of(const transport::PublicKey& key);
    void bind(std::uint64_t id, KeyId who);
    std::string free_name(const std::string& wish) const;

    std::string why_out_;  // those that were let in once
    std::vector<Known> known_;
    std::map<transport::PublicKey, KeyId> ids_;
    struct Owner {
        KeyId key = local_key;
        bool in_use = false;
    };
    std::unordered_map<std::uint64_t, Owner> owners_;
};

}  // namespace zanni::broker
