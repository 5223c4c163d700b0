#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <zanni/marshal.hpp>
#include <zanni/message.hpp>

#include "frame.hpp"

namespace zanni::transport {

/// A control frame with one message.
template <class M>
std::vector<std::byte> control_frame(std::uint64_t source, std::uint64_t destination, const M& message) {
    FrameBuilder builder;
    Writer writer(builder.begin_record({0, 0, message_id<M>}));
    marshal(writer, message);
    // Hosts, types and capabilities have limits of their own far below a record's; what is over it is taken out again,
    // and an empty frame says nothing.
    static_cast<void>(builder.end_record());
    FrameHeader header;
    header.kind = FrameKind::control;
    header.source = source;
    header.destination = destination;
    return builder.finish(header);
}

/// The messages of a control frame, one after the other, by type:
/// `ControlReader(header, frame).each(error, on<Register>([&](const Register& r) {...}), on<Leave>(...))`.
template <class M, class Action>
struct On {
    Action action;
    /// False when the record is of another type. A payload that is no M is reported through `error`.
    bool operator()(const RecordView& record, std::optional<Error>& error) const {
        if (record.type != message_id<M>) return false;
        if (const auto message = unmarshalled<M>(record.payload))
            action(*message);
        else
            error = message.error();
        return true;
    }
};
template <class M, class Action>
On<M, Action> on(Action action) {
    return {std::move(action)};
}

/// Calls the matching action for each record of a checked frame. Records of unknown types are skipped: a newer side may
/// send them. Errors: the last record that could not be read.
template <class... Actions>
std::optional<Error> read_control(const FrameHeader& header, std::span<const std::byte> frame,
                                  const Actions&... actions) {
    std::optional<Error> error;
    auto reader = RecordReader::open(header, frame);
    if (!reader) return reader.error();
    for (auto record = reader->next(); record && *record; record = reader->next())
        static_cast<void>((actions(**record, error) || ...));
    return error;
}

}  // namespace zanni::transport
