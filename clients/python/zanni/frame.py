"""Frames as docs/protocol.md lays them out. A frame is read whole or refused whole."""

import struct
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import List, Tuple

VERSION = 1
FRAME_BYTES_MAX = 16 * 1024 * 1024
EXTENSION_BYTES_MAX = 4096
BASES_MAX = 8
PARTS_LEFT_MAX = 0x7FFF

_HEADER = struct.Struct("<BBBBHHQQIIII")
_RECORD = struct.Struct("<QQQIHH")
_LENGTH = struct.Struct("<I")
_CONTINUES = 0x8000

HEADER_BYTES = _HEADER.size
RECORD_BYTES = _RECORD.size


class Malformed(ValueError):
    """A frame that is refused; the text says why, and never holds payload bytes."""


class Kind(IntEnum):
    DATA = 1
    CONTROL = 2
    RETURNED = 3
    ACKNOWLEDGEMENT = 4


class Flag:
    EXTENDED = 1
    ANSWER = 2
    MISSING = 4
    STARTS = 8


_ALLOWED_FLAGS = {
    Kind.DATA: Flag.EXTENDED | Flag.STARTS,
    Kind.CONTROL: Flag.EXTENDED,
    Kind.RETURNED: Flag.EXTENDED,
    Kind.ACKNOWLEDGEMENT: Flag.EXTENDED | Flag.ANSWER | Flag.MISSING | Flag.STARTS,
}


@dataclass(frozen=True)
class Header:
    kind: Kind
    flags: int = 0
    reason: int = 0
    epoch: int = 0
    acknowledged_epoch: int = 0
    destination: int = 0
    source: int = 0
    sequence: int = 0
    acknowledged: int = 0
    window: int = 0
    records: int = 0


@dataclass(frozen=True)
class Record:
    type: int
    payload: bytes
    target_actor: int = 0
    sender_actor: int = 0
    bases: Tuple[int, ...] = ()
    parts_left: int = 0
    continues: bool = False


def encode(header: Header, records: List[Record]) -> bytes:
    """The frame's bytes. It has as many records as are given, whatever the header says, and no extension."""
    header = replace(header, records=len(records), flags=header.flags & ~Flag.EXTENDED)
    frame = b"".join([_encode_header(header)] + [_encode_record(record) for record in records])
    if len(frame) > FRAME_BYTES_MAX:
        raise ValueError(f"frame of {len(frame)} bytes, the limit is {FRAME_BYTES_MAX}")
    return frame


def decode(frame: bytes) -> Tuple[Header, List[Record]]:
    """Raises Malformed. The extension's length is checked, and its map skipped unread."""
    header = decode_header(frame)
    at = _behind_extension(header, frame)
    # Before anything is read: a number that the bytes can't hold must not decide how much is built.
    records_fit = (len(frame) - at) // RECORD_BYTES
    if header.records > records_fit:
        raise Malformed(f"frame of {header.records} records, its {len(frame) - at} bytes hold {records_fit} at most")
    records = []
    for _ in range(header.records):
        record, at = _decode_record(frame, at)
        records.append(record)
    if at != len(frame):
        raise Malformed(f"{len(frame) - at} bytes after the last record")
    return header, records


def decode_header(frame: bytes) -> Header:
    if len(frame) < HEADER_BYTES:
        raise Malformed(f"frame of {len(frame)} bytes, a header has {HEADER_BYTES}")
    if len(frame) > FRAME_BYTES_MAX:
        raise Malformed(f"frame of {len(frame)} bytes, the limit is {FRAME_BYTES_MAX}")
    version, kind, *rest = _HEADER.unpack_from(frame)
    # First of all the version: what other versions keep behind it, this one can't know.
    if version != VERSION:
        raise Malformed(f"frame of protocol version {version}, this end speaks version {VERSION}")
    if kind not in _ALLOWED_FLAGS:
        raise Malformed(f"frame of unknown kind {kind}")
    header = Header(Kind(kind), *rest)
    _check_header(header)
    return header


def returned(header: Header, reason: int) -> bytes:
    """What a broker sends back for a data or acknowledgement frame that it can't pass on."""
    if header.kind not in (Kind.DATA, Kind.ACKNOWLEDGEMENT):
        raise ValueError("only what goes from process to process is answered")
    if not 0 < reason <= 255:
        raise ValueError("a reason has one byte, and 0 says there is none")
    return _encode_header(replace(header, kind=Kind.RETURNED, flags=0, reason=reason, records=0,
                                  destination=header.source, source=header.destination))


def _check_header(header: Header) -> None:
    if header.flags & ~_ALLOWED_FLAGS[header.kind]:
        raise Malformed(f"frame with unknown flags {header.flags}")
    if (header.reason != 0) != (header.kind is Kind.RETURNED):
        raise Malformed(f"frame of kind {int(header.kind)} with reason {header.reason}")
    if header.records and header.kind not in (Kind.DATA, Kind.CONTROL):
        raise Malformed(f"frame of kind {int(header.kind)} with {header.records} records")


def _behind_extension(header: Header, frame: bytes) -> int:
    if not header.flags & Flag.EXTENDED:
        return HEADER_BYTES
    at = HEADER_BYTES + _LENGTH.size
    if len(frame) < at:
        raise Malformed("frame ends within its extension's length")
    (length,) = _LENGTH.unpack_from(frame, HEADER_BYTES)
    if length > EXTENSION_BYTES_MAX:
        raise Malformed(f"extension of {length} bytes, the limit is {EXTENSION_BYTES_MAX}")
    if length > len(frame) - at:
        raise Malformed(f"extension of {length} bytes, the frame has {len(frame) - at} left")
    return at + length


def _decode_record(frame: bytes, at: int) -> Tuple[Record, int]:
    if len(frame) - at < RECORD_BYTES:
        raise Malformed("frame ends within a record's header")
    target, sender, type_, length, base_count, parts = _RECORD.unpack_from(frame, at)
    at += RECORD_BYTES
    if base_count > BASES_MAX:
        raise Malformed(f"record with {base_count} bases, at most {BASES_MAX}")
    if base_count * 8 > len(frame) - at:
        raise Malformed("frame ends within a record's bases")
    bases = struct.unpack_from(f"<{base_count}Q", frame, at)
    at += base_count * 8
    if length > len(frame) - at:
        raise Malformed(f"payload of {length} bytes, the frame has {len(frame) - at} left")
    record = Record(type_, bytes(frame[at:at + length]), target, sender, bases,
                    parts & PARTS_LEFT_MAX, bool(parts & _CONTINUES))
    return record, at + length


def _encode_header(header: Header) -> bytes:
    return _HEADER.pack(VERSION, header.kind, header.flags, header.reason, header.epoch, header.acknowledged_epoch,
                        header.destination, header.source, header.sequence, header.acknowledged, header.window,
                        header.records)


def _encode_record(record: Record) -> bytes:
    if len(record.bases) > BASES_MAX:
        raise ValueError(f"record with {len(record.bases)} bases, at most {BASES_MAX}")
    if not 0 <= record.parts_left <= PARTS_LEFT_MAX:
        raise ValueError(f"record with {record.parts_left} parts to follow, at most {PARTS_LEFT_MAX}")
    parts = record.parts_left | (_CONTINUES if record.continues else 0)
    head = _RECORD.pack(record.target_actor, record.sender_actor, record.type, len(record.payload),
                        len(record.bases), parts)
    return head + struct.pack(f"<{len(record.bases)}Q", *record.bases) + record.payload
