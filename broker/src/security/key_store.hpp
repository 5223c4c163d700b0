#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "security/key_folder.hpp"
#include "security/key_ring.hpp"

namespace zanni::broker {

/// Seconds since 1970: a token's end must mean the same to two programs, and after a restart.
std::int64_t wall_clock_s();

/// The leader's part of a key folder: who may connect, and the tokens. A file for each, so that the broker and the
/// commands of `zanni keys` change them at once without a lock: a key is added by a new file, a token is spent by
/// removing one.
///
/// Threads: one; other processes may change the folder meanwhile.
/// Errors: throws std::runtime_error with one line that names the path, unless a function says otherwise.
class KeyStore {
public:
    struct StoredToken {
        transport::PublicKey key;
        Role role = Role::host;
        std::int64_t expires_s = 0;
    };

    /// Makes the keys of a new convention: the leader's, and this user's with the role admin. Refuses where there are
    /// some already.
    static void make(const std::filesystem::path& folder, const std::string& admin_name);

    /// Of a leader.
    explicit KeyStore(std::filesystem::path folder);

    transport::KeyPair leader() const;
    std::vector<KnownKey> keys() const;
    std::vector<StoredToken> tokens() const;

    /// Under a new name: a taken one is refused with false.
    bool add(const KnownKey& key);
    /// A new token, which the caller hands to the newcomer.
    transport::Token make_token(Role role, std::int64_t now_s, std::int64_t valid_s);
    /// By its name, or its digits. The entry stays, so that nobody brings it again. False: there is none.
    bool revoke(const std::string& name_or_key);

    /// What `keys` and `tokens` are now, unless they are what the last call returned. While one of
    /// them is bad, nothing changes. Errors: logged, once.
    std::optional<KeyRing> read_if_changed(TimePoint now);
    /// Errors: logged.
    void keep(const Enrolment& enrolment);

private:
    std::filesystem::path members() const { return folder_ / "members"; }
    std::filesystem::path tokens_folder() const { return folder_ / "tokens"; }
    bool has_changed();

    std::filesystem::path folder_;
    std::optional<std::filesystem::file_time_type> read_at_;  // when the folders had last changed
    bool is_settled_ = false;
    std::string last_error_;
};

}  // namespace zanni::broker
