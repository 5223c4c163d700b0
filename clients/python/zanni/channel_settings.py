"""The numbers of a channel, and how those that wrap compare."""

from dataclasses import dataclass

MS = 1_000_000


@dataclass(frozen=True)
class Settings:
    """The protocol's numbers. Where sequences and epochs begin is for tests of what happens at the wrap."""

    window_frames: int = 256
    window_bytes: int = 1024 * 1024
    frame_bytes: int = 32 * 1024  # with so much in it a frame takes no further message
    acknowledge_bytes: int = 192 * 1024
    acknowledge_frames: int = 48
    acknowledge_after: int = 10 * MS
    ask_after: int = 200 * MS
    ask_longest: int = 2_000 * MS
    blocked_longest: int = 60_000 * MS
    first_sequence: int = 1
    first_epoch: int = 1


def is_later(number: int, than: int, bits: int) -> bool:
    """Of two numbers that wrap. Source: RFC 1982."""
    return 0 < (number - than) % (1 << bits) < 1 << (bits - 1)
