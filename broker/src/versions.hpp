#pragma once

#include <string_view>

namespace zanni::broker {

/// Whether hosts of these two versions of the library may be in one convention: with the same first number, and before
/// 1.0, when a minor version may break things, with the same second one. False for what is no version.
bool work_together(std::string_view one, std::string_view other);

}  // namespace zanni::broker
