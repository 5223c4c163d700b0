#include <catch2/catch.hpp>

#include "household.hpp"
#include "process.hpp"

namespace zanni {

namespace {

using namespace test;
using detail::CreateActor;
using detail::CreateReply;

const Address far_actor = detail::make_address({far_process, 7});
const Address far_caller = detail::make_address({far_process, detail::endpoint_bit | detail::actor_id(1, 1)});
const Address chosen = detail::make_address({own_process, detail::minted_bit | 5});
const Address itself = detail::make_address({own_process, detail::process_itself});

/// A parent here, whose children's ends are posted to far_actor, and its child over there.
struct FarChild {
    explicit FarChild(Process& process) : parent(process.create<Parent>()) {
        process.send(parent, Watch{far_actor});
        process.send(parent, Make{"far.Child", 3});
        child = process.posted<CreateActor>().at(0).address;
    }
    Address parent;
    Address child;
};

CreateActor request_for(std::string type) { return {chosen, far_actor, far_caller, std::move(type), {}}; }

}  // namespace

TEST_CASE("a child in another process is requested first, then gets its messages in order", "[A3]") {
    Process process;

    const FarChild far(process);

    const auto& posted = process.gateway.posted;
    REQUIRE(posted.size() == 1 + 3);
    const auto* const request = posted[0]->get<CreateActor>();
    REQUIRE(request);
    CHECK(posted[0]->target == detail::make_address({far_process, detail::process_itself}));
    CHECK(request->type == "far.Child");
    CHECK(request->parent == far.parent);
    CHECK_FALSE(request->reply_to);
    CHECK(detail::parts_of(request->address).process == far_process);
    for (int number = 1; number <= 3; ++number) {
        CHECK(posted[number]->target == request->address);
        CHECK(*posted[number]->get<int>() == number);
    }
    CHECK(process.all_accounted_for());
}

TEST_CASE("a requirement that this process doesn't meet sends the child elsewhere", "[D3]") {
    Process process;
    const Address parent = process.create<Parent>();

    process.send(parent, Make{"needs oven"});
    process.gateway.offers = {{"Oven", true}};
    process.send(parent, Make{"needs oven"});

    REQUIRE(process.posted<CreateActor>().size() == 1);
    CHECK(process.posted<CreateActor>()[0].type == "zanni.test.NeedsOven");
    CHECK(process->actor_count() == 2);
}

TEST_CASE("a parent hears once that its child can't be created, because the request came back", "[A3]") {
    Process process;
    const FarChild far(process);

    for (auto& envelope : std::exchange(process.gateway.posted, {}))
        process->undeliverable(std::move(envelope), Error::dead_target);
    process->process_gone(far_process, {});
    process.run();

    const auto ends = process.posted<ChildExited>();
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].address == far.child);
    CHECK(ends[0].cause.kind == ExitCause::start_failure);
    CHECK_THAT(ends[0].cause.detail, Catch::Contains("far.Child can't be reached"));
    CHECK(process->counters().dead_letters() == 1 + 3);
    CHECK(process.all_accounted_for());
}

TEST_CASE("a parent hears that there is no place for its child", "[A3]") {
    Process process;
    process.gateway.placement = std::unexpected(Error{Error::unknown_type, "no host for far.Child"});
    const Address parent = process.create<Parent>();
    process.send(parent, Watch{far_actor});

    process.send(parent, Make{"far.Child", 3});

    CHECK(process.posted<CreateActor>().empty());
    const auto ends = process.posted<ChildExited>();
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].cause == ExitCause{ExitCause::start_failure, 0, "unknown_type: no host for far.Child"});
    CHECK(process->counters().dead_letters() == 3);
    CHECK(process.all_accounted_for());
}

TEST_CASE("a parent hears once of the end of a child in another process", "[A6]") {
    Process process;
    const FarChild far(process);

    process.deliver(far.parent, ChildExited{far.child, {ExitCause::start_failure, 0, "refused"}}, far.child);
    process.deliver(far.parent, ChildExited{far.child, {}}, far.child);
    process->process_gone(far_process, {ExitCause::signal, 9, {}});
    process.run();

    const auto ends = process.posted<ChildExited>();
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].cause.detail == "refused");
    CHECK(process.all_accounted_for());
}

TEST_CASE("a creator elsewhere chooses the address, and what it sends right behind arrives in order", "[A3]") {
    Process process;
    process.registry.add<Child>();

    process->deliver(make_envelope(itself, far_actor, request_for("zanni.test.Child")));
    for (int number = 1; number <= 3; ++number) process->deliver(make_envelope(chosen, far_actor, number));
    process.run();
    process.deliver(chosen, CountEnds{}, far_actor);

    const auto replies = process.posted<CreateReply>();
    REQUIRE(replies.size() == 1);
    CHECK(replies[0].address == chosen);
    CHECK(replies[0].running);
    CHECK(process.posted<std::vector<int>>() == std::vector<std::vector<int>>{{1, 2, 3}});
    CHECK(process.posted<ChildExited>().empty());
    CHECK(process.all_accounted_for());
}

TEST_CASE("a creation asked for elsewhere that fails is told to parent and caller, under the address they chose",
          "[A3]") {
    Process process;
    process.registry.add<Child>();
    process.registry.add<NeedsOven>();
    process.registry.add<ThrowsInConstructor>();
    auto request = request_for("zanni.test.Child");
    Error::Code code{};
    std::string context;

    SECTION("the type is unknown") {
        request.type = "no.such.Type";
        code = Error::unknown_type;
        context = "no actor type no.such.Type in this process";
    }
    SECTION("a requirement of the type is unmet") {
        request.type = "zanni.test.NeedsOven";
        code = Error::unmet_requirement;
        context = "zanni.test.NeedsOven needs Oven = true (has no Oven)";
    }
    SECTION("a requirement of the creator is unmet") {
        request.requirements = {{"Flour", true}, {"Salt", true}};
        code = Error::unmet_requirement;
        context = "zanni.test.Child needs Flour = true (has no Flour), Salt = true (has no Salt)";
    }
    SECTION("the constructor throws") {
        request.type = "zanni.test.ThrowsInConstructor";
        code = Error::start_failed;
        context = "no bread in the house";
    }
    SECTION("the address is another process's") {
        request.address = detail::make_address({far_process, detail::minted_bit | 5});
        code = Error::malformed;
        context = "an address that is not for this process";
    }
    SECTION("the address could be one of this process's own") {
        request.address = detail::make_address({own_process, detail::actor_id(0, 1)});
        code = Error::malformed;
        context = "an address that is not for this process";
    }
    SECTION("the process is ending") {
        process->end_all(Duration::zero());
        code = Error::shut_down;
        context = "this process is ending";
    }
    process.deliver(itself, request, far_actor);

    const auto replies = process.posted<CreateReply>();
    REQUIRE(replies.size() == 1);
    CHECK(replies[0].address == request.address);
    CHECK_FALSE(replies[0].running);
    CHECK(replies[0].code == code);
    CHECK(replies[0].context == context);
    const auto ends = process.posted<ChildExited>();
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].address == request.address);
    CHECK(ends[0].cause.kind == ExitCause::start_failure);
    CHECK_THAT(ends[0].cause.detail, Catch::Contains(context));
    CHECK(process->actor_count() == 0);
    CHECK(process.all_accounted_for());
}

TEST_CASE("an address that is taken stays with its actor", "[A3]") {
    Process process;
    process.registry.add<Child>();
    process.deliver(itself, request_for("zanni.test.Child"), far_actor);

    process.deliver(itself, request_for("zanni.test.Child"), far_actor);
    process.deliver(chosen, Knock{}, far_actor);

    const auto replies = process.posted<CreateReply>();
    REQUIRE(replies.size() == 2);
    CHECK(replies[0].running);
    CHECK(replies[1].code == Error::refused);
    CHECK(replies[1].context == "the address is taken");
    CHECK(process.posted<Address>() == std::vector{chosen});
    CHECK(process->actor_count() == 1);
}

TEST_CASE("a process takes no other messages than requests it can read", "[A3]") {
    Process process;

    process.deliver(itself, 1, far_actor);
    auto unreadable = make_marshalled_envelope(message_id<CreateActor>, {});
    unreadable->target = itself;
    process->deliver(std::move(unreadable));

    CHECK(process->counters().dead_letters() == 2);
    CHECK(process->actor_count() == 0);
    CHECK(process.all_accounted_for());
}

}  // namespace zanni
