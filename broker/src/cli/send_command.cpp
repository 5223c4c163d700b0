#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/actor_status.hpp>
#include <zanni/actor_system.hpp>
#include <zanni/any_message.hpp>
#include <zanni/join.hpp>
#include <zanni/lifecycle.hpp>
#include <zanni/survey.hpp>

#include "command.hpp"
#include "convention_view.hpp"
#include "duration_flag.hpp"
#include "endpoint_flags.hpp"
#include "json_payload.hpp"
#include "progress.hpp"
#include "usage_error.hpp"

/// `zanni send` and `zanni ask`: a message by hand, to one actor.
namespace zanni::cli {

namespace {

struct MessageFlags {
    JoinFlags join;
    std::string target;
    std::string type;
    std::string json = "[]";
    std::string timeout = "10s";
    bool unchecked = false;
};

constexpr Duration question_longest = std::chrono::seconds(5);

/// What an actor takes, as its process says it, and what it answers: "echo.Ping [int32,string] -> echo.Pong [int32]".
struct Exchanged {
    std::string shape{};
    std::string reply{};  ///< its name; empty: none, or not known
};

Exchanged read(const std::string& text) {
    Exchanged exchanged;
    const auto begin = text.find(' ') + 1;
    const auto arrow = text.find(" -> ", begin);
    exchanged.shape = text.substr(begin, arrow - begin);
    if (arrow == std::string::npos) return exchanged;
    const auto reply = arrow + 4;
    exchanged.reply = text.substr(reply, text.find(' ', reply) - reply);
    return exchanged;
}

/// Of the actor's type; which is that.
std::vector<std::string> messages_of(ActorSystem& system, const Address& target, std::string& type) {
    const auto status = system.ask<ActorStatus>(target, StatusRequest{}, question_longest);
    if (!status)
        throw std::runtime_error(target.to_string() + " doesn't say what it is: " + status.error().to_string());
    type = status->type;
    const auto process = detail::make_address({detail::parts_of(target).process, 0});
    const auto survey = system.ask<Survey>(process, SurveyRequest{0, true}, question_longest);
    if (!survey) throw std::runtime_error("its process doesn't answer: " + survey.error().to_string());
    const auto found = std::ranges::find(survey->types, type, &Survey::Type::name);
    return found == survey->types.end() ? std::vector<std::string>{} : found->messages;
}

Exchanged exchanged_with(ActorSystem& system, const Address& target, const MessageFlags& flags) {
    if (flags.unchecked) return {};
    std::string type;
    const auto messages = messages_of(system, target, type);
    std::vector<std::string> names;
    for (const std::string& message : messages) {
        const auto space = message.find(' ');
        if (message.substr(0, space) == flags.type) return read(message);
        names.push_back(message.substr(0, space));
    }
    if (std::ranges::find(names, "zanni.AnyMessage") != names.end()) return {};  // it takes all
    const auto near = nearest(flags.type, names);
    std::string text = type + " has no handler for " + flags.type;
    if (near) text += "; did you mean " + *near + "?";
    for (const std::string& message : messages) text += "\n  it takes " + message;
    throw std::runtime_error(text + (messages.empty() ? "" : "\n--unchecked sends it all the same"));
}

AnyMessage message_of(const std::string& shape, const MessageFlags& flags) {
    auto payload = payload_of(flags.json, shape);
    if (!payload)
        throw std::runtime_error("JSON '" + flags.json + "': " + payload.error() +
                                 (shape.empty() ? "" : "; " + flags.type + " is " + shape));
    return {hash_name(flags.type), flags.type, std::move(*payload)};
}

std::unique_ptr<ActorSystem> join_as(const MessageFlags& flags, const char* program) {
    return std::make_unique<ActorSystem>(
        join(checked_join(flags.join.endpoint),
             {.program = program, .wait_longest = question_longest, .keys = flags.join.keys}),
        ActorSystem::Options{.workers = 1});
}

void send(const MessageFlags& flags) {
    const auto system = join_as(flags, "zanni send");
    const Address target = find_actor(*system, flags.target);
    system->tell(target, message_of(exchanged_with(*system, target, flags).shape, flags));
}

void ask(const MessageFlags& flags) {
    const auto system = join_as(flags, "zanni ask");
    const Address target = find_actor(*system, flags.target);
    const Exchanged exchanged = exchanged_with(*system, target, flags);
    const Duration longest = parse_duration("--timeout", flags.timeout);
    auto answer = [&] {
        const Progress progress("waiting for the answer");
        return system->ask<AnyMessage>(target, message_of(exchanged.shape, flags), longest);
    }();
    if (!answer) throw std::runtime_error("no answer: " + answer.error().to_string());
    if (const auto poison = answer->as<PoisonMessage>()) throw std::runtime_error("its handler threw: " + poison->what);
    if (answer->type == hash_name(exchanged.reply)) answer->name = exchanged.reply;
    std::puts(to_text(*answer).c_str());
}

void add_flags(CLI::App& command, MessageFlags& flags) {
    command.add_option("ACTOR", flags.target, "its address, as Zanni prints it, or its name")->required();
    command.add_option("TYPE", flags.type, "the message's type, such as echo.Ping")->required();
    command
        .add_option("JSON", flags.json,
                    "its fields in order, such as '[7,\"hi\"]'; those that are left out keep their defaults")
        ->capture_default_str();
    flags.join.add_to(command);
    command.add_flag("--unchecked", flags.unchecked, "don't ask first what the actor takes");
}

}  // namespace

void add_send_command(CLI::App& app) {
    const auto flags = std::make_shared<MessageFlags>();
    CLI::App* const command = app.add_subcommand("send", "send an actor a message, by hand");
    add_flags(*command, *flags);
    command->callback([flags] { send(*flags); });
}

void add_ask_command(CLI::App& app) {
    const auto flags = std::make_shared<MessageFlags>();
    CLI::App* const command = app.add_subcommand("ask", "send an actor a message, and print what it answers");
    add_flags(*command, *flags);
    command->add_option("--timeout", flags->timeout, "how long to wait for that")->capture_default_str();
    command->callback([flags] { ask(*flags); });
}

}  // namespace zanni::cli
