// Writes the first inputs of the corpora: real frames and messages. What the fuzzer found since stands beside them.
// usage: make_seeds CORPUS_FOLDER
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "control_frame.hpp"
#include "control_messages.hpp"
#include "golden.hpp"
#include "marshal_types.hpp"
#include "process_id.hpp"

namespace zanni::fuzz {

using namespace transport;

namespace {

using Bytes = std::vector<std::byte>;

class Corpus {
public:
    Corpus(const std::filesystem::path& folder, const std::string& target) : folder_(folder / target) {
        std::filesystem::create_directories(folder_);
    }
    void add(const std::string& name, const Bytes& bytes) const {
        std::ofstream file(folder_ / ("seed-" + name), std::ios::binary);
        file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }

private:
    std::filesystem::path folder_;
};

Bytes behind(std::initializer_list<std::size_t> front, const Bytes& bytes) {
    Bytes all;
    for (const std::size_t byte : front) all.push_back(static_cast<std::byte>(byte));
    all.insert(all.end(), bytes.begin(), bytes.end());
    return all;
}

Bytes piece(const Bytes& bytes) { return behind({bytes.size() >> 8, bytes.size() & 0xff}, bytes); }

/// Full of every kind of value.
struct Samples {
    HostEntry host{0xb2000001,
                   "beta",
                   "0.1.0",
                   false,
                   {{"Server", true}, {"CPUs", 4}, {"Rate", 2.5}, {"Say", "hi"}},
                   process_id(0xb2000001, 1),
                   {{"echo.EchoServer", {{"Server", true}}}}};
    LaneEntry lane{process_id(0xa1000001, 2), true, std::chrono::seconds(3), 70};
    HostStatus status{
        host,
        {{.process = process_id(0xb2000001, 1), .pid = 4711, .program = "actor process", .actors = 3, .lanes = {lane}}},
        1'000,
        2,
        70'000};
    ExitCause cause{ExitCause::signal, 9, "Killed"};
    Address address = detail::make_address({process_id(0xb2000001, 1), 22});

    ControlMessages control{Hello{"0.1.0"},
                            Welcome{process_id(0xa1000001, 3), "0.1.0"},
                            Refused{Error::refused, "no"},
                            Register{process_id(0xa1000001, 3), 4711, "program", true, host.types},
                            Registered{0xa1000001, {host, host}},
                            RegisterAgain{},
                            Report{.actors = 300, .lanes = {lane}},
                            DeadLetterHandlers{{address, address}},
                            Leave{},
                            EndProcess{},
                            HostChanged{host},
                            HostGone{host.id, "left"},
                            ProcessGone{process_id(0xb2000001, 1), cause},
                            JoinConvention{host},
                            Joined{{host, host}},
                            Heartbeat{status},
                            JoinAgain{},
                            LeaveConvention{},
                            EndHost{},
                            HostStatusRequest{},
                            HostStatusReply{{status, status}},
                            ShutDownConvention{},
                            Acknowledged{},
                            Enrol{},
                            Enrolled{},
                            LogRecord{2, process_id(0xb2000001, 1), "program", address, "text"},
                            LoadModule{"/module.so"},
                            ModuleLoaded{"/module.so", "no such file", {}, "beta"},
                            ClaimNames{{{"registry", address, true, std::chrono::seconds(5)}, {"other", address}}},
                            NameGiven{"registry", address, address},
                            ReleaseName{"registry", address},
                            NameReleased{"registry", address},
                            FindName{"registry", address},
                            NameFound{"registry", address, {}},
                            HostProcesses{{process_id(0xb2000001, 1), process_id(0xb2000001, 2)}},
                            NamesRequest{},
                            NamesReply{{{"registry", address, "beta"}}, 1},
                            UpdateCapability{"key", true},
                            LinkBeat{7, true},

                            HostLoads{{{host.id, 3}, {0xa1000001, 70'000}}},
                            Drain{},
                            DrainHost{"beta", std::chrono::seconds(30)}};

    Numbers numbers{true,   'z',          -1,    255,  -300, 300,           -70'000,
                    70'000, -(1LL << 40), ~0ULL, 0.5F, 0.1,  Colour::green, std::chrono::milliseconds(-5)};
    Texts texts{"text", Bytes(3, std::byte{7}), address, {address}};
    MarshalTypes messages{numbers,
                          texts,
                          Containers{{numbers},
                                     {{"k", {1, std::nullopt}}},
                                     {"a", "b"},
                                     {1, 2, 3},
                                     {true, false},
                                     {true, -1},
                                     {"s", 0.1, {}},
                                     {{Colour::green, {{-1, {1, 2}}}}}},
                          Unordered{{{1, "one"}, {2, "two"}}, {{"x", {1, 2}}}},
                          Choices{texts, {true, 7, 0.1, "s", address}, {{"n", std::monostate{}}}},
                          Tree{"root", {{"left", {}}, {"right", {{"leaf", {}}}}}},
                          Deep{{{{{{{1, 2}, {}}}}}}, std::vector<std::optional<std::vector<Tree>>>{std::nullopt}},
                          ManyLarge{std::vector<Large>(1)},
                          AnyMessage{7, "n", Bytes(3, std::byte{1})},
                          ChildExited{address, cause},
                          DeadLetter{{7, "n", {}}, address, {}, Error::dead_target},
                          PoisonMessage{{7, "n", {}}, "thrown"}};
};

template <std::size_t... I>
void write_control(const Corpus& corpus, const Samples& samples, std::index_sequence<I...>) {
    (corpus.add(std::to_string(I), behind({I}, marshalled(std::get<I>(samples.control)))), ...);
    corpus.add("frame", behind({255}, control_frame(1, 0, std::get<3>(samples.control))));
}

template <std::size_t... I>
void write_marshal(const Corpus& corpus, const Samples& samples, std::index_sequence<I...>) {
    (corpus.add(std::to_string(I), behind({I}, marshalled(std::get<I>(samples.messages)))), ...);
    corpus.add("text", behind({sizeof...(I)}, marshalled(std::get<2>(samples.messages))));
    Bytes deep(marshal_depth_max + 1, std::byte{0x91});  // one deeper than allowed
    deep.push_back(std::byte{0xc0});
    corpus.add("deep", behind({sizeof...(I)}, deep));
    corpus.add("claim", behind({7}, {std::byte{0x91}, std::byte{0xdd}, std::byte{0x7f}, std::byte{0xff},
                                     std::byte{0xff}, std::byte{0xff}}));
}

Bytes part(std::uint16_t left, bool continues) {
    FrameBuilder builder;
    builder.begin_record({.target_actor = 1, .sender_actor = 2, .type = 3, .parts_left = left, .continues = continues})
        .push_back(std::byte{9});
    static_cast<void>(builder.end_record());
    FrameHeader header;
    header.source = 5;
    return piece(builder.finish(header));
}

void write_frames(const Corpus& corpus) {
    for (const std::string name : test::golden_names) corpus.add(name, piece(test::golden(name)));
    Bytes parts = part(2, false);
    for (const auto& next : {part(1, true), part(0, true), part(1, false), part(0, false)})
        parts.insert(parts.end(), next.begin(), next.end());
    corpus.add("parts", parts);
}

/// Peers: 0 0 1 is process 1 of this host, 0 1 200 the first link of the second, 200 a stranger.
void write_broker(const Corpus& corpus) {
    const auto event = [](std::initializer_list<std::size_t> bytes) { return behind(bytes, {}); };
    corpus.add("leader", event({0, 6, 6, 9, 200, 5, 9, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 9, 0, 19, 136}));
    corpus.add("worker", event({1, 7, 0, 2, 1, 1, 'b', 1, '1', 0, 0, 0, 0, 6, 0, 3, 232, 7, 2, 7, 6, 0, 31, 255}));
    corpus.add("processes", event({254, 0xc0, 0xde, 9, 0, 0, 5, 4}));
    // The second host joins, then beats with a status of its own that calls itself the leader.
    corpus.add("member", event({0, 9, 0, 1, 200, 7, 1, 0, 0, 1, 0, 0, 0, 0, 9, 0, 1, 200, 8, 0,
                                1, 0, 0, 1, 0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,   0}));
    const Bytes join = control_frame(0, 0, JoinConvention{{0xb2000001, "beta", "0.1.0", false, {}, 0, {}}});
    corpus.add("raw", behind({0, 3, 0, 1, 200}, piece(join)));
}

}  // namespace

}  // namespace zanni::fuzz

int main(int argc, char** argv) {
    using namespace zanni::fuzz;
    if (argc != 2) return std::cerr << "usage: make_seeds CORPUS_FOLDER\n", 2;
    const std::filesystem::path folder = argv[1];
    const Samples samples;
    write_frames({folder, "frame"});
    write_control({folder, "control"}, samples, std::make_index_sequence<std::tuple_size_v<ControlMessages>>{});
    write_marshal({folder, "marshal"}, samples, std::make_index_sequence<std::tuple_size_v<MarshalTypes>>{});
    write_broker({folder, "broker"});
}
