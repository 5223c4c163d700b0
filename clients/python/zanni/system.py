"""A Python program in a convention: `join()` and what can be done then."""

import atexit
import logging
import os
import random
import sys
import threading
import time
from collections import deque
from typing import Callable, Deque, List, NamedTuple, Optional, Sequence, Type, TypeVar

import zmq

from . import control, placement, runtime_messages
from .actor import name_of_type
from .address import ENDPOINT_BIT, MINTED_BIT, Address, is_endpoint, question_address, question_of
from .channel import Outbound, Settings
from .connection import Connection, ask_once
from .errors import Code, Timeout, ZanniError, name_of_code
from .frame import Record
from .keys import keys_for
from .messages import bases_of, hash_of, known, name_of
from .payload import BadPayload, dump, load
from .questions import Question, Questions
from .runtime_messages import (AnyMessage, CreateActor, CreateReply, DeadLetter, ExitRequest, LaneRefused, LaneRequest,
                               MailboxDrained, MailboxFull, PoisonMessage, SurveyRequest, Undeliverable, Watch)
from .session import Listener, Session, registration
from .stage import Stage, host_lost
from .survey import RecentDeadLetters, survey
from .version import VERSION

log = logging.getLogger("zanni")
Reply = TypeVar("Reply")

UNREAD_MAX = 10_000
EVENTS_MAX = 1_000  # that wait to be handled before nothing more is received
EVENTS_FROM_OUTSIDE_MAX = 10_000  # before tell() to an actor of this process waits
EVENTS_AT_ONCE = 0.05  # seconds, before the broker gets its turn again
SETTLEMENT_LONGEST = 5.0
FAREWELL_LONGEST = 0.5
_ISOLATED = range(0x80000000, 0xFFFF0000)
_OF_THE_SYSTEM = {hash_of(kind): kind for kind in vars(runtime_messages).values()
                  if isinstance(kind, type) and "message_name" in vars(kind)
                  and kind not in (AnyMessage, DeadLetter, PoisonMessage, runtime_messages.ActorStatus)}


class Received(NamedTuple):
    message: object  # zanni.AnyMessage if this program has no such type
    sender: Address


def join(endpoint: str, keys=None, types: Sequence[type] = (), on_dead_letter: Optional[Callable] = None,
         program: str = "", timeout: float = 10.0, settings: Settings = Settings()) -> "System":
    """Joins the convention whose broker is at that endpoint, tcp:// or ipc://.

    keys: a folder of keys, "none", zanni.Keys, or None: the user's folder if there is one. types: actor classes that others
    may create here by name. on_dead_letter: called in the receiving thread with a zanni.DeadLetter; without it they are
    logged. Raises ZanniError, with the endpoint, and zanni.BadKeys. Blocks: up to `timeout` seconds, twice.
    """
    return System(endpoint, keys, list(types), on_dead_letter or _DeadLetterLog(), program, timeout, settings)


class System(Listener):
    """A process of the convention. One thread of its own receives and runs all actors; the other methods may be called by any
    thread. Best used with `with`."""

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

    def __enter__(self) -> "System":
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    # ---- For everybody

    def tell(self, target: Address, message, timeout: float = 60.0) -> None:
        """Sends. While the target's mailbox is full, or too much waits for its process, this blocks (not in a handler).
        Raises ZanniError: overloaded when that has lasted too long, no_address, too_large, dead_target, shut_down."""
        self._await_room(target, time.monotonic() + timeout)
        self._post(self.address, target, message)

    def ask(self, target: Address, message, reply_type: Type[Reply], timeout: float = 5.0) -> Reply:
        """The target's answer. Raises zanni.Timeout, and ZanniError: dead_target, poison, unexpected_reply, malformed, and what
        tell() raises. Not in a handler."""
        self._not_in_a_handler("ask")
        deadline = time.monotonic() + timeout
        self._await_room(target, deadline)
        question = self._begin(target.process)
        try:
            self._post(question_address(self.process, question.number), target, message)
            record = self._answer(question, deadline, f"{target} has not answered {name_of(type(message))}")
        finally:
            self._end(question)
        return _as_reply(record, reply_type, target)

    def listen(self, timeout: float = 5.0) -> Received:
        """The next message to this system's own address. Raises zanni.Timeout."""
        self._not_in_a_handler("listen")
        deadline = time.monotonic() + timeout
        while True:
            with self._lock:
                self._unread_came.wait_for(lambda: self._unread or self._failure or self._closing,
                                           max(0, deadline - time.monotonic()))
                if not self._unread:
                    self._check()
                    raise Timeout(f"nothing has come in {timeout:g} s")
                sender, record = self._unread.popleft()
            kind = known(record.type, record.bases)
            if kind is None:
                return Received(_any(record), sender)
            try:
                return Received(load(record.payload, kind), sender)
            except BadPayload:
                self._later(self._report, DeadLetter(_any(record), self.address, sender, Code.MALFORMED))

    def create(self, what, *arguments, name: str = "", requirements: Sequence[control.Requirement] = (),
               at: Optional[Address] = None, isolated: Optional[bool] = None, timeout: float = 10.0) -> Address:
        """An actor: of a class, in this process; or of a type's name, where a host has the type and offers what is required, or
        in the process of the actor `at`. With a name: the one actor of that name in the convention, which may be another's.
        isolated: in a process of its own, which its host starts; None: as the type says.
        Raises ZanniError: unknown_type, unmet_requirement, start_failed, and others; zanni.Timeout."""
        here = self._stage.types.get(what) if isinstance(what, str) else what
        if here is not None and at is None:
            return self._create_here(here, arguments, name, timeout)
        if arguments:
            raise TypeError("what runs in another process gets no arguments: send it a message")
        self._not_in_a_handler("create of a type that is not in this process")
        deadline = time.monotonic() + timeout
        with self._lock:
            self._check()
            process, starts = (at.process, False) if at else self._place(what, list(requirements), isolated)
        question = self._begin(process)
        address = Address(process, MINTED_BIT | self._random.getrandbits(63))
        request = CreateActor(address, Address(), question_address(self.process, question.number), what,
                              list(requirements), name=name, wait_longest_ns=int(timeout * 1e9))
        try:
            self._post(Address(), Address(process, 0), request, starts)
            record = self._answer(question, deadline, f"nobody has said whether {what} runs")
        finally:
            self._end(question)
        reply = _as_reply(record, CreateReply, Address(process, 0))
        if not reply.running:
            raise ZanniError(reply.code, f"{what}: {reply.context}")
        return reply.address

    def find_name(self, name: str, timeout: float = 5.0) -> Address:
        """Raises ZanniError unknown_name, and zanni.Timeout."""
        self._not_in_a_handler("find_name")
        deadline = time.monotonic() + timeout
        question = self._begin(0)
        asker = question_address(self.process, question.number)
        try:
            with self._lock:
                self._session.names.find(name, asker)
            self._wake()
            owner = self._answer(question, deadline, f"nobody has said who has the name '{name}'")
        finally:
            with self._lock:
                self._session.names.find_no_more(name, asker)
            self._end(question)
        if not owner:
            raise ZanniError(Code.UNKNOWN_NAME, f"no actor has the name '{name}'")
        return owner

    def hosts(self) -> List[control.HostEntry]:
        """Of the convention, as far as this process has heard."""
        with self._lock:
            return list(self._session.hosts.values())

    @property
    def in_flight(self) -> int:
        """Messages to other processes that are not known to have arrived."""
        with self._lock:
            return self._session.channels.messages

    @property
    def registrations(self) -> int:
        """How often a broker has taken this process in: more than once when it was started again."""
        with self._lock:
            return self._session.registrations

    @property
    def broker_is_silent(self) -> bool:
        """Nothing has come from it for the down time. What is sent meanwhile waits for it to come back."""
        with self._lock:
            return self._session.broker_is_silent

    @property
    def resent(self) -> int:
        """Frames that were sent more than once."""
        with self._lock:
            return self._session.channels.resent

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
            if hash_of(kind) in _OF_THE_SYSTEM:
                return log.debug("%s to %s was not sent: %s", name_of(kind), target, error)
            with self._lock:
                self.counts.sent += 1
            self.counts.dead_letter(error.code)
            self._report(DeadLetter(AnyMessage(hash_of(kind), name_of(kind), dump(message, kind)), target, sender, error.code))

    def watch_from(self, watcher: Address, target: Address) -> None:
        self._stage.watch(watcher, target)
        self.send_from(watcher, target, Watch())

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

    def _place(self, type_name: str, requirements: List[control.Requirement], isolated: Optional[bool]):
        """The process that is to run it, and whether that is to be started for it."""
        host = placement.choose(list(self._session.hosts.values()), self._session.host, type_name, requirements,
                                self._random)
        if isolated is None:
            isolated = next(entry.isolated for entry in host.types if entry.name == type_name)
        if not isolated:
            return host.actor_process, False
        return host.id << 32 | self._random.choice(_ISOLATED), True

    def _create_here(self, actor_type, arguments: tuple, name: str, timeout: float) -> Address:
        if threading.current_thread() is self._thread:
            if name:
                raise RuntimeError("create() with a name waits for the leader: not in a handler")
            return self._stage.create(actor_type, arguments, "", None)
        deadline = time.monotonic() + timeout
        question = self._begin(0)
        try:
            self._later(self._stage.create, actor_type, arguments, name, question)
            return self._answer(question, deadline, f"{name_of_type(actor_type)} does not run yet" +
                                (f": nobody has said whose the name '{name}' is" if name else ""))
        except Timeout:
            self._later(self._stage.give_up_claim, name)
            raise
        finally:
            self._end(question)

    def _begin(self, process: int) -> Question:
        with self._lock:
            self._check()
            return self._questions.begin(process)

    def _end(self, question: Question) -> None:
        with self._lock:
            self._questions.end(question)

    def _answer(self, question: Question, deadline: float, otherwise: str):
        if not question.wait(deadline - time.monotonic()):
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
            self._report(DeadLetter(_any(record), self.address, sender, Code.SHUT_DOWN))

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

    def _dispatch(self, source: int, record: Record) -> None:
        try:
            if record.target_actor == 0:
                self._for_process(source, record)
            elif is_endpoint(record.target_actor):
                self._for_endpoint(source, record)
            else:
                self._stage.take(source, record)
        except BadPayload as error:  # of a message of the system's own
            log.warning("a message of process %016x was refused: %s", source, error)

    def _for_process(self, source: int, record: Record) -> None:
        kind = _OF_THE_SYSTEM.get(record.type)
        sender = Address(source, record.sender_actor) if record.sender_actor else Address()
        if kind is None:
            return self.dead_letter(record, Address(self.process, 0), sender, Code.DEAD_TARGET)
        self.counts.delivered += 1
        message = load(record.payload, kind)
        if kind in (MailboxFull, MailboxDrained):
            if message.target.process == source:  # each speaks for its own actors
                with self._lock:
                    (self._full.add if kind is MailboxFull else self._full.discard)(message.target)
        elif kind is CreateActor:
            self._stage.create_for(message)
        elif kind is SurveyRequest and sender:
            self.send_from(Address(), sender, survey(self.process, message, self._stage.cells(), self._recent_dead_letters,
                                                     self.counts.message()))
        elif kind is LaneRequest:
            self.send_from(Address(), Address(source, 0), LaneRefused(message.number, "this process has no lanes"))

    def _for_endpoint(self, source: int, record: Record) -> None:
        sender = Address(source, record.sender_actor) if record.sender_actor else Address()
        if question_address(self.process, question_of(record.target_actor)).actor != record.target_actor:
            return self.dead_letter(record, Address(self.process, record.target_actor), sender, Code.DEAD_TARGET)
        with self._lock:
            question = self._questions.find(question_of(record.target_actor))
        if record.type == hash_of(Undeliverable):
            self.counts.delivered += 1
            notice = load(record.payload, Undeliverable)
            if question is not None:
                return question.fail(ZanniError(notice.reason, f"{notice.target}"))
            return self._report(DeadLetter(AnyMessage(), notice.target, self.address, notice.reason))
        if question is not None or record.type == hash_of(CreateReply):
            self.counts.delivered += 1
            return question.answer((sender, record)) if question is not None else None
        if record.type in _OF_THE_SYSTEM:
            self.counts.delivered += 1  # nothing of the user's, and no actor is here
            return None
        with self._lock:
            is_full = len(self._unread) >= UNREAD_MAX
            if not is_full:
                self._unread.append((sender, record))
                self._unread_came.notify()
        if is_full:
            return self.dead_letter(record, self.address, sender, Code.OVERLOADED)
        self.counts.delivered += 1
        return None

    def _process_gone(self, process: int, cause: control.Cause) -> None:
        with self._lock:
            self._questions.fail_process(process, ZanniError(Code.DEAD_TARGET, f"process {process:016x} is gone"))
            self._full = {target for target in self._full if target.process != process}
        self._stage.gone(lambda one: one == process, cause)

    def _host_gone(self, host: int, reason: str) -> None:
        with self._lock:
            self._questions.fail_host(host, ZanniError(Code.DEAD_TARGET, f"host {host:08x} is gone: {reason}"))
            self._full = {target for target in self._full if target.process >> 32 != host}
        self._stage.gone(lambda one: one >> 32 == host, host_lost(reason))

    # ---- What can't be delivered

    def _lost(self, message: Outbound, reason: int) -> None:
        kind = _OF_THE_SYSTEM.get(message.type)
        if kind is CreateActor:
            asked = load(message.payload, CreateActor)
            self._fail_question(asked.reply_to.actor, reason, f"the process chosen for {asked.type} can't be reached")
        if kind is not None:
            self.counts.delivered += 1
            return
        self.counts.dead_letter(reason)
        if message.sender_actor & ENDPOINT_BIT and self._fail_question(message.sender_actor, reason, str(message.target)):
            return
        content = AnyMessage(message.type, message.name, message.payload)
        self._report(DeadLetter(content, message.target, Address(self.process, message.sender_actor), reason))

    def _fail_question(self, asker: int, reason: int, context: str) -> bool:
        with self._lock:
            question = self._questions.find(question_of(asker))
            if question is not None:
                question.fail(ZanniError(reason, context))
            return question is not None

    def dead_letter(self, record: Record, target: Address, sender: Address, reason: int) -> None:
        """A message that has come, and that nobody here takes."""
        self.counts.dead_letter(reason)
        if sender and is_endpoint(sender.actor):
            if sender.process != self.process or question_of(sender.actor):
                self.send_from(Address(), sender, Undeliverable(target, reason))
        self._report(DeadLetter(_any(record), target, sender, reason))

    def _report(self, letter: DeadLetter) -> None:
        with self._lock:
            self._recent_dead_letters.add(letter)
        try:
            self._on_dead_letter(letter)
            for handler in self._session.dead_letter_handlers:
                self.send_from(Address(), handler, letter)
        except Exception:  # of the user's code, or as the way to a handler is blocked
            log.exception("a dead letter could not be reported")


def _as_reply(answer, reply_type: Type[Reply], target: Address) -> Reply:
    _sender, record = answer
    if record.type != hash_of(reply_type) and hash_of(reply_type) not in record.bases:
        if record.type == hash_of(PoisonMessage):
            raise ZanniError(Code.POISON, f"{target}: {load(record.payload, PoisonMessage).what}")
        kind = known(record.type)
        what = name_of(kind) if kind else f"{record.type:016x}"
        raise ZanniError(Code.UNEXPECTED_REPLY, f"{target} has answered {what}, not {name_of(reply_type)}")
    try:
        return load(record.payload, reply_type)
    except BadPayload as error:
        raise ZanniError(Code.MALFORMED, f"{name_of(reply_type)} from {target}: {error}") from error


def _any(record: Record) -> AnyMessage:
    kind = known(record.type)
    return AnyMessage(record.type, name_of(kind) if kind else "", record.payload)


class _DeadLetterLog:
    """One line for each target, of a limited number."""

    _TARGETS_MAX = 1_000

    def __init__(self):
        self._said = set()

    def __call__(self, letter: DeadLetter) -> None:
        if letter.target in self._said or len(self._said) == self._TARGETS_MAX:
            return
        self._said.add(letter.target)
        log.warning("dead letter: %s to %s: %s (said once for this target)", letter.message.name or "a message",
                    letter.target, name_of_code(letter.reason))


def _own_name() -> str:
    return os.path.basename(sys.argv[0] or "python")[:256] or "python"


def _machine() -> str:
    """Equal for two processes that see each other by pid."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot:
            return boot.read().strip() + " " + os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
