#pragma once

#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "security/keys.hpp"
#include "security/role.hpp"

namespace zanni::broker {

/// A key that may connect, or might once.
struct KnownKey {
    transport::PublicKey key;
    Role role = Role::client;
    std::string name;
    bool revoked = false;
};

/// A token that nobody has used yet.
struct OpenToken {
    transport::PublicKey key;  ///< of the token itself
    Role role = Role::host;    ///< that it gives
    TimePoint expires;
};

/// Who may come in: all that a leader knows of keys, as it lies on disk; or the other hosts, to a worker. A value.
struct KeyRing {
    std::vector<KnownKey> keys;
    std::vector<OpenToken> tokens{};
    std::string why_out = "your key has been revoked";  ///< is said to those that were let in before
};

/// A newcomer has brought its key.
struct Enrolment {
    transport::PublicKey token;  ///< that is spent by it
    KnownKey key;
};

}  // namespace zanni::broker
