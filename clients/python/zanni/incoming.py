"""The receiving half of a channel: each frame is taken once and in order, and acknowledged. Pure."""

from dataclasses import replace
from typing import Optional

from .channel_settings import Settings, is_later
from .frame import Flag, Header, Kind


class Incoming:
    """The receiving half."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._epoch = 0
        self._last = 0
        self._untold_frames = 0
        self._untold_bytes = 0
        self._gap_told = False
        self._missing = False
        self._due_now = False
        self._due_at: Optional[int] = None
        self.began_anew = False  # with the frame that on_data() saw last

    def on_data(self, header: Header, size: int, now: int) -> bool:
        """Whether the frame is taken: its records are to be delivered."""
        self.began_anew = False
        if header.epoch != self._epoch:
            if self._epoch != 0 and not is_later(header.epoch, self._epoch, 16):
                return False
            self.began_anew = self._epoch != 0
            self._epoch = header.epoch
            self._last = (self._settings.first_sequence - 1) % 2**32
            self._gap_told = False
        if header.sequence != (self._last + 1) % 2**32:
            self._not_taken(is_later(header.sequence, self._last, 32))
            return False
        self._last = header.sequence
        self._gap_told = False
        self._untold_frames += 1
        self._untold_bytes += size
        if self._untold_frames >= self._settings.acknowledge_frames or \
                self._untold_bytes >= self._settings.acknowledge_bytes:
            self._due_now = True
        elif self._due_at is None:
            self._due_at = now + self._settings.acknowledge_after
        return True

    def _not_taken(self, is_gap: bool) -> None:
        if is_gap and self._gap_told:
            return
        if is_gap:
            self._gap_told = self._missing = True
        self._due_now = True

    def tell(self) -> None:
        """An acknowledgement is to go at once: the peer has asked, or has to know before this end leaves."""
        self._due_now = True

    def is_due(self) -> bool:
        return self._due_now

    def due(self) -> Optional[int]:
        return self._due_at

    def tick(self, now: int) -> None:
        if self._due_at is not None and self._due_at <= now:
            self._due_now = True

    def word(self, header: Header) -> Header:
        """The header of a frame that leaves, with what has been taken."""
        self._untold_frames = self._untold_bytes = 0
        self._due_at = None
        # That frames are missing only an acknowledgement can say.
        self._due_now = self._missing and header.kind is not Kind.ACKNOWLEDGEMENT
        if header.kind is Kind.ACKNOWLEDGEMENT and self._missing:
            self._missing = False
            header = replace(header, flags=header.flags | Flag.MISSING)
        return replace(header, acknowledged_epoch=self._epoch, acknowledged=self._last)
