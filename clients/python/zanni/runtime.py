"""A process among others: its one receiving thread, and what all its threads share."""

import atexit
import logging
import os
import random
import sys
import threading
import time
from collections import deque
from typing import Callable, Deque, List, Optional

import zmq

from . import control
from .address import Address, question_address, question_of
from .channel import Outbound, Settings
from .connection import Connection, ask_once
from .delivery import OF_THE_SYSTEM, Delivery, any_of
from .errors import Code, Timeout, ZanniError
from .frame import Record
from .keys import keys_for
from .messages import bases_of, hash_of, name_of
from .payload import dump
from .questions import Question, Questions
from .runtime_messages import AnyMessage, DeadLetter, Down, ExitRequest, Watch
from .session import Session, registration
from .stage import Stage
from .survey import RecentDeadLetters
from .version import VERSION

log = logging.getLogger("zanni")

EVENTS_MAX = 1_000  # that wait to be handled before nothing more is received
EVENTS_FROM_OUTSIDE_MAX = 10_000  # before tell() to an actor of this process waits
EVENTS_AT_ONCE = 0.05  # seconds, before the broker gets its turn again
SETTLEMENT_LONGEST = 5.0
FAREWELL_LONGEST = 0.5


class Runtime(Delivery):
    """The receiving thread owns the connection and the actors; what _lock guards is the session, the questions, what is unread
    and what is still to be handled (_events). Nothing of the user's runs with the lock held."""

    def __init__(self, endpoint: str, keys, types: List[type], on_dead_letter: Callable, program: str, timeout: float,
                 settings: Settings):
        self.endpoint = endpoint
        self._on_dead_letter = on_dead_letter
        self._context = zmq.Context()
        self._lock = threading.RLock()
        self._room = threading.Condition(self._lock)
        self._unread: Deque[Record] = deque()
        self._unread_came = threading.Condition(self._lock)
        self._events: deque = deque()
        self._questions = Questions()
        self._full: set = set()
        self._random = random.SystemRandom()
        self._recent_dead_letters = RecentDeadLetters()
        self._closing = self._closed = False
        self._failure = ""
        self._thread: Optional[threading.Thread] = None
        try:
            found = keys_for(endpoint, keys)
            welcome = ask_once(self._context, endpoint, found, control.Hello(VERSION), control.Welcome, timeout)
            self.process = welcome.process
            self._stage = Stage(self, self.process, types)
            entries = [control.TypeEntry(name, list(kind.requirements)) for name, kind in self._stage.types.items()]
            self._session = Session(registration(self.process, os.getpid(), program or _own_name(), _machine(), entries),
                                    self, settings)
            self.counts = self._session.counts
            self._connection = Connection(self._context, endpoint, self.process, found)
        except BaseException:
            self._context.destroy(linger=0)
            raise
        self.address = question_address(self.process, 0)
        self._thread = threading.Thread(target=self._run, name="zanni", daemon=True)
        self._thread.start()
        atexit.register(self.close)  # a program that just ends leaves in order all the same
        self._await_registration(timeout)

    def close(self) -> None:
        """Ends the actors here, waits up to 5 s for what was sent to arrive, and leaves. What did not arrive is reported as dead
        letters."""
        if self._thread is threading.current_thread():
            raise RuntimeError("close() in a handler would wait for itself: let another thread call it")
        with self._lock:
            self._closing = True
            self._wake()
        if self._thread is not None:
            self._thread.join()
        self._context.destroy()
        atexit.unregister(self.close)

    # ---- For actors

    def send_from(self, sender: Address, target: Address, message) -> None:
        """Never waits, and raises only for what is no message: what can't be sent is a dead letter."""
        try:
            self._post(sender, target, message)
        except ZanniError as error:
            kind = type(message)
            if hash_of(kind) in OF_THE_SYSTEM:
                return log.debug("%s to %s was not sent: %s", name_of(kind), target, error)
            with self._lock:
                self.counts.sent += 1
            self.counts.dead_letter(error.code)
            self._report(DeadLetter(AnyMessage(hash_of(kind), name_of(kind), dump(message, kind)), target, sender, error.code))

    def watch_from(self, watcher: Address, target: Address) -> None:
        self._stage.watch(watcher, target)
        try:
            self._post(watcher, target, Watch())
        except ZanniError:  # its process is known to have ended
            self.send_from(target, watcher, Down(target, control.Cause(8)))

    def end_actor(self, address: Address) -> None:
        """Behind what has come for it already."""
        self.send_from(Address(), address, ExitRequest())

    def claim(self, name: str, claimer: Address) -> None:
        with self._lock:
            self._session.names.claim(name, claimer)

    def release(self, name: str, claimer: Address) -> None:
        with self._lock:
            self._session.names.release(name, claimer)

    # ---- Out

    def _post(self, sender: Address, target: Address, message, starts: bool = False) -> None:
        kind = type(message)
        name, type_, bases, payload = name_of(kind), hash_of(kind), bases_of(kind), dump(message, kind)
        if not target:
            raise ZanniError(Code.NO_ADDRESS, name)
        with self._lock:
            if self._closed or (self._failure and threading.current_thread() is not self._thread):
                self._check()
                return
            if target.process == self.process:
                record = Record(type_, payload, target.actor, sender.actor, bases)
                self._events.append((self._dispatch, (sender.process, record)))
            else:
                self._session.post(Outbound(target, sender.actor, type_, payload, bases, name), starts)
            self.counts.sent += 1
            self._wake()
    def _begin(self, process: int) -> Question:
        with self._lock:
            self._check()
            return self._questions.begin(process)

    def _end(self, question: Question) -> None:
        with self._lock:
            self._questions.end(question)

    def _answer(self, question: Question, deadline: float, otherwise: str):
        if not question.wait(deadline - time.monotonic()):
            self._end(question)  # from now on an answer comes too late, and waits for listen()
            if not question.is_done:
                raise Timeout(otherwise)
        return question.result()

    def _await_room(self, target: Address, deadline: float) -> None:
        if threading.current_thread() is self._thread:
            return
        with self._lock:
            if not self._room.wait_for(lambda: self._failure or self._closing or self._has_room(target),
                                       max(0, deadline - time.monotonic())):
                raise ZanniError(Code.OVERLOADED, f"{target} takes nothing more at present")
            self._check()

    def _has_room(self, target: Address) -> bool:
        if target.process == self.process:
            return len(self._events) < EVENTS_FROM_OUTSIDE_MAX
        return target not in self._full and not self._session.channels.is_congested(target.process)

    def _later(self, what, *arguments) -> None:
        """In the receiving thread."""
        with self._lock:
            self._events.append((what, arguments))
            self._wake()

    def _wake(self) -> None:
        if threading.current_thread() is not self._thread:
            with self._lock:
                if not self._closed:
                    self._connection.wake()

    def _check(self) -> None:
        if self._failure:
            raise ZanniError(Code.SHUT_DOWN, f"{self.endpoint}: {self._failure}")
        if self._closing:
            raise ZanniError(Code.SHUT_DOWN, f"{self.endpoint}: this system is closed")

    def _not_in_a_handler(self, what: str) -> None:
        if threading.current_thread() is self._thread:
            raise RuntimeError(f"{what} in a handler would wait for its own thread: send, and handle the answer")

    # ---- What the session tells, with the lock held

    def delivered(self, source: int, record: Record) -> None:
        self._events.append((self._dispatch, (source, record)))

    def lost(self, message: Outbound, reason: int) -> None:
        self._events.append((self._lost, (message, reason)))

    def process_gone(self, process: int, cause: control.Cause) -> None:
        self._events.append((self._process_gone, (process, cause)))

    def host_gone(self, host: int, reason: str) -> None:
        self._events.append((self._host_gone, (host, reason)))

    def name_given(self, name: str, claimer: Address, owner: Address) -> None:
        self._events.append((self._stage.name_given, (name, claimer, owner)))

    def name_found(self, _name: str, asker: Address, owner: Address) -> None:
        question = self._questions.find(question_of(asker.actor))
        if question is not None:
            question.answer(owner)

    def to_end(self, why: str) -> None:
        self._failure = self._failure or why

    # ---- In: the receiving thread

    def _run(self) -> None:
        try:
            while not self._closing and not self._failure:
                self._round()
        except Exception as error:  # a mistake of this code: everybody who waits is to hear of it
            log.exception("the receiving thread ends")
            self._failure = f"the receiving thread has ended: {type(error).__name__}: {error}"
        with self._lock:
            self._fail_all()
        try:
            self._leave()
        except Exception:
            log.exception("leaving failed")
        with self._lock:
            self._closed = True
            self._connection.close()

    def _round(self, longest_ns: int = 10**12) -> bool:
        """True: all that could leave has left."""
        with self._lock:
            now = time.monotonic_ns()
            self._session.tick(now)
            all_sent = self._connection.flush(lambda: self._session.next(time.monotonic_ns()))
            wait = 0 if self._events else max(0, min(self._session.due() - now, longest_ns))
        self._connection.wait(wait)
        frames = self._connection.receive() if len(self._events) < EVENTS_MAX else []
        with self._lock:
            now = time.monotonic_ns()
            for frame in frames:
                self._session.on_frame(frame, now)
        self._run_events()
        with self._lock:
            self._room.notify_all()
        return all_sent

    def _run_events(self, longest: float = EVENTS_AT_ONCE) -> None:
        until = time.monotonic() + longest
        while self._events and time.monotonic() < until:
            what, arguments = self._events.popleft()
            what(*arguments)

    def _leave(self) -> None:
        """Nothing new comes from outside; what was sent may arrive, and what has come is handled."""
        self._run_events(FAREWELL_LONGEST)
        self._stage.end_all()
        deadline = time.monotonic() + SETTLEMENT_LONGEST
        while not self._failure and time.monotonic() < deadline:
            if self._round(50_000_000) and self._session.channels.is_settled and not self._events:
                break
        with self._lock:
            self._session.leave(time.monotonic_ns())
        deadline = time.monotonic() + FAREWELL_LONGEST
        while not self._connection.flush(lambda: self._session.next(time.monotonic_ns())):
            if time.monotonic() > deadline:
                log.warning("the broker takes nothing any more")
                break
            self._connection.wait(1_000_000)
        self._run_events(FAREWELL_LONGEST)
        while self._unread:
            sender, record = self._unread.popleft()
            self._report(DeadLetter(any_of(record), self.address, sender, Code.SHUT_DOWN))

    def _fail_all(self) -> None:
        self._questions.fail_all(ZanniError(Code.SHUT_DOWN, self._failure or "this system is closed"))
        self._unread_came.notify_all()
        self._room.notify_all()

    def _await_registration(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not self._session.is_registered:
            with self._lock:
                self._room.wait_for(lambda: self._session.is_registered or self._failure, 0.1)
            if self._failure or time.monotonic() > deadline:
                failure = ZanniError(Code.REFUSED, f"{self.endpoint}: {self._failure}") if self._failure else \
                    ZanniError(Code.UNREACHABLE, f"{self.endpoint}: the broker does not register this process")
                self._failure = self._failure or "it was never registered"
                self.close()
                raise failure


def _own_name() -> str:
    return os.path.basename(sys.argv[0] or "python")[:256] or "python"


def _machine() -> str:
    """Equal for two processes that see each other by pid."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot:
            return boot.read().strip() + " " + os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
