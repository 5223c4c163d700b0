#include <zanni/convention_status.hpp>
