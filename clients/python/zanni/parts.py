"""Large payloads travel in parts, each the only record of a frame. Pure: no sockets, no clock."""

from dataclasses import dataclass, replace
from typing import Dict, List, Optional

from .frame import Record

PART_BYTES = 128 * 1024
MESSAGE_BYTES_MAX = 64 * 1024 * 1024
UNFINISHED_BYTES_MAX = 256 * 1024 * 1024


def cut(record: Record) -> List[Record]:
    """The record itself, or its parts. Raises ValueError for a message over 64 MiB."""
    size = len(record.payload)
    if size <= PART_BYTES:
        return [record]
    if size > MESSAGE_BYTES_MAX:
        raise ValueError(f"message of {size} bytes, the limit is {MESSAGE_BYTES_MAX}")
    starts = range(0, size, PART_BYTES)
    return [replace(record, payload=record.payload[at:at + PART_BYTES], parts_left=len(starts) - 1 - number,
                    continues=number > 0)
            for number, at in enumerate(starts)]


@dataclass
class _Begun:
    last: Record
    parts: List[bytes]
    reserved: int
    doubtful: bool = False


class Joiner:
    """Puts the parts of messages together, for all peers."""

    def __init__(self):
        self._begun: Dict[int, _Begun] = {}
        self.dropped = 0  # messages of which parts were missing, or that were too large

    def has_room(self, source: int, record: Record) -> bool:
        """Whether the large message that may begin here fits. If not, its frame is not to be taken: it comes again."""
        if record.continues or record.parts_left == 0:
            return True
        size = _announced(record)
        if size > MESSAGE_BYTES_MAX or self._fits(source, size):
            return True  # what is too large is dropped: there is no use in waiting
        for other in [peer for peer, begun in self._begun.items() if begun.doubtful]:
            del self._begun[other]
            self.dropped += 1
        return self._fits(source, size)

    def add(self, source: int, record: Record) -> Optional[Record]:
        """A whole message, if this record is one or completes one."""
        if not record.continues and record.parts_left == 0:
            return record
        begun = self._begun.get(source)
        expected = not record.continues if begun is None else _follows(record, begun.last)
        if not expected:
            self.dropped += 1
            self._begun.pop(source, None)
            return None if record.continues else self.add(source, record)
        if len(record.payload) > PART_BYTES or (begun is None and _announced(record) > MESSAGE_BYTES_MAX):
            self.dropped += 1
            self._begun.pop(source, None)
            return None
        if begun is None:
            begun = self._begun[source] = _Begun(record, [], _announced(record))
        begun.parts.append(record.payload)
        begun.last = record
        begun.doubtful = False
        if record.parts_left:
            return None
        del self._begun[source]
        return replace(record, payload=b"".join(begun.parts), continues=False)

    def forget(self, source: int) -> None:
        """What has begun there will not go on: the source began anew, or is gone for good."""
        self._begun.pop(source, None)

    def doubt_host(self, host: int) -> None:
        """That host is taken for gone. It may live after all; until then its parts make room for others."""
        for source, begun in self._begun.items():
            if source >> 32 == host:
                begun.doubtful = True

    def _fits(self, source: int, size: int) -> bool:
        others = sum(begun.reserved for peer, begun in self._begun.items() if peer != source)
        return others + size <= UNFINISHED_BYTES_MAX


def _announced(first: Record) -> int:
    return (first.parts_left + 1) * PART_BYTES


def _follows(record: Record, last: Record) -> bool:
    return (record.continues and record.parts_left + 1 == last.parts_left and record.type == last.type and
            record.target_actor == last.target_actor and record.sender_actor == last.sender_actor)
