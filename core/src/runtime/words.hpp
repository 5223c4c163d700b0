#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/any_message.hpp>
#include <zanni/envelope.hpp>
#include <zanni/error.hpp>

#include "runtime/control.hpp"

/// What the runtime says of actors and messages, in the log and in errors.
namespace zanni::detail {

class Cell;

/// "echo.Server 1.2.3"
std::string name_of(const Cell& cell);
/// What whoever asked is told.
Error error_of(const Undeliverable& notice);
/// "shop.Store needs HasDisk, Memory"
std::string needs(std::string_view type, const std::vector<std::string>& missing);
/// What the answer to Runtime::find_request() says.
std::expected<Address, Error> found(std::expected<EnvelopePtr, Error> answer);
/// As Envelope::any(); without the payload, where that can't be marshalled.
AnyMessage any_of(const Envelope& envelope);

}  // namespace zanni::detail
