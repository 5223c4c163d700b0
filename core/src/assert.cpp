#include <zanni/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace zanni::detail {

void assertion_failed(const char* expression, const char* context, const char* file, int line) {
    std::fprintf(stderr, "zanni: broken invariant: %s (%s) at %s:%d\n", context, expression, file, line);
    std::abort();
}

}  // namespace zanni::detail
