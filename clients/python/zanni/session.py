"""A process among the others: what it says to its broker and hears from it, and its channels.

Pure: frames come and go as bytes, the time is given in nanoseconds, and what happens is told to a Listener. Source:
docs/protocol.md.
"""

import logging
from collections import deque
from dataclasses import dataclass, field
from typing import Deque, Dict, List, Optional

from . import control
from .address import Address
from .channel import MS, Outbound, Settings
from .channels import Channels, Lost
from .errors import Code, name_of_code
from .frame import Header, Kind, Malformed, Record, decode, encode
from .messages import hash_of
from .name_claims import NameClaims
from .parts import Joiner
from .payload import BadPayload, dump, load
from .version import VERSION

log = logging.getLogger("zanni")

_HEARD = {hash_of(kind): kind for kind in (
    control.Registered, control.RegisterAgain, control.Refused, control.Heartbeat, control.HostChanged, control.HostGone,
    control.HostLoads, control.ProcessGone, control.NameGiven, control.NameReleased, control.NameFound,
    control.DeadLetterHandlers, control.LoadModule, control.EndProcess)}


class Listener:
    """Who is told what happens. Nothing of the session may be called from here."""

    def delivered(self, source: int, record: Record) -> None: ...
    def lost(self, message: Outbound, reason: int) -> None: ...
    def process_gone(self, process: int, cause: control.Cause) -> None: ...
    def host_gone(self, host: int, reason: str) -> None: ...
    def name_given(self, name: str, claimer: Address, owner: Address) -> None: ...
    def name_found(self, name: str, asker: Address, owner: Address) -> None: ...
    def to_end(self, why: str) -> None: ...


@dataclass
class Counts:
    """For the Report: what became of the messages."""

    sent: int = 0
    received: int = 0
    delivered: int = 0
    unhandled: int = 0
    posted: int = 0
    dead_letters: Dict[int, int] = field(default_factory=dict)
    actors: int = 0

    def dead_letter(self, reason: int) -> None:
        self.dead_letters[reason] = self.dead_letters.get(reason, 0) + 1

    def message(self) -> control.Accounts:
        return control.Accounts(self.sent, self.received, self.delivered, self.unhandled, self.posted,
                                sorted(self.dead_letters.items())[:32])


class Session:
    def __init__(self, registration: control.Register, listener: Listener, settings: Settings = Settings()):
        self.process = registration.process
        self.channels = Channels(self.process, settings)
        self.names = NameClaims()
        self.counts = Counts()
        self.hosts: Dict[int, control.HostEntry] = {}
        self.host = self.process >> 32
        self.is_registered = False
        self.registrations = 0
        self.dead_letter_handlers: List[Address] = []  # in the host's other processes
        self.frames_refused = 0
        self._registration = registration
        self._listener = listener
        self._parts = Joiner()
        self._to_broker: Deque[bytes] = deque()
        self._register_at = 0
        self._report_at = 0
        self._down_after = control.Registered().down_after_ns
        self._doubtful: Dict[int, int] = {}  # hosts that the broker doesn't name any more, and until when
        self._has_left = False
        self._heard_at: Optional[int] = None  # the broker, last
        self.broker_is_silent = False

    # ---- Out

    def post(self, message: Outbound, starts_peer: bool = False) -> None:
        """Raises ZanniError for what can't be sent."""
        self.channels.add(message, starts_peer)
        self.counts.posted += 1

    def tell_broker(self, message) -> None:
        record = Record(hash_of(type(message)), dump(message, type(message)))
        header = Header(Kind.CONTROL, source=self.process, destination=self.process >> 32 << 32)
        self._to_broker.append(encode(header, [record]))

    def next(self, now: int) -> Optional[bytes]:
        """The frame that leaves next, until there is none."""
        if self._to_broker:
            return self._to_broker.popleft()
        return self.channels.next(now) if self.is_registered and not self._has_left else None

    def leave(self, now: int) -> None:
        """Only what next() still gives leaves after this."""
        for peer in self.channels.peers():
            self._tell_lost(self.channels.close(peer, Code.SHUT_DOWN))
        self.channels.acknowledge_all()
        while (frame := self.channels.next(now)) is not None:
            self._to_broker.append(frame)
        self.tell_broker(control.Leave())
        self._has_left = True

    # ---- In

    def on_frame(self, frame: bytes, now: int) -> None:
        self._heard_at = now
        self.broker_is_silent = False
        try:
            header, records = decode(frame)
        except Malformed as error:
            return self._refuse(str(error))
        if header.destination != self.process:
            return self._refuse("it is for another process")
        if header.kind is Kind.DATA:
            self._on_data(header, records, len(frame), now)
        elif header.kind is Kind.ACKNOWLEDGEMENT:
            if not self.channels.on_word(header, now):
                self._refuse("it acknowledges what was never sent")
        elif header.kind is Kind.RETURNED:
            self._on_returned(header)
        else:
            self._on_control(records, now)

    def _on_data(self, header: Header, records: List[Record], size: int, now: int) -> None:
        if len(records) == 1 and not self._parts.has_room(header.source, records[0]):
            return  # it comes again
        if header.epoch == 0 or not self.channels.on_word(header, now):
            return self._refuse("it acknowledges what was never sent")
        taken, began_anew = self.channels.on_data(header, size, now)
        if began_anew:
            self._parts.forget(header.source)
        if not taken:
            return
        for record in records:
            whole = self._parts.add(header.source, record)
            if whole is not None:
                self.counts.received += 1
                self._listener.delivered(header.source, whole)

    def _on_returned(self, header: Header) -> None:
        """There is no such process, as far as a broker knows that should know it."""
        if not self.channels.is_of_this_epoch(header):
            return
        lost = self.channels.close(header.source, header.reason)
        cause = control.Cause(8)
        if header.reason == Code.OVERLOADED:
            cause = control.Cause(5, 0, "its host can start no process for it")
        self._listener.process_gone(header.source, cause)
        self._tell_lost(lost)

    def _on_control(self, records: List[Record], now: int) -> None:
        for record in records:
            kind = _HEARD.get(record.type)
            if kind is None:
                continue  # of a later version
            try:
                news = load(record.payload, kind)
            except BadPayload as error:
                self._refuse(f"{kind.message_name}: {error}")
                continue
            handler = _HANDLERS.get(kind)
            if handler is not None:
                handler(self, news, now)

    def _refuse(self, why: str) -> None:
        self.frames_refused += 1
        log.warning("a frame was refused: %s", why)

    # ---- What the broker says

    def _on_registered(self, news: control.Registered, now: int) -> None:
        self.is_registered = True
        self.registrations += 1
        self._down_after = news.down_after_ns
        self.host = news.host
        if news.member:
            named = {host.id for host in news.hosts}
            self._doubtful = {host: until for host, until in self._doubtful.items() if host not in named}
            for host in self.hosts:
                if host not in named:
                    self._doubtful.setdefault(host, now + self._down_after)
            self.hosts.clear()
        self.hosts.update((host.id, host) for host in news.hosts)
        self.names.say_all()
        self.channels.resume(now)

    def _on_register_again(self, _news, now: int) -> None:
        if self.is_registered or now >= self._register_at:
            self._register(now)

    def _on_refused(self, news: control.Refused, _now: int) -> None:
        self._listener.to_end(f"the broker refuses this process: {name_of_code(news.code)}: {news.context}")

    def _on_host_changed(self, news: control.HostChanged, now: int) -> None:
        self.hosts[news.host.id] = news.host
        self._doubtful.pop(news.host.id, None)
        self.channels.ask_host(news.host.id, now)

    def _on_host_loads(self, news: control.HostLoads, _now: int) -> None:
        for host, actors in news.loads:
            if host in self.hosts:
                self.hosts[host].actors = actors

    def _on_host_gone(self, news: control.HostGone, _now: int) -> None:
        self._lose_host(news.host, news.reason)

    def _on_process_gone(self, news: control.ProcessGone, _now: int) -> None:
        if news.process == self.process:
            return
        lost = self.channels.forget(news.process)
        self._parts.forget(news.process)
        self._listener.process_gone(news.process, news.cause)
        self._tell_lost(lost)

    def _on_name_given(self, news: control.NameGiven, now: int) -> None:
        if self.names.on_given(news, now):
            self._listener.name_given(news.name, news.claimer, news.owner)

    def _on_name_released(self, news: control.NameReleased, _now: int) -> None:
        self.names.on_released(news.name, news.claimer)

    def _on_name_found(self, news: control.NameFound, _now: int) -> None:
        if self.names.on_found(news):
            self._listener.name_found(news.name, news.asker, news.owner)

    def _on_load_module(self, news: control.LoadModule, _now: int) -> None:
        self.tell_broker(control.ModuleLoaded(news.path, "this process loads no modules", self._registration.types))

    def _on_dead_letter_handlers(self, news: control.DeadLetterHandlers, _now: int) -> None:
        self.dead_letter_handlers = news.handlers

    def _on_end_process(self, _news, _now: int) -> None:
        self._listener.to_end("the broker ends this process")

    # ---- Time

    def tick(self, now: int) -> None:
        self._tell_lost(self.channels.tick(now))
        if self._has_left:
            return
        if not self.is_registered:
            if now >= self._register_at:
                self._register(now)
            return
        for word in self.names.words(now, self._interval()):
            self.tell_broker(word)
        if now >= self._report_at:
            self._report_at = now + self._interval()
            self.tell_broker(control.Report(self.counts.actors, self.counts.message(), self.channels.messages))
        if not self.broker_is_silent and now - self._heard_at >= self._down_after:
            self.broker_is_silent = True
            log.warning("the broker is silent")
        for host in [host for host, until in self._doubtful.items() if now >= until]:
            self._lose_host(host, "its broker did not come back")

    def due(self) -> int:
        times = [self._report_at if self.is_registered else self._register_at]
        for time in (self.channels.due(), self.names.due() if self.is_registered else None, *self._doubtful.values()):
            if time is not None:
                times.append(time)
        return min(times)

    def _register(self, now: int) -> None:
        self.is_registered = False
        self._register_at = now + self._interval()
        self.tell_broker(self._registration)

    def _interval(self) -> int:
        return max(self._down_after // 5, 10 * MS)

    # ---- What can't be delivered

    def _lose_host(self, host: int, reason: str) -> None:
        self.hosts.pop(host, None)
        self._doubtful.pop(host, None)
        lost: Lost = []
        for peer in self.channels.peers():
            if peer >> 32 == host:
                lost += self.channels.close(peer, Code.HOST_LOST)
        self._parts.doubt_host(host)
        self._listener.host_gone(host, reason)
        self._tell_lost(lost)

    def _tell_lost(self, lost: Lost) -> None:
        for message, reason in lost:
            self.counts.posted -= 1
            self._listener.lost(message, reason)


_HANDLERS = {
    control.Registered: Session._on_registered,
    control.RegisterAgain: Session._on_register_again,
    control.Refused: Session._on_refused,
    control.HostChanged: Session._on_host_changed,
    control.HostGone: Session._on_host_gone,
    control.HostLoads: Session._on_host_loads,
    control.ProcessGone: Session._on_process_gone,
    control.NameGiven: Session._on_name_given,
    control.NameReleased: Session._on_name_released,
    control.NameFound: Session._on_name_found,
    control.DeadLetterHandlers: Session._on_dead_letter_handlers,
    control.LoadModule: Session._on_load_module,
    control.EndProcess: Session._on_end_process,
}


def registration(process: int, pid: int, program: str, machine: str, types: List[control.TypeEntry]) -> control.Register:
    return control.Register(process, pid, program, False, types, machine, VERSION)
