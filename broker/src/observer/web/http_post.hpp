#pragma once

#include <expected>
#include <string>

namespace zanni::broker {

/// Posts JSON to an address such as "http://127.0.0.1:4318/v1/traces". True when it was taken: an answer of 200 to 299.
/// Errors: one line, why it wasn't. Blocks: up to 10 s. Limits: no TLS.
std::expected<void, std::string> post_json(const std::string& url, const std::string& body);

}  // namespace zanni::broker
