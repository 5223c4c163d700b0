#pragma once

namespace zanni::detail {

[[noreturn]] void assertion_failed(const char* expression, const char* context, const char* file, int line);

}  // namespace zanni::detail

/// Holds an invariant of Zanni's own, in every build; never used on input from outside. Aborts with the context.
#define ZANNI_ASSERT(expression, context)                 \
    (static_cast<bool>(expression) ? static_cast<void>(0) \
                                   : ::zanni::detail::assertion_failed(#expression, context, __FILE__, __LINE__))
