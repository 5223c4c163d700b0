#include <zanni/clock.hpp>

namespace zanni {

TimePoint SystemClock::now() const { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

}  // namespace zanni
