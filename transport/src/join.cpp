#include <zanni/join.hpp>

#include <fstream>

#include "bus_gateway.hpp"
#include "enrolment.hpp"
#include "security/key_folder.hpp"

namespace zanni {

namespace {

std::string name_of_this_program() {
    std::string name;
    std::getline(std::ifstream("/proc/self/comm"), name);
    return name;
}

}  // namespace

std::unique_ptr<Gateway> join(const std::string& endpoint, const JoinOptions& options) {
    const std::string target = transport::connectable(endpoint);
    auto context = std::make_unique<transport::Context>();
    const auto keys = transport::client_keys_for(target, options.keys);
    const std::uint64_t process = transport::enrol(*context, target, options.wait_longest, keys);
    transport::LaneSettings lanes;
    lanes.policy = options.lanes;
    const std::string program = options.program.empty() ? name_of_this_program() : options.program;
    return std::make_unique<transport::BusGateway>(
        std::move(context),
        transport::BusGateway::Options{
            target, process, program, false, options.wait_longest, keys, {}, lanes, options.forward_log});
}

}  // namespace zanni
