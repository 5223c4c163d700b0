/// What this host offers changes while it runs.
#include <utility>

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"

namespace zanni::broker {

using namespace transport;

void Broker::on_update_capability(const Peer& from, const UpdateCapability& update) {
    if (!processes_.knows(from.process())) return;
    HostEntry next = self_;
    change(next.capabilities, update.key, update.value);
    if (next.capabilities == self_.capabilities) return;
    // To refuse the process itself would end it.
    if (const auto fits = check(next); !fits) return log::warn("a capability was refused: " + fits.error().to_string());
    log::info("the capability " + update.key +
              (update.value ? " is " + zanni::to_string(*update.value) : " is no more"));
    self_ = std::move(next);
    self_changed();
}

}  // namespace zanni::broker
