#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include <zanni/version.hpp>

#include "convention.hpp"

/// `--config FILE`, `--print-config` and `zanni why-not`, as a user meets them.
namespace zanni::tests {

namespace {

std::string write(Convention& convention, const std::string& text) {
    const std::string path = convention.file("zanni.toml").string();
    std::ofstream(path) << text;
    return path;
}

}  // namespace

TEST_CASE(
    "a configuration is shown by --print-config: what is effective and where it comes from, and can be read again",
    "[D1]") {
    Convention convention;
    const std::string file = write(convention,
                                   "name = \"alpha\"\n"
                                   "listen = [\"tcp://127.0.0.1:*\"]\n"
                                   "down-after = \"7s\"\n"
                                   "insecure = true\n"
                                   "\n"
                                   "[capabilities]\n"
                                   "Server = true\n"
                                   "\"Memory GiB\" = 64\n"
                                   "Rate = 2.0\n"
                                   "Code = \"7\"\n");

    const Ended ended = convention.zanni(
        {"broker", "--down-after", "9s", "--capability", "Server=false", "--print-config", "--config", file});

    CHECK(ended.code == 0);
    CHECK(ended.err.empty());
    CHECK(contains(ended.out, "\nname = \"alpha\"  # " + file + ":1\n"));
    CHECK(contains(ended.out, "listen = [\"tcp://127.0.0.1:*\"]  # " + file + ":2\n"));
    CHECK(contains(ended.out, "\ndown-after = \"9s\"  # flag\n"));
    CHECK(contains(ended.out, "\nsuspect-after = \"2s\"  # default\n"));
    CHECK(contains(ended.out, "\ninsecure = true  # " + file + ":4\n"));
    CHECK(contains(ended.out, "\n# load = []  # default\n"));
    CHECK(contains(ended.out, "\n[capabilities]\n"));
    CHECK(contains(ended.out, "\nServer = false  # flag\n"));
    CHECK(contains(ended.out, "\n\"Memory GiB\" = 64  # " + file + ":8\n"));
    CHECK(contains(ended.out, "\nRate = 2.0  # " + file + ":9\n"));
    CHECK(contains(ended.out, "\nCode = \"7\"  # " + file + ":10\n"));
    CHECK(contains(ended.out, "\nZanni = \"" ZANNI_VERSION "\"  # this machine\n"));
    const auto value_of = [](const std::string& text, const std::string& key) {
        const auto begin = text.find("\n" + key + " = ");
        return text.substr(begin, text.find("  #", begin) - begin);
    };
    const Ended again = convention.zanni({"broker", "--print-config", "--config", write(convention, ended.out)});
    CHECK(again.code == 0);
    for (const std::string key : {"down-after", "insecure", "Server", "Rate", "Code", "CPUs"})
        CHECK(value_of(again.out, key) == value_of(ended.out, key));
}

TEST_CASE("every flag of a host has a key in a configuration file, and a place in the page about it", "[D1]") {
    Convention convention;
    const std::string page = read_text(ZANNI_DOCS_DIR "/placement.md");
    const std::set<std::string> without_key{"help", "config", "print-config", "capability"};
    for (const Arguments& verb : {Arguments{"broker"}, Arguments{"host", "--join", "tcp://127.0.0.1:1900"}}) {
        const std::string help = convention.zanni({verb.front(), "--help"}).out;
        const std::string printed = convention
                                        .zanni([&] {
                                            Arguments arguments = verb;
                                            arguments.emplace_back("--print-config");
                                            return arguments;
                                        }())
                                        .out;
        std::string all_set;
        std::istringstream lines(help);
        for (std::string line; std::getline(lines, line);) {
            const auto dashes = line.find("--");
            if (dashes == std::string::npos || line.find_first_not_of(' ') + 3 < dashes) continue;  // of a text
            const auto begin = dashes + 2;
            const std::string flag = line.substr(begin, line.find_first_of(" ,", begin) - begin);
            if (without_key.contains(flag)) continue;
            INFO(verb.front() + " --" + flag);
            const auto key = printed.find(flag + " = ");
            REQUIRE(key != std::string::npos);
            all_set += printed.substr(key, printed.find('\n', key) + 1 - key);
            CHECK(contains(page, "`" + flag + "`"));
        }
        REQUIRE(contains(all_set, "log-level"));

        const Ended again = convention.zanni({verb.front(), "--config", write(convention, all_set), "--print-config"});
        CHECK(again.err.empty());
        CHECK(again.code == 0);
    }
}

TEST_CASE("a token is taken from the file too, and never printed", "[D1][security]") {
    Convention convention;
    const std::string file = write(convention, "join = \"tcp://127.0.0.1:1900\"\ntoken = \"hush\"\n");

    const Ended printed = convention.zanni({"host", "--config", file, "--print-config"});

    CHECK(printed.code == 0);
    CHECK(contains(printed.out, "\n# token = (a secret)  # " + file + ":2\n"));
    CHECK_FALSE(contains(printed.out, "hush"));
}

TEST_CASE("what is wrong in a configuration file is told with file, line and key", "[D1]") {
    Convention convention;
    const auto complaint = [&](const std::string& text) {
        const std::string file = write(convention, text);
        const Ended ended = convention.zanni({"host", "--config", file});
        CHECK(ended.code == 2);
        CHECK(ended.out.empty());
        REQUIRE(ended.err.starts_with("zanni: " + file + ":"));
        return ended.err.substr(("zanni: " + file + ":").size());
    };

    CHECK(complaint("\ndown-afer = \"5s\"\n") == "2: there is no key down-afer; did you mean down-after?\n");
    CHECK(complaint("color = 5\n")
              .starts_with(
                  "1: there is no key color; 'zanni host' knows capabilities, join, invited, listen, advertise, "));
    CHECK(complaint("name = alpha\n") == "1: no value: expected true, false, a number, or a text in quotes\n");
    CHECK(complaint("down-after = 5\n") == "1: down-after: expected a text in quotes, such as \"5s\"\n");
    CHECK(complaint("join = \"tcp://127.0.0.1:1900\"\nsuspect-after = \"9s\"\n")
              .starts_with("2: --heartbeat-interval 1s, --suspect-after 9s, --down-after 5s: "));
    CHECK(complaint("capability = [\"Server=true\"]\n") ==
          "1: there is no key capability; did you mean capabilities?\n");
    CHECK(complaint("name = 5\n") == "1: name: expected a text in quotes\n");
    CHECK(complaint("load = [\"a.so\", 5]\n") == "1: load: expected a text in quotes, or an array of such\n");
    CHECK(complaint("insecure = \"yes\"\n") == "1: insecure: expected true or false\n");
    CHECK(complaint("capabilities = 5\n") == "1: capabilities: expected a table: [capabilities]\n");
    CHECK(complaint("[capabilities]\n\"Memory GiB\" = [1]\n") ==
          "2: capabilities.\"Memory GiB\": expected true, false, a number or a text in quotes\n");
    CHECK(complaint("join = \"tcp://127.0.0.1:1900\"\ndown-after = \"soon\"\n") ==
          "2: down-after soon: expected a time, such as 300ms or 5s\n");
    CHECK(complaint("join = \"http://x\"\n") ==
          "1: join 'http://x' is no endpoint: expected tcp://HOST:PORT or ipc://PATH\n");
    CHECK(complaint("name = \n").starts_with("1: "));
    CHECK(convention.zanni({"broker", "--config", "nowhere.toml"}).err ==
          "zanni: --config 'nowhere.toml': no such file\n");
    CHECK(convention.zanni({"broker", "--config", "/tmp"}).err == "zanni: --config '/tmp' is a folder\n");
    convention.nothing_is_left();
}

TEST_CASE("a host runs from a configuration file, and why-not says who fits and what the others lack", "[D1][D3]") {
    Convention convention;
    convention.start_leader();
    convention.start_worker("server", {"--config", write(convention, "load = \"" ZANNI_ECHO_MODULE "\"\n"
                                                                     "[capabilities]\n"
                                                                     "Server = true\n"
                                                                     "\"Memory GiB\" = 32\n")});
    const auto why_not = [&](Arguments arguments) {
        arguments.insert(arguments.begin(), "why-not");
        arguments.insert(arguments.end(), {"--join", convention.endpoint()});
        return convention.zanni(arguments);
    };

    const Ended fits = why_not({"echo.EchoServer"});
    CHECK(fits.code == 0);
    CHECK(contains(fits.out, "leader has not loaded the type\n"));
    CHECK(contains(fits.out, "server fits\n"));

    const Ended lacks = why_not({"echo.EchoServer", "--require", "Memory GiB>=64"});
    CHECK(lacks.code == 1);
    CHECK(contains(lacks.out, "server needs Memory GiB >= 64 (has 32)\n"));

    CHECK(why_not({"echo.EchoServer", "--require", "Memory GiB>=64 || Server"}).code == 0);
    const Ended unknown = why_not({"echo.EchoServr"});
    CHECK(unknown.code == 1);
    CHECK(unknown.err == "zanni: no host could run an actor of type echo.EchoServr; did you mean echo.EchoServer?\n");
    const Ended wrong = why_not({"echo.EchoServer", "--require", ">=64"});
    CHECK(wrong.code == 2);
    CHECK(wrong.err == "zanni: --require '>=64' is no requirement: it begins with a key, such as 'Memory GiB>=64'\n");
    convention.shut_down();
}

}  // namespace zanni::tests
