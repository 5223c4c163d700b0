#include "puppet.hpp"

#include <signal.h>

namespace zanni::semantics {

Address Puppet::make(const Make& order) {
    const CreateOptions options{
        .name = order.name, .requirements = order.here ? Requirements{} : far(), .supervision = order.supervision};
    const Address child =
        order.kind == "Puppet" ? create<Puppet>(options) : create("zanni.semantics." + order.kind, options);
    for (std::int32_t number = 1; number <= order.numbers; ++number) send(child, number);
    return child;
}

void Puppet::exit_before_numbers(const ExitBeforeNumbers& order) {
    send(address(), ExitRequest{});
    for (std::int32_t number = 1; number <= order.numbers; ++number) send(address(), number);
}

void Puppet::leave(const Leave& order) {
    if (!order.farewell.empty()) send(parent(), Say{order.farewell});
    exit();
}

Task<Done> Puppet::go_there_and_back(const GoThereAndBack& order) {
    const auto there = co_await ask<Address>(order.where, Knock{}, patience);
    if (!there) note("never came there: " + there.error().to_string());
    co_return Done{};
}

void Puppet::kill_process(const KillProcess& order) { ::raise(order.signal); }

void Puppet::exit_request(const ExitRequest&) {
    if (!last_words_.target) return;
    send(last_words_.target, Say{"farewell"});
    if (last_words_.then_throw) throw std::runtime_error("not yet");
}

void Puppet::dead_letter(const DeadLetter& letter) {
    const std::string reason(to_string(letter.reason));
    if (const auto number = letter.message.as<std::int32_t>())
        note(std::to_string(*number) + " " + reason, letter.target);
    else if (const auto say = letter.message.as<Say>())
        note(say->text + " " + reason, letter.target);
}

}  // namespace zanni::semantics
