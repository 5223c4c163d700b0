#include "observer/observer_options.hpp"

#include <utility>

namespace zanni::broker {

namespace {

StartObserver& provided() {
    static StartObserver start;
    return start;
}

}  // namespace

void provide_observer(StartObserver start) { provided() = std::move(start); }
const StartObserver& provided_observer() { return provided(); }

}  // namespace zanni::broker
