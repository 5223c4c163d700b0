#include <catch2/catch.hpp>

#include "process.hpp"

namespace zanni {

namespace {

using namespace test;

constexpr std::uint32_t beta = 0xb2000001;
constexpr std::uint32_t gamma_host = 0xc3000001;
const Address witness = detail::make_address({0x0000000300000001, 7});

struct Listen {
    bool on = true;
};

/// Passes what it hears on to the witness.
class Watcher : public Actor {
public:
    void listen(const Listen& order) { notify_on_convention_changes(order.on); }
    void hear(const ConventionUpdate& update) { send(witness, update); }
    using Behavior = zanni::Behavior<&Watcher::listen, &Watcher::hear>;
};

/// What was passed on since the last look: "joined beta {1}".
std::vector<std::string> heard(Process& process) {
    std::vector<std::string> words;
    for (const auto& update : process.posted<ConventionUpdate>()) {
        const char* const kinds[] = {"", "joined ", "changed ", "left "};
        std::string text = kinds[update.kind] + update.host;
        for (const auto& [key, value] : update.capabilities) text += " " + key + "=" + to_string(value);
        words.push_back(text + (update.reason.empty() ? "" : ": " + update.reason));
    }
    process.gateway.posted.clear();
    return words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("a late watcher hears of every host already there, and then of each change once, in order", "[D5]") {
    Process process;
    process->host_present(beta, "beta", {{"Server", true}});
    process->host_present(gamma_host, "gamma", {});
    const Address watcher = process.create<Watcher>();

    process.send(watcher, Listen{});
    CHECK(heard(process) == Words{"joined beta Server=true", "joined gamma"});
    process.send(watcher, Listen{});  // it does already

    process->host_present(beta, "beta", {{"Server", false}});
    process->host_present(beta, "beta", {{"Server", false}});  // said again
    process->host_gone(gamma_host, "left");
    process->host_gone(gamma_host, "left");
    process->host_present(gamma_host, "gamma", {});
    process.run();

    CHECK(heard(process) == Words{"changed beta Server=false", "left gamma: left", "joined gamma"});
    CHECK(process.all_accounted_for());
}

TEST_CASE("a host that had changed before is joined for a late watcher", "[D5]") {
    Process process;
    process->host_present(beta, "beta", {});
    process->host_present(beta, "beta", {{"GPU", 2}});
    const Address watcher = process.create<Watcher>();

    process.send(watcher, Listen{});

    CHECK(heard(process) == Words{"joined beta GPU=2"});
}

TEST_CASE("who wants to hear no more of the convention, or has ended, hears nothing that was under way", "[D5]") {
    Process process;
    const Address watcher = process.create<Watcher>();
    const Address ending = process.create<Watcher>();
    process.send(watcher, Listen{});
    process.send(ending, Listen{});

    process->send(make_envelope(watcher, Address{}, Listen{false}));
    process->send(make_envelope(ending, Address{}, ExitRequest{}));
    process->host_present(beta, "beta", {});
    process.run();
    process->host_present(gamma_host, "gamma", {});
    process.run();

    CHECK(heard(process).empty());
    CHECK(process->actor_count() == 1);
    CHECK(process.all_accounted_for());
}

TEST_CASE("an update that an actor hands on is a message like any other", "[D5]") {
    Process process;
    const Address watcher = process.create<Watcher>();

    process.send(watcher, ConventionUpdate{"beta", beta, {}}, witness);

    CHECK(heard(process) == Words{"joined beta"});
}

TEST_CASE("in a convention a change of capabilities goes to the host, and takes effect when the host says so", "[D4]") {
    Process process;
    process.gateway.offers = {{"GPU", true}};
    CreateOptions options;
    options.requirements = {{"GPU", true}};
    process.runtime.create({&actor_type<Watcher>(), actor_type<Watcher>().name, options, {}, {}});
    process.run();

    REQUIRE(process->update_capability("GPU", std::nullopt));
    process.run();
    CHECK(process.gateway.updated == decltype(process.gateway.updated){{"GPU", std::nullopt}});
    CHECK(process->actor_count() == 1);

    process.gateway.offers = {};
    process->capabilities_changed();
    process.run();
    CHECK(process->actor_count() == 0);
    CHECK(process.all_accounted_for());
}

TEST_CASE("what another process required of an actor here is asked again when the host changes", "[D4]") {
    Process process;
    process.registry.add<Watcher>();
    process.gateway.offers = {{"GPU", true}, {"Disk", true}};
    const Address chosen = detail::make_address({own_process, detail::minted_bit | 5});
    process.deliver(detail::make_address({own_process, detail::process_itself}),
                    detail::CreateActor{chosen, witness, {}, std::string(actor_type<Watcher>().name), {{"GPU", true}}},
                    witness);
    REQUIRE(process->actor_count() == 1);

    process.gateway.offers.erase("Disk");
    process->capabilities_changed();
    process.run();
    CHECK(process->actor_count() == 1);

    process.gateway.offers.erase("GPU");
    process->capabilities_changed();
    process.run();
    CHECK(process->actor_count() == 0);
    CHECK(process.posted<ChildExited>().size() == 1);
}

}  // namespace zanni
