#include "runtime/runtime.hpp"

#include <utility>

#include <zanni/assert.hpp>

#include "runtime/actor_id.hpp"

namespace zanni::detail {

Runtime::Runtime(Parts parts) : parts_(std::move(parts)), cells_(*this) {}

Runtime::~Runtime() {
    for (const auto& endpoint : endpoints()) endpoint->abandon();
    // An actor's destructor may still send, even create: so first nobody takes messages any more.
    const auto drain = [](Cell& cell) {
        cell.mailbox.close();
        while (cell.mailbox.take_rest()) {
        }
    };
    cells_.for_each(drain);
    cells_.for_each([](Cell& cell) {
        current_cell() = &cell;
        if (cell.undertakings) cell.undertakings->suspended.clear();
        cell.actor.reset();
        current_cell() = nullptr;
    });
    cells_.for_each(drain);
}

// ---- Callers from outside

std::shared_ptr<Endpoint> Runtime::make_endpoint() {
    const std::unique_lock lock(endpoints_mutex_);
    std::erase_if(endpoints_, [](const auto& entry) { return entry.second.expired(); });
    const std::uint32_t index = ++last_endpoint_;
    ZANNI_ASSERT(index < question_bit, "two thousand million threads and endpoints have called");
    auto endpoint = std::make_shared<Endpoint>(parts_.process, index);
    endpoints_.emplace(index, endpoint);
    return endpoint;
}

std::vector<std::shared_ptr<Endpoint>> Runtime::endpoints() {
    std::vector<std::shared_ptr<Endpoint>> live;
    const std::shared_lock lock(endpoints_mutex_);
    for (const auto& [index, endpoint] : endpoints_)
        if (auto locked = endpoint.lock()) live.push_back(std::move(locked));
    return live;
}

Cell* Runtime::cell_of(const Address& address) {
    const auto parts = parts_of(address);
    if (parts.process != parts_.process || parts.actor == process_itself || is_endpoint(parts.actor)) return nullptr;
    return cells_.find(parts.actor);
}

std::string_view Runtime::type_name_of(const Address& address) {
    const Cell* const cell = cell_of(address);
    return cell && cell->address == address && cell->type ? cell->type->name : std::string_view{};
}

}  // namespace zanni::detail
