#include "runtime/words.hpp"

#include <zanni/gateway.hpp>

#include "runtime/cell.hpp"

namespace zanni::detail {

std::string name_of(const Cell& cell) { return std::string(cell.type->name) + " " + cell.address.to_string(); }

Error error_of(const Undeliverable& notice) {
    Error error{notice.reason, "for " + notice.target.to_string()};
    if (notice.reason == Error::too_large)
        error.context += ": between processes a message has " + std::to_string(message_bytes_max) + " bytes at most";
    return error;
}

AnyMessage any_of(const Envelope& envelope) {
    try {
        return envelope.any();
    } catch (...) {
        return {envelope.message_id(), std::string(envelope.info().name), {}};
    }
}

std::string needs(std::string_view type, const std::vector<std::string>& missing) {
    std::string text(type);
    for (const auto& phrase : missing) text += (&phrase == missing.data() ? " needs " : ", ") + phrase;
    return text;
}

}  // namespace zanni::detail
