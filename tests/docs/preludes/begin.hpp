#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <zanni/zanni.hpp>

using namespace std::chrono_literals;
