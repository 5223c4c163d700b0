#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/actor_type.hpp>

namespace zanni {

/// The actor types that a process can create by name.
/// Threads: filled before the process starts, then only read.
class Registry {
public:
    template <class T>
    void add() {
        add(actor_type<T>());
    }
    /// A second type of one name replaces nothing. Errors: throws std::invalid_argument.
    void add(const ActorType& type);

    /// Null when there is none of that name.
    const ActorType* find(std::string_view name) const;
    std::vector<std::string> names() const;

private:
    std::map<std::string_view, const ActorType*> types_;
};

}  // namespace zanni
