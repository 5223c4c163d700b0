"""An actor's address: opaque to users, 16 bytes in a payload."""

import struct
from dataclasses import dataclass

_LAYOUT = struct.Struct("<QQ")


@dataclass(frozen=True, order=True)
class Address:
    """process: host id in the upper 32 bits, process number in the lower ones. actor: 0 is the process itself."""

    process: int = 0
    actor: int = 0

    def to_bytes(self) -> bytes:
        return _LAYOUT.pack(self.process, self.actor)

    def __bool__(self) -> bool:
        return self != Address()

    def __str__(self) -> str:
        return f"{self.process >> 32:08x}.{self.process & 0xFFFFFFFF:x}.{self.actor:x}"

    @staticmethod
    def from_bytes(content: bytes) -> "Address":
        if len(content) != _LAYOUT.size:
            raise ValueError(f"address of {len(content)} bytes, it has {_LAYOUT.size}")
        return Address(*_LAYOUT.unpack(content))


def routing_id(process: int) -> bytes:
    """What a DEALER without keys calls itself. Big-endian, as ZeroMQ keeps ids that begin with zero for itself."""
    return struct.pack(">Q", process)


# Of the actor half. Source: docs/protocol.md, "Messages between runtimes".
MINTED_BIT = 1 << 63  # chosen by a creator in another process
ENDPOINT_BIT = 1 << 62  # a caller outside of any actor, or a handler that waits for an answer
QUESTIONS_MAX = (1 << 30) - 1


def question_address(process: int, number: int) -> Address:
    """Where the answer to a question of an outside caller goes; number 0: what is no answer."""
    return Address(process, ENDPOINT_BIT | number << 32 | 1)


def is_endpoint(actor: int) -> bool:
    return not actor & MINTED_BIT and bool(actor & ENDPOINT_BIT)


def question_of(actor: int) -> int:
    return actor >> 32 & QUESTIONS_MAX
