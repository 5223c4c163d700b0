"""The channel of two processes, one end of it: what a peer has not acknowledged is kept, and sent again if need be.

Pure: no sockets, and the time is given, in nanoseconds. Source: docs/protocol.md, "Channel: sending" and "Channel:
receiving".
"""

from dataclasses import replace
from typing import List, Optional

from .channel_settings import MS, Settings
from .frame import Flag, Header, Kind, encode
from .incoming import Incoming
from .outgoing import Outbound, Outgoing, Rest

__all__ = ["MS", "Channel", "Outbound", "Rest", "Settings"]


class Channel:
    """Both halves. `window`: how many bytes this end takes, which each frame says; 0 while it holds too much."""

    def __init__(self, own: int, peer: int, settings: Settings = Settings()):
        self._own, self._peer = own, peer
        self._settings = settings
        self.out = Outgoing(settings)
        self.incoming = Incoming(settings)
        self.window = settings.window_bytes
        self.starts_peer = False  # a process of one actor, which its host starts when it hears of this channel

    def send(self, message: Outbound) -> None:
        """Raises ValueError for a message that is too large."""
        self.out.add(message)

    def next(self, now: int) -> Optional[bytes]:
        """The frame that leaves next, until there is none."""
        if self.out.take_question():
            return self._acknowledgement(Flag.ANSWER)
        frame = self.out.next(now)
        if frame is not None:
            return encode(self._with_word(frame.header), [piece.record for piece in frame.pieces])
        return self._acknowledgement(0) if self.incoming.is_due() else None

    def on_data(self, header: Header, size: int, now: int) -> bool:
        return self.incoming.on_data(header, size, now)

    def on_word(self, header: Header, now: int) -> bool:
        """To be called with each data and acknowledgement frame, before anything else of it counts. False: it is refused."""
        if header.kind is Kind.DATA and header.epoch == 0:
            return False
        if header.flags & Flag.ANSWER:
            self.incoming.tell()
        return self.out.on_word(header, now)

    def has_to_say(self) -> bool:
        return self.out.has_to_say() or self.incoming.is_due()

    def tick(self, now: int) -> List[Outbound]:
        self.incoming.tick(now)
        return self.out.tick(now)

    def due(self) -> Optional[int]:
        times = [time for time in (self.out.due(), self.incoming.due()) if time is not None]
        return min(times) if times else None

    def close(self) -> Rest:
        self.starts_peer = False
        return self.out.close()

    def _acknowledgement(self, flags: int) -> bytes:
        return encode(self._with_word(Header(Kind.ACKNOWLEDGEMENT, flags=flags, epoch=self.out.epoch)), [])

    def _with_word(self, header: Header) -> Header:
        starts = Flag.STARTS if self.starts_peer and not self.out.is_heard_of else 0
        return self.incoming.word(replace(header, flags=header.flags | starts, source=self._own, destination=self._peer,
                                          window=self.window))
