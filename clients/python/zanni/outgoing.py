"""The sending half of a channel: what the peer has not acknowledged is kept, and sent again if need be. Pure."""

from collections import deque
from dataclasses import dataclass, field
from typing import Deque, List, Optional

from .address import Address
from .channel_settings import Settings, is_later
from .frame import HEADER_BYTES, RECORD_BYTES, Flag, Header, Kind, Record
from .parts import cut


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
