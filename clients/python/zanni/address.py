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

    @staticmethod
    def from_bytes(content: bytes) -> "Address":
        if len(content) != _LAYOUT.size:
            raise ValueError(f"address of {len(content)} bytes, it has {_LAYOUT.size}")
        return Address(*_LAYOUT.unpack(content))


def routing_id(process: int) -> bytes:
    """What a DEALER without keys calls itself. Big-endian, as ZeroMQ keeps ids that begin with zero for itself."""
    return struct.pack(">Q", process)
