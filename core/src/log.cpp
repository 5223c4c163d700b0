#include "log.hpp"

#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace zanni::log {

namespace {

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>("zanni", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_level(spdlog::level::warn);
        made->set_pattern("%Y-%m-%d %H:%M:%S.%e %-5l zanni: %v");
        made->flush_on(spdlog::level::warn);
        return made;
    }();
    return *instance;
}

spdlog::string_view_t view(std::string_view line) { return {line.data(), line.size()}; }

}  // namespace

void debug(std::string_view line) { logger().debug(view(line)); }
void info(std::string_view line) { logger().info(view(line)); }
void warn(std::string_view line) { logger().warn(view(line)); }
void error(std::string_view line) { logger().error(view(line)); }

bool set_level(std::string_view level) {
    for (const auto& [name, value] : {std::pair{"debug", spdlog::level::debug},
                                      {"info", spdlog::level::info},
                                      {"warn", spdlog::level::warn},
                                      {"error", spdlog::level::err},
                                      {"off", spdlog::level::off}}) {
        if (level != name) continue;
        logger().set_level(value);
        return true;
    }
    return false;
}

void set_origin(std::string_view origin) {
    logger().set_pattern("%Y-%m-%d %H:%M:%S.%e %-5l " + std::string(origin) + ": %v");
}

}  // namespace zanni::log
