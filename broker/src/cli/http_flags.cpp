#include "http_flags.hpp"

#include <cstdio>
#include <exception>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "bus_endpoint.hpp"
#include "command.hpp"
#include "log.hpp"
#include "observer/access.hpp"

namespace zanni::cli {

namespace {

constexpr std::size_t log_lines_kept = 200;

}  // namespace

void HttpFlags::add_to(CLI::App& command) {
    command.add_option("--http", listen,
                       "ADDRESS:PORT, such as 127.0.0.1:1980, where a live page and /metrics show how the convention "
                       "fares (default: nowhere)");
    command
        .add_option("--http-name", names,
                    "name by which browsers call it, when that is not its address, such as one of a proxy; repeatable")
        ->allow_extra_args(false);
    command.add_option("--http-token", token_file,
                       "file with a token that whoever looks must have; needed beyond this machine");
    command.add_flag("--http-admin", admin, "let the page end actors and drain hosts");
}

void HttpFlags::check() const {
    if (!is_wanted()) {
        if (!names.empty() || !token_file.empty() || admin)
            throw CannotStart("--http-name, --http-token and --http-admin go with --http ADDRESS:PORT");
        return;
    }
    if (!broker::provided_observer())
        throw CannotStart("--http " + listen +
                          ": this program has no observer (build zanni with ZANNI_OBSERVER, and use its own program)");
    const auto endpoint = transport::parse_bus_endpoint("tcp://" + listen);
    if (!endpoint) throw CannotStart("--http " + listen + ": expected ADDRESS:PORT, such as 127.0.0.1:1980");
    if (!endpoint->is_local() && token_file.empty())
        throw CannotStart("--http " + listen +
                          ": refused, as anybody on the network could look: name a file with a token by --http-token, "
                          "or listen on 127.0.0.1");
}

broker::ObserverOptions HttpFlags::options(const std::string& host) const {
    std::string token;
    try {
        if (!token_file.empty()) token = broker::read_token(token_file);
    } catch (const std::exception& error) {
        throw CannotStart(std::string("--http-token ") + error.what());
    }
    log::keep_latest(log_lines_kept);
    return {listen, names, token, admin, {}, host};
}

std::unique_ptr<broker::RunningObserver> start_observer(const broker::ObserverOptions& options) try {
    auto observer = broker::provided_observer()(options);
    std::printf("zanni: observer at %s\n", observer->url().c_str());
    std::fflush(stdout);
    return observer;
} catch (const std::exception& error) {
    log::error(error.what());
    return nullptr;
}

}  // namespace zanni::cli
