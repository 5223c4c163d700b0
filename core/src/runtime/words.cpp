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

}  // namespace zanni::detail
