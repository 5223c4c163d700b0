#include "parts.hpp"

#include <utility>

#include <zanni/gateway.hpp>

#include "log.hpp"

namespace zanni::transport {

namespace {

bool follows(const RecordView& next, const RecordView& last) {
    return next.continues && next.parts_left + 1 == last.parts_left && next.type == last.type &&
           next.target_actor == last.target_actor && next.sender_actor == last.sender_actor;
}

}  // namespace

EnvelopePtr Parts::add(std::uint64_t source, const RecordView& record) {
    const auto found = begun_.empty() ? begun_.end() : begun_.find(source);
    const bool expected = found == begun_.end()
                              ? !record.continues
                              : follows(record, found->second.last) &&
                                    found->second.bytes.size() + record.payload.size() <= message_bytes_max;
    if (!expected) {
        log::warn("a large message is lost, as parts of it are missing");
        if (found != begun_.end()) begun_.erase(found);
        return record.continues ? nullptr : add(source, record);
    }
    if (found == begun_.end() && record.parts_left == 0)
        return make_marshalled_envelope(record.type, record.payload, record.bases);
    Begun& begun = begun_[source];
    begun.bytes.insert(begun.bytes.end(), record.payload.begin(), record.payload.end());
    begun.last = record;
    if (record.parts_left != 0) return nullptr;
    EnvelopePtr whole = make_marshalled_envelope(record.type, begun.bytes, record.bases);
    begun_.erase(source);
    return whole;
}

}  // namespace zanni::transport
