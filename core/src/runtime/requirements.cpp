#include <algorithm>
#include <iterator>
#include <utility>

#include "control_characters.hpp"
#include "runtime/runtime.hpp"

/// What a host offers may change while actors run that need it.
namespace zanni::detail {

namespace {

constexpr std::size_t key_bytes_max = 256;
constexpr std::size_t text_bytes_max = 1'024;
constexpr std::size_t capabilities_max = 256;

std::expected<void, Error> check(const std::string& key, const std::optional<CapabilityValue>& value) {
    const auto no = [](std::string why) { return std::unexpected(Error{Error::bad_input, std::move(why)}); };
    if (key.empty() || key.size() > key_bytes_max || has_control_characters(key))
        return no("a capability's key has 1 to 256 bytes and no control characters");
    const auto* const text = value ? std::get_if<std::string>(&*value) : nullptr;
    if (text && (text->size() > text_bytes_max || has_control_characters(*text)))
        return no("the value of " + key + " has more than 1,024 bytes, or control characters");
    return {};
}

}  // namespace

Capabilities Runtime::capabilities() const {
    if (parts_.gateway) return parts_.gateway->capabilities();
    const std::scoped_lock lock(requirements_mutex_);
    return parts_.capabilities;
}

std::expected<void, Error> Runtime::update_capability(const std::string& key,
                                                      const std::optional<CapabilityValue>& value) {
    if (auto valid = check(key, value); !valid) return valid;
    if (parts_.gateway) return parts_.gateway->update_capability(key, value);
    {
        const std::scoped_lock lock(requirements_mutex_);
        Capabilities next = parts_.capabilities;
        change(next, key, value);
        if (next == parts_.capabilities) return {};
        if (next.size() > capabilities_max)
            return std::unexpected(Error{Error::too_large, "a host offers at most 256 capabilities"});
        parts_.capabilities = std::move(next);
    }
    capabilities_changed();
    return {};
}

/// Noted before the new one can run, so before anybody else can know of it. True if it has any.
bool Runtime::note_requirements(Cell& cell, const Requirements& extra) {
    Requirements all = cell.type->requirements();
    std::ranges::copy(extra, std::back_inserter(all));
    if (all.empty()) return false;
    cell.has_requirements = true;
    const std::scoped_lock lock(requirements_mutex_);
    requirements_.insert_or_assign(cell.address, std::move(all));
    return true;
}

/// What the host offers may have changed since the actor was placed, before its requirements were noted.
void Runtime::end_if_unfit(const Address& address, const ActorType& type, const Requirements& extra) {
    if (!unmet_here(type, extra).empty()) send(make_envelope(address, Address{}, ExitRequest{}));
}

void Runtime::forget_requirements(Cell& cell) {
    if (!std::exchange(cell.has_requirements, false)) return;
    const std::scoped_lock lock(requirements_mutex_);
    requirements_.erase(cell.address);
}

void Runtime::capabilities_changed() {
    const Capabilities offered = capabilities();
    std::vector<Address> unfit;
    {
        const std::scoped_lock lock(requirements_mutex_);
        for (const auto& [address, requirements] : requirements_)
            if (!unmet(offered, requirements).empty()) unfit.push_back(address);
    }
    for (const Address& address : unfit) send(make_envelope(address, Address{}, ExitRequest{}));
}

}  // namespace zanni::detail
