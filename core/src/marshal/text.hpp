#pragma once

#include <functional>
#include <string>

#include <zanni/address.hpp>
#include <zanni/any_message.hpp>

namespace zanni::detail {

/// As zanni::to_text, with addresses by the names that `name_of` gives them, unless that is empty.
std::string to_text(const AnyMessage& message, const std::function<std::string(const Address&)>& name_of);

}  // namespace zanni::detail
