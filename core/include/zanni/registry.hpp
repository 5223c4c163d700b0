#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/actor_type.hpp>

namespace zanni {

/// The actor types that a process can create by name.
/// Threads: any; a module may be loaded while actors are created.
class Registry {
public:
    Registry() = default;
    Registry(const Registry& other);
    Registry& operator=(const Registry&) = delete;

    template <class T>
    void add() {
        add(actor_type<T>());
    }
    /// A second type of one name replaces nothing. Errors: throws std::invalid_argument.
    void add(const ActorType& type);
    /// All types of the other, or none: as add(), but that a type that is here already is no error.
    void merge(const Registry& other);

    /// Null when there is none of that name.
    const ActorType* find(std::string_view name) const;
    std::vector<std::string> names() const;

private:
    mutable std::shared_mutex mutex_;  // guards types_
    std::map<std::string_view, const ActorType*> types_;
};

}  // namespace zanni
