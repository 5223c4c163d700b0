#include "cases.hpp"
#include "failure_actors.hpp"

namespace zanni::semantics {

namespace {

/// What comes back for a message that makes its receiver throw.
template <class M>
PoisonMessage poison_for(Bed& bed, const Address& target, const M& message) {
    auto caller = bed.endpoint();
    caller.tell(target, message);
    auto poison = caller.listen<PoisonMessage>(patience);
    if (!poison) FAIL("no poison: " + poison.error().to_string());
    return std::move(*poison);
}

void the_sender_gets_it_back(Bed& bed) {
    const Address fragile = bed.create<Fragile>();

    const auto poison = poison_for(bed, fragile, Fail{"no yeast"});

    CHECK(poison.what == "no yeast");
    REQUIRE(poison.message.is<Fail>());
    CHECK(poison.message.as<Fail>()->what == "no yeast");
    CHECK(bed.notes(fragile, 2) == Bed::Texts{"attempt", "attempt"});
}

void an_actor_gets_it_back(Bed& bed) {
    const Address sender = bed.create_near<Puppet>(), receiver = bed.create<Puppet>();

    bed.tell(sender, TellToFail{receiver});

    CHECK(bed.notes(sender, 1) == Bed::Texts{"poison: no flour"});
    CHECK(bed.notes(receiver, 2) == Bed::Texts{"attempt", "attempt"});
}

void an_ask_ends_with_it(Bed& bed) {
    const Address fragile = bed.create<Fragile>();
    const auto answer = bed.system().ask<Done>(fragile, Fail{"no water"}, patience);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error() == Error{Error::poison, "no water"});
}

void the_second_attempt_may_do(Bed& bed) {
    auto caller = bed.endpoint();
    const Address fragile = bed.create<Fragile>();

    caller.tell(fragile, FailOnce{});

    CHECK(bed.notes(fragile, 2) == Bed::Texts{"attempt", "attempt"});
    CHECK(caller.ask<Address>(fragile, Knock{}, patience).has_value());
    CHECK_FALSE(caller.listen<PoisonMessage>(0ms));
}

void the_actor_goes_on(Bed& bed) {
    const Address fragile = bed.create<Fragile>();
    bed.tell(fragile, Fail{});
    bed.tell(fragile, Say{"next"});
    CHECK(bed.notes(fragile, 3) == Bed::Texts{"attempt", "attempt", "next"});
}

void both_attempts_see_the_same(Bed& bed) {
    const Address fragile = bed.create<Fragile>();
    const auto poison = poison_for(bed, fragile, Bowl{"soup"});
    CHECK(bed.notes(fragile, 2) == Bed::Texts{"soup", "soup"});
    CHECK(poison.message.as<Bowl>()->content == "soup");
}

void what_is_no_exception(Bed& bed) {
    const Address fragile = bed.create<Fragile>();
    CHECK(poison_for(bed, fragile, FailOddly{}).what == "an exception that is no std::exception");
}

/// Not in a simulation, whose trace marshals what it delivers.
void what_has_no_form(Bed& bed) {
    const Address fragile = bed.create<Fragile>();

    const auto poison = poison_for(bed, fragile, Indescribable{"indescribable"});

    CHECK(poison.what == "speechless");
    CHECK(poison.message.is<Indescribable>());
    CHECK(bed.ask<Address>(fragile, Knock{}) == fragile);
}

void poison_is_not_returned(Bed& bed) {
    auto caller = bed.endpoint();
    const Address fragile = bed.create<Fragile>();

    caller.tell(fragile, PoisonMessage{});

    CHECK(bed.notes(fragile, 2) == Bed::Texts{"poisoned", "poisoned"});
    CHECK(caller.ask<Address>(fragile, Knock{}, patience).has_value());
    CHECK_FALSE(caller.listen<PoisonMessage>(0ms));
}

void the_policy_comes_after_the_poison(Bed& bed) {
    const Address fragile = bed.create<Fragile>({.supervision = {.on_failure = SupervisionPolicy::OnFailure::stop}});
    CHECK(poison_for(bed, fragile, Fail{}).what == "no flour");
    CHECK(bed.ask_in_vain<Address>(fragile, Knock{}) == Error::dead_target);
}

constexpr Case cases[] = {
    {"B3", "a handler that throws twice: the sender gets the message back, with the exception's words",
     the_sender_gets_it_back},
    {"B3", "an actor that sent it gets it back too", an_actor_gets_it_back},
    {"B3", "an ask ends with it", an_ask_ends_with_it},
    {"B3", "a handler that throws once gets the message again, and nobody hears of it", the_second_attempt_may_do},
    {"B3", "the actor goes on with the next message", the_actor_goes_on},
    {"B3", "both attempts see the message as it was sent", both_attempts_see_the_same},
    {"B3", "what is thrown need be no exception", what_is_no_exception},
    {"B3", "a message that has no form comes back without its content", what_has_no_form,
     Bases(on_steps | on_threads | on_simulation)},
    {"B3", "a poison message that fails is not returned", poison_is_not_returned},
    {"B3", "the sender hears of it whatever the policy is", the_policy_comes_after_the_poison},
};

}  // namespace

std::span<const Case> failure_cases() { return cases; }

}  // namespace zanni::semantics
