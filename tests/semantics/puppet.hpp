#pragma once

#include <string>

#include "notebook.hpp"

namespace zanni::semantics {

/// To a Puppet: create a child of that kind, and in the same breath send it so many numbers, from 1 on. The answer is
/// its address.
struct Make {
    std::string kind = "Puppet";
    std::int32_t numbers = 0;
    SupervisionPolicy supervision{};
    bool here = false;  ///< in the puppet's own process; else wherever Far is offered
    std::string name{};
};
/// To a Puppet: send this text there.
struct Tell {
    Address target;
    std::string text;
};
/// To a Puppet: send a Fail there.
struct TellToFail {
    Address target;
};
/// To a Puppet: send yourself an ExitRequest, then so many numbers, from 1 on.
struct ExitBeforeNumbers {
    std::int32_t numbers = 0;
};
struct WatchIt {
    Address target;
};
struct UnwatchIt {
    Address target;
};
struct LinkTo {
    Address target;
};
struct UnlinkFrom {
    Address target;
};
struct HandleDeadLetters {
    bool on = true;
};
/// To a Puppet: on an ExitRequest, send your last words there.
struct LastWordsTo {
    Address target;
    bool then_throw = false;
};
/// To a Puppet: send your parent this text, and leave by exit().
struct Leave {
    std::string farewell{};
};
/// To a Puppet: there and back, behind all that the actors of that process have sent you before.
struct GoThereAndBack {
    Address where;
};
/// To a Puppet: end your process by this signal.
struct KillProcess {
    std::int32_t signal = 0;
};

/// Does as it is told, and notes what follows.
class Puppet : public Notebook {
public:
    Address make(const Make& order);
    void tell(const Tell& order) { send(order.target, Say{order.text}); }
    void tell_to_fail(const TellToFail& order) { send(order.target, Fail{}); }
    void exit_before_numbers(const ExitBeforeNumbers& order);
    Done watch_it(const WatchIt& order) { return watch(order.target), Done{}; }
    Done unwatch_it(const UnwatchIt& order) { return unwatch(order.target), Done{}; }
    Done link_to(const LinkTo& order) { return link(order.target), Done{}; }
    Done unlink_from(const UnlinkFrom& order) { return unlink(order.target), Done{}; }
    Done dead_letters(const HandleDeadLetters& order) { return handle_dead_letters(order.on), Done{}; }
    Done last_words_to(const LastWordsTo& order) { return last_words_ = order, Done{}; }
    void leave(const Leave& order);
    Task<Done> go_there_and_back(const GoThereAndBack& order);
    void kill_process(const KillProcess& order);

    void exit_request(const ExitRequest&);
    void child_exited(const ChildExited& end) { note("child exited: " + end.cause.to_string(), end.address); }
    void down(const Down& end) { note("down: " + end.cause.to_string(), end.address); }
    void poison(const PoisonMessage& poison) { note("poison: " + poison.what); }
    void dead_letter(const DeadLetter& letter);

    using Behavior =
        zanni::Behavior<&Puppet::knock, &Puppet::parents_address, &Puppet::say, &Puppet::number, &Puppet::fail,
                        &Puppet::await_notes, &Puppet::make, &Puppet::tell, &Puppet::tell_to_fail,
                        &Puppet::exit_before_numbers, &Puppet::watch_it, &Puppet::unwatch_it, &Puppet::link_to,
                        &Puppet::unlink_from, &Puppet::dead_letters, &Puppet::last_words_to, &Puppet::leave,
                        &Puppet::go_there_and_back, &Puppet::kill_process, &Puppet::exit_request, &Puppet::child_exited,
                        &Puppet::down, &Puppet::poison, &Puppet::dead_letter>;

private:
    LastWordsTo last_words_;
};

class ThrowsInConstructor : public Puppet {
public:
    ThrowsInConstructor() { throw std::runtime_error("no bread in the house"); }
};

class NeedsOven : public Puppet {
public:
    static Requirements requirements() { return {{"Oven", true}}; }
};

/// Does in its constructor all that an actor may do there.
class EarlyBird : public Puppet {
public:
    EarlyBird() {
        if (!parent()) return;
        send(parent(), Say{"born"});
        send(create<Puppet>(), Tell{parent(), "the grandchild too"});
    }
};

}  // namespace zanni::semantics
