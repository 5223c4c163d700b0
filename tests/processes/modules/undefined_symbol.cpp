#include <zanni/module.hpp>

// A module that was linked without one of its own object files.
extern "C" void zanni_tests_defined_nowhere();

ZANNI_MODULE(registry) {
    static_cast<void>(registry);
    zanni_tests_defined_nowhere();
}
