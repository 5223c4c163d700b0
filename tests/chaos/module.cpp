#include "actors.hpp"

ZANNI_MODULE(registry) {
    registry.add<chaos::Courier>();
    registry.add<chaos::Glutton>();
    registry.add<chaos::Parent>();
}
