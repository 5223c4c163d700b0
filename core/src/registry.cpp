#include <zanni/registry.hpp>

#include <stdexcept>

namespace zanni {

void Registry::add(const ActorType& type) {
    if (!types_.emplace(type.name, &type).second)
        throw std::invalid_argument("actor type " + std::string(type.name) + " is registered twice");
}

const ActorType* Registry::find(std::string_view name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : found->second;
}

std::vector<std::string> Registry::names() const {
    std::vector<std::string> names;
    names.reserve(types_.size());
    for (const auto& [name, type] : types_) names.emplace_back(name);
    return names;
}

}  // namespace zanni
