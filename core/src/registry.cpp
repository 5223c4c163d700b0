#include <zanni/registry.hpp>

#include <mutex>
#include <stdexcept>

namespace zanni {

namespace {

[[noreturn]] void registered_twice(std::string_view name) {
    throw std::invalid_argument("actor type " + std::string(name) + " is registered twice");
}

}  // namespace

Registry::Registry(const Registry& other) {
    const std::shared_lock lock(other.mutex_);
    types_ = other.types_;
}

void Registry::add(const ActorType& type) {
    const std::unique_lock lock(mutex_);
    if (!types_.emplace(type.name, &type).second) registered_twice(type.name);
}

void Registry::merge(const Registry& other) {
    const Registry added(other);
    const std::unique_lock lock(mutex_);
    for (const auto& [name, type] : added.types_)
        if (const auto known = types_.find(name); known != types_.end() && known->second != type)
            registered_twice(name);
    types_.insert(added.types_.begin(), added.types_.end());
}

const ActorType* Registry::find(std::string_view name) const {
    const std::shared_lock lock(mutex_);
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : found->second;
}

std::vector<std::string> Registry::names() const {
    const std::shared_lock lock(mutex_);
    std::vector<std::string> names;
    names.reserve(types_.size());
    for (const auto& [name, type] : types_) names.emplace_back(name);
    return names;
}

}  // namespace zanni
