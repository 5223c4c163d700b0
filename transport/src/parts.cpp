#include "parts.hpp"

#include <string>

#include <zanni/gateway.hpp>

#include "log.hpp"

namespace zanni::transport {

namespace {

bool follows(const RecordView& next, const RecordView& last) {
    return next.continues && next.parts_left + 1 == last.parts_left && next.type == last.type &&
           next.target_actor == last.target_actor && next.sender_actor == last.sender_actor;
}

bool is_part(const RecordView& record) { return record.continues || record.parts_left != 0; }

std::size_t announced_bytes(const RecordView& first) { return (first.parts_left + std::size_t{1}) * part_bytes; }

}  // namespace

bool Parts::has_room(std::uint64_t source, std::size_t bytes) const {
    for (const auto& [other, begun] : begun_)
        if (other != source) bytes += begun.reserved;
    return bytes <= unfinished_bytes_max;
}

bool Parts::make_room(std::uint64_t source, const RecordView& record) {
    if (record.continues || record.parts_left == 0) return true;
    const std::size_t bytes = announced_bytes(record);
    if (bytes > message_bytes_max || has_room(source, bytes)) return true;  // too large: there is no use in waiting
    std::erase_if(begun_, [](const auto& entry) { return entry.second.doubtful; });
    return has_room(source, bytes);
}

EnvelopePtr Parts::add(std::uint64_t source, const RecordView& record) {
    if (!is_part(record)) return make_marshalled_envelope(record.type, record.payload, record.bases, held_bytes_);
    const auto found = begun_.empty() ? begun_.end() : begun_.find(source);
    const bool expected = found == begun_.end() ? !record.continues : follows(record, found->second.last);
    if (!expected) {
        log::warn("a large message is lost, as parts of it are missing");
        if (found != begun_.end()) begun_.erase(found);
        return record.continues ? nullptr : add(source, record);
    }
    if (record.payload.size() > part_bytes) {
        log::warn("a large message is refused: a part of it has " + std::to_string(record.payload.size()) + " bytes");
        begun_.erase(source);
        return nullptr;
    }
    if (found == begun_.end() && (announced_bytes(record) > message_bytes_max || !make_room(source, record))) {
        log::warn("a large message is refused: it announces " + std::to_string(record.parts_left) + " more parts");
        return nullptr;
    }
    Begun& begun = begun_[source];
    if (!record.continues) {
        begun.reserved = announced_bytes(record);
        begun.bytes.reserve(begun.reserved);
    }
    begun.doubtful = false;
    begun.bytes.insert(begun.bytes.end(), record.payload.begin(), record.payload.end());
    begun.last = record;
    if (record.parts_left != 0) return nullptr;
    EnvelopePtr whole = make_marshalled_envelope(record.type, begun.bytes, record.bases, held_bytes_);
    begun_.erase(source);
    return whole;
}

}  // namespace zanni::transport
