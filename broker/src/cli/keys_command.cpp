#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "command.hpp"
#include "duration_flag.hpp"
#include "endpoint_flags.hpp"
#include "enrol_command.hpp"
#include "host_facts.hpp"
#include "security/key_folder.hpp"
#include "security/key_store.hpp"

/// `zanni keys`: who may connect. All but `enrol` work on the folder where the leader's keys lie, whether its broker
/// runs or not.
namespace zanni::cli {

namespace {

using broker::KeyStore;

struct KeysFlags {
    std::string keys;
    std::string role = "host";
    std::string valid = "10min";
    std::string key;
    std::string endpoint = default_endpoint;
    std::string token;
    std::string name;
};

std::string user_name() {
    const passwd* const user = ::getpwuid(::geteuid());
    return key_name_from(user ? user->pw_name : "user" + std::to_string(::geteuid()));
}

/// Whatever is wrong with a folder keeps the command from beginning.
template <class Work>
auto on_folder(const Work& work) try {
    return work();
} catch (const CannotStart&) {
    throw;
} catch (const std::exception& error) {
    throw CannotStart(error.what());
}

std::filesystem::path folder_of(const KeysFlags& flags) {
    const auto folder = flags.keys.empty() ? transport::default_key_folder() : std::filesystem::path(flags.keys);
    if (folder.empty() || folder == "none") throw CannotStart("no folder for keys: say --keys DIR");
    return folder;
}

std::string new_token(KeyStore& store, const KeysFlags& flags) {
    const auto role = broker::parse_role(flags.role);
    if (!role) throw CannotStart("--role " + flags.role + ": expected host, client or admin");
    const auto valid = std::chrono::duration_cast<std::chrono::seconds>(parse_duration("--valid", flags.valid));
    if (valid < std::chrono::seconds(1)) throw CannotStart("--valid " + flags.valid + ": expected a second or more");
    return to_text(store.make_token(*role, broker::wall_clock_s(), valid.count()));
}

void init(const KeysFlags& flags) {
    on_folder([&] {
        const auto folder = folder_of(flags);
        KeyStore::make(folder, user_name());
        KeyStore store(folder);
        std::printf(
            "zanni: made the keys of a new convention in %s\n"
            "A host joins within %s, once, with\n  --token %s\n",
            folder.c_str(), flags.valid.c_str(), new_token(store, flags).c_str());
    });
}

void join_token(const KeysFlags& flags) {
    on_folder([&] {
        KeyStore store(folder_of(flags));
        std::puts(new_token(store, flags).c_str());
    });
}

void list(const KeysFlags& flags) {
    on_folder([&] {
        const KeyStore store(folder_of(flags));
        const std::int64_t now = broker::wall_clock_s();
        std::printf("%-24s %-8s %-8s %s\n", "NAME", "ROLE", "STATE", "KEY");
        for (const auto& key : store.keys())
            std::printf("%-24s %-8s %-8s %s\n", key.name.c_str(), to_string(key.role),
                        key.revoked ? "revoked" : "valid", to_text(key.key).c_str());
        for (const auto& token : store.tokens())
            std::printf("%-24s %-8s %-8s %s\n", "(a token)", to_string(token.role),
                        token.expires_s > now ? "unused" : "expired", to_text(token.key).c_str());
    });
}

void revoke(const KeysFlags& flags) {
    const bool found = on_folder([&] { return KeyStore(folder_of(flags)).revoke(flags.key); });
    if (!found) throw std::runtime_error("there is no key '" + flags.key + "'; 'zanni keys list' shows them");
    std::printf("zanni: %s is revoked\n", flags.key.c_str());
}

void enrol(const KeysFlags& flags) {
    const std::string name = flags.name.empty() ? user_name() : flags.name;
    bring_key(folder_of(flags), checked_join(flags.endpoint), flags.token, name);
}

CLI::App* add(CLI::App& keys, const char* verb, const char* what, const std::shared_ptr<KeysFlags>& flags,
              void (*work)(const KeysFlags&)) {
    CLI::App* const command = keys.add_subcommand(verb, what);
    command->add_option("--keys", flags->keys, "folder of the keys (default: ~/.config/zanni/keys)");
    command->callback([flags, work] { work(*flags); });
    return command;
}

}  // namespace

void add_keys_command(CLI::App& app) {
    CLI::App* const keys = app.add_subcommand("keys", "make, hand out and revoke the keys of a convention");
    keys->require_subcommand(1);
    const auto flags = std::make_shared<KeysFlags>();
    add(*keys, "init", "make the keys of a new convention, and a token for its first host", flags, init);
    CLI::App* const token =
        add(*keys, "join-token", "print a token that lets one newcomer bring its key, once", flags, join_token);
    token->add_option("--role", flags->role, "of the newcomer: host, client or admin")->capture_default_str();
    token->add_option("--valid", flags->valid, "how long the token may be used")->capture_default_str();
    add(*keys, "list", "show the keys that may connect, and the unused tokens", flags, list);
    add(*keys, "revoke", "let a key in no more, and cut off what is connected with it", flags, revoke)
        ->add_option("KEY", flags->key, "its name, or its digits")
        ->required();
    CLI::App* const bring = add(
        *keys, "enrol", "bring a key of this user to the leader; hosts do it by 'zanni host --token'", flags, enrol);
    bring->add_option("--join", flags->endpoint, "the leader's endpoint")->capture_default_str();
    bring->add_option("--token", flags->token, "from 'zanni keys join-token'")->required()->envname("ZANNI_TOKEN");
    bring->add_option("--name", flags->name, "as it is listed (default: the user's name)");
}

}  // namespace zanni::cli
