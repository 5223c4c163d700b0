#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <zanni/actor_system.hpp>

#include "puppet.hpp"

namespace zanni::semantics {

/// What a case runs on: a system of some base, and shorthands for what cases do with it. `create` makes an actor where
/// the base puts it, on the bus on another host; `create_near` makes one in the test's own process.
///
/// Threads: one.
class Bed {
public:
    Bed(System& system, bool crosses_processes) : system_(system), crosses_processes_(crosses_processes) {}
    ~Bed();
    Bed(const Bed&) = delete;
    Bed& operator=(const Bed&) = delete;

    System& system() { return system_; }
    PrivateEndpoint endpoint() { return system_.private_endpoint(); }
    bool crosses_processes() const { return crosses_processes_; }

    template <class T>
    Address create(CreateOptions options = {}) {
        options.requirements.push_back({"Far", true});
        return note_created(system_.create<T>(options));
    }
    template <class T>
    Address create_near(const CreateOptions& options = {}) {
        return note_created(system_.create<T>(options));
    }
    /// A Puppet's child, of a Puppet.
    Address child_of(const Address& parent, const Make& order = {}) { return ask<Address>(parent, order); }

    template <class M>
    void tell(const Address& target, M&& message) {
        system_.tell(target, std::forward<M>(message));
    }
    /// Fails the case when there is no such answer.
    template <class Reply, class M>
    Reply ask(const Address& target, M&& message) {
        auto reply = system_.ask<Reply>(target, std::forward<M>(message), patience);
        if (!reply) FAIL("no answer: " + reply.error().to_string());
        return std::move(*reply);
    }
    /// Why there is no answer; fails the case when there is one.
    template <class Reply, class M>
    Error::Code ask_in_vain(const Address& target, M&& message) {
        const auto reply = system_.ask<Reply>(target, std::forward<M>(message), patience);
        if (reply) FAIL("there is an answer");
        return reply.error().code;
    }

    /// What a Notebook has noted, once it is so much.
    using Texts = std::vector<std::string>;
    Texts notes(const Address& notebook, std::uint64_t count);
    std::vector<Note> whole_notes(const Address& notebook, std::uint64_t count);

    /// Nothing that an actor in the process of `where` has sent before to this Puppet is on its way any more.
    void settle(const Address& puppet, const Address& where) { ask<Done>(puppet, GoThereAndBack{where}); }
    /// This Puppet watches that live actor, which knows of it when the call returns.
    void watch(const Address& puppet, const Address& target) {
        ask<Done>(puppet, WatchIt{target});
        settle(puppet, target);
    }
    /// That much time passes, on the base's clock.
    void let_pass(Duration time) { CHECK_FALSE(endpoint().listen<Done>(time)); }

    /// The far process has been killed: until there is a new one.
    void await_far();

    /// Ends every actor that was created here. False when one doesn't.
    bool end();

private:
    Address note_created(const Created& created);

    System& system_;
    const bool crosses_processes_;
    std::set<Address> created_;
};

}  // namespace zanni::semantics
