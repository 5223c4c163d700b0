#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace zanni::broker {

/// A host's --http flags, and what the host itself is.
struct ObserverOptions {
    std::string listen;              ///< "127.0.0.1:1980"; port 0: a free one
    std::vector<std::string> names;  ///< by which browsers may call it too, with or without a port
    std::string token;               ///< empty: none is asked for
    bool admin = false;              ///< the page may end actors and drain hosts
    std::string endpoint;            ///< of the host's broker, by ipc
    std::string host;                ///< the host's name
};

/// At work for as long as it lives.
class RunningObserver {
public:
    virtual ~RunningObserver() = default;
    /// "http://127.0.0.1:1980/".
    virtual std::string url() const = 0;
};

/// How a program that has an observer starts it; a program without one has none to give. Errors: it throws
/// std::runtime_error with one line, such as an address in use.
using StartObserver = std::function<std::unique_ptr<RunningObserver>(const ObserverOptions&)>;
void provide_observer(StartObserver start);
const StartObserver& provided_observer();

}  // namespace zanni::broker
