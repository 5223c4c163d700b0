"""The channel of two processes, one end of it: what a peer has not acknowledged is kept, and sent again if need be.

Pure: no sockets, and the time is given, in nanoseconds. Source: docs/protocol.md, "Channel: sending" and "Channel:
receiving".
"""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Deque, List, Optional

from .address import Address
from .frame import HEADER_BYTES, RECORD_BYTES, Flag, Header, Kind, Record, encode
from .parts import cut

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


@dataclass(eq=False)
class Outbound:
    """A message on its way out. `started`: a part of it has left, so it may have been delivered."""

    target: Address
    sender_actor: int
    type: int
    payload: bytes
    bases: tuple = ()
    name: str = ""
    started: bool = field(default=False, repr=False)

    def records(self) -> List[Record]:
        return cut(Record(self.type, self.payload, self.target.actor, self.sender_actor, tuple(self.bases)))


@dataclass
class Rest:
    """What is left of a channel that is given up."""

    unknown: List[Outbound]  # sent, and maybe delivered
    unsent: List[Outbound]


def is_later(number: int, than: int, bits: int) -> bool:
    """Of two numbers that wrap. Source: RFC 1982."""
    return 0 < (number - than) % (1 << bits) < 1 << (bits - 1)


@dataclass(eq=False)
class _Piece:
    message: Outbound
    record: Record
    is_last: bool

    @property
    def size(self) -> int:
        return RECORD_BYTES + 8 * len(self.record.bases) + len(self.record.payload)

    @property
    def is_part(self) -> bool:
        return self.record.continues or self.record.parts_left > 0


@dataclass(eq=False)
class _Frame:
    header: Header
    pieces: List[_Piece]
    size: int


class Outgoing:
    """The sending half."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self.epoch = settings.first_epoch
        self._begin_epoch()
        self.resent = 0

    def _begin_epoch(self) -> None:
        first = self._settings.first_sequence
        self._acknowledged = (first - 1) % 2**32
        self.is_heard_of = False  # the peer has acknowledged something of this epoch
        self._sent: Deque[_Frame] = deque()
        self._sent_bytes = 0
        self._waiting: Deque[_Piece] = deque()
        self._waiting_bytes = 0
        self._peer_window = self._settings.window_bytes
        # Of the frames in _sent those at [_again_at, _again_until) are to be sent once more.
        self._again_at = self._again_until = 0
        self._question_due = False
        self._asked = False
        self._asked_about = 0
        self._silence = self._settings.ask_after
        self._ask_at = 0
        self._blocked_since: Optional[int] = None

    # ---- What is to leave

    def add(self, message: Outbound) -> None:
        """Raises ValueError for a message that is too large."""
        records = message.records()
        for number, record in enumerate(records):
            piece = _Piece(message, record, number == len(records) - 1)
            self._waiting.append(piece)
            self._waiting_bytes += piece.size

    def take_question(self) -> bool:
        if not self._question_due:
            return False
        self._question_due = False
        self._asked = True
        self._asked_about = len(self._sent)
        return True

    def next(self, now: int) -> Optional[_Frame]:
        """The frame that is to leave now, again or for the first time."""
        if self._again_at < self._again_until:
            self._again_at += 1
            self.resent += 1
            return self._sent[self._again_at - 1]
        if not self._waiting:
            return None
        if not self._window_is_open():
            self._hold(now)
            return None
        if not self._waits_for_peer():
            self._ask_at = now + self._silence
        frame = self._build()
        self._sent.append(frame)
        self._sent_bytes += frame.size
        self._blocked_since = None
        self._again_at = self._again_until = len(self._sent)
        if self._waiting:
            self._hold(now)
        return frame

    def _build(self) -> _Frame:
        pieces = [self._take()]
        size = HEADER_BYTES + pieces[0].size
        if not pieces[0].is_part:
            while self._waiting and size < self._settings.frame_bytes and not self._waiting[0].is_part:
                pieces.append(self._take())
                size += pieces[-1].size
        sequence = (self._acknowledged + len(self._sent) + 1) % 2**32
        return _Frame(Header(Kind.DATA, epoch=self.epoch, sequence=sequence), pieces, size)

    def _take(self) -> _Piece:
        piece = self._waiting.popleft()
        self._waiting_bytes -= piece.size
        piece.message.started = True
        return piece

    def _hold(self, now: int) -> None:
        """Something waits. If it is for the window, that may last too long from now on."""
        if self._window_is_open() or self._blocked_since is not None:
            return
        if not self._waits_for_peer():
            self._ask_at = now + self._silence
        self._blocked_since = now

    # ---- What the peer says

    def on_word(self, header: Header, now: int) -> bool:
        """What a data or acknowledgement frame says of what has arrived. False for what can't be: it is refused whole."""
        knows_epoch = header.acknowledged_epoch == self.epoch
        knows_none = header.acknowledged_epoch == 0
        if not knows_none and is_later(header.acknowledged_epoch, self.epoch, 16):
            return False
        if not knows_epoch and self.is_heard_of:
            return True  # an older word, which was overtaken
        acknowledged = header.acknowledged if knows_epoch else self._acknowledged
        if is_later(self._acknowledged, acknowledged, 32):
            return True  # likewise
        count = (acknowledged - self._acknowledged) % 2**32
        if count > len(self._sent):
            return False
        self._peer_window = header.window
        if count:
            self._forget(count)
            self._progressed(now)
        if header.kind is Kind.ACKNOWLEDGEMENT:
            if self._asked:
                self._asked = False
                self._progressed(now)
                self._send_again(self._asked_about)
            if header.flags & Flag.MISSING:
                self._send_again(len(self._sent))
        return True

    def _forget(self, count: int) -> None:
        self.is_heard_of = True
        for _ in range(count):
            self._sent_bytes -= self._sent.popleft().size
        self._acknowledged = (self._acknowledged + count) % 2**32
        self._again_at = max(self._again_at - count, 0)
        self._again_until = max(self._again_until - count, self._again_at)
        self._asked_about = max(self._asked_about - count, 0)

    def _progressed(self, now: int) -> None:
        self._silence = self._settings.ask_after
        self._ask_at = now + self._silence

    def _send_again(self, until: int) -> None:
        """What is on its way again already isn't sent a third time."""
        if until == 0:
            return
        if self._again_at >= self._again_until:
            self._again_at, self._again_until = 0, until
        else:
            self._again_until = max(self._again_until, until)

    # ---- Interruptions

    def resume(self, now: int) -> None:
        """The way was interrupted: all that is unacknowledged goes once more, and the peer is asked."""
        self._again_at, self._again_until = 0, len(self._sent)
        self._silence = self._settings.ask_after
        self.ask(now)

    def ask(self, now: int) -> None:
        self._question_due = True
        self._ask_at = now + self._silence

    def close(self) -> Rest:
        """Nothing of this epoch is sent any more; what follows belongs to the next."""
        messages = {id(piece.message): piece.message for frame in self._sent for piece in frame.pieces}
        messages.update((id(piece.message), piece.message) for piece in self._waiting)
        rest = Rest([message for message in messages.values() if message.started],
                    [message for message in messages.values() if not message.started])
        self.epoch = self.epoch % 65535 + 1
        self._begin_epoch()
        return rest

    # ---- Time

    def due(self) -> Optional[int]:
        if not self._waits_for_peer():
            return None
        return self._ask_at if self._blocked_since is None else min(self._ask_at, self._expires_at())

    def tick(self, now: int) -> List[Outbound]:
        """Has what is due happen. What the window kept back for too long is given back: it was not delivered."""
        if self._waits_for_peer() and self._ask_at <= now:
            self._silence = min(self._silence * 2, self._settings.ask_longest)
            self.ask(now)
        if self._blocked_since is None or now < self._expires_at():
            return []
        self._blocked_since = None
        return [] if self._window_is_open() else self._give_back()

    def _give_back(self) -> List[Outbound]:
        """A message whose first parts have left isn't taken back by halves."""
        blocked = [piece for piece in self._waiting if not piece.message.started]
        self._waiting = deque(piece for piece in self._waiting if piece.message.started)
        self._waiting_bytes = sum(piece.size for piece in self._waiting)
        return [piece.message for piece in blocked if piece.is_last]

    def _expires_at(self) -> int:
        return self._blocked_since + self._settings.blocked_longest

    def _waits_for_peer(self) -> bool:
        return self._asked or self._question_due or bool(self._sent) or self._blocked_since is not None

    # ---- What is known

    def _window_is_open(self) -> bool:
        return len(self._sent) < self._settings.window_frames and self._sent_bytes < self._peer_window

    def has_to_say(self) -> bool:
        return (self._question_due or self._again_at < self._again_until or
                (bool(self._waiting) and self._window_is_open()))

    @property
    def is_settled(self) -> bool:
        """All that was sent has arrived."""
        return not self._sent and not self._waiting

    @property
    def waiting_bytes(self) -> int:
        return self._waiting_bytes

    @property
    def messages(self) -> int:
        """That are not known to have arrived."""
        return sum(piece.is_last for frame in self._sent for piece in frame.pieces) + \
            sum(piece.is_last for piece in self._waiting)


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
