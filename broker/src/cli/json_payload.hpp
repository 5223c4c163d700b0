#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace zanni::cli {

/// A message written by hand: JSON, as MessagePack. `shape` is what the receiver says the message is made of,
/// "[int32,string]", or empty when nobody does: then each value becomes what is nearest to it. A struct is an array of
/// its fields in order, of which the last ones may be missing; an address is a string as Zanni prints it, bytes are a
/// string of hexadecimal digits, a variant is [number of the alternative, value].
/// Errors: what is wrong, and where: "at [1]: expected a string, found a number".
std::expected<std::vector<std::byte>, std::string> payload_of(std::string_view json, std::string_view shape);

}  // namespace zanni::cli
