#include "enrol_command.hpp"

#include <algorithm>
#include <cstdio>

#include <zanni/clock.hpp>

#include "command.hpp"
#include "security/key_folder.hpp"
#include "security/key_store.hpp"

namespace zanni::cli {

namespace {

using namespace transport;

constexpr auto enrol_longest = std::chrono::seconds(30);

Token checked_token(const std::string& text) {
    const auto token = parse_token(text);
    if (!token) throw CannotStart("--token: " + token.error().context);
    return *token;
}

/// The pair of this folder, made if it is missing.
KeyPair own_pair(const std::filesystem::path& folder) {
    make_private_folder(folder);
    const auto file = folder / "own.key";
    if (!std::filesystem::exists(file)) write_private_file(file, text_of(make_key_pair()));
    return read_key_pair(file);
}

bool has_enrolled(const std::filesystem::path& folder, const PublicKey& leader) {
    const auto file = folder / "leader.pub";
    if (!std::filesystem::exists(file)) return false;
    check_private_folder(folder);
    if (read_leader_key(file) == leader) return true;
    throw CannotStart(file.string() +
                      ": the keys of another convention than the token's; say --keys DIR for a new folder");
}

}  // namespace

std::string key_name_from(const std::string& text) {
    std::string name;
    for (const char c : text.substr(0, key_name_bytes_max))
        if (check_key_name("a" + std::string(1, c)) && check_key_name(name + c)) name += c;
    return name.empty() ? "unnamed" : name;
}

void bring_key(const std::filesystem::path& folder, const std::string& endpoint, const std::string& text,
               const std::string& name, Meeting meeting) {
    const Token token = checked_token(text);
    if (folder.empty() || folder == "none") throw CannotStart("--token needs a folder for keys: say --keys DIR");
    KeyPair own;
    try {
        if (has_enrolled(folder, token.leader)) return;
        own = own_pair(folder);
    } catch (const std::exception& error) {
        throw CannotStart(error.what());
    }
    if (broker::wall_clock_s() >= token.expires_s)
        throw CannotStart("--token: this token has expired; 'zanni keys join-token' prints a new one");
    const auto enrolled = enrol_key(endpoint, token, own.open, key_name_from(name), enrol_longest, meeting);
    write_private_file(folder / "leader.pub", text_of(token.leader));
    std::fprintf(stderr, "zanni: enrolled as %s %s, keys in %s\n", enrolled.role.c_str(), enrolled.name.c_str(),
                 folder.c_str());
}

}  // namespace zanni::cli
