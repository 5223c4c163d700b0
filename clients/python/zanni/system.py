"""A Python program in a convention: `join()` and what can be done then."""

import threading
import time
from typing import Callable, List, NamedTuple, Optional, Sequence, Type, TypeVar

from . import control, placement
from .actor import name_of_type
from .address import MINTED_BIT, Address, question_address
from .channel import Settings
from .delivery import DeadLetterLog, any_of
from .errors import Code, Timeout, ZanniError
from .messages import hash_of, known, name_of
from .payload import BadPayload, load
from .runtime import Runtime
from .runtime_messages import CreateActor, CreateReply, DeadLetter, PoisonMessage

Reply = TypeVar("Reply")

_ISOLATED = range(0x80000000, 0xFFFF0000)


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
    return System(endpoint, keys, list(types), on_dead_letter or DeadLetterLog(), program, timeout, settings)


class System(Runtime):
    """A process of the convention. One thread of its own receives and runs all actors; the other methods may be called by any
    thread. Best used with `with`."""

    def __enter__(self) -> "System":
        return self

    def __exit__(self, *_exception) -> None:
        self.close()
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
                return Received(any_of(record), sender)
            try:
                return Received(load(record.payload, kind), sender)
            except BadPayload:
                self._later(self._report, DeadLetter(any_of(record), self.address, sender, Code.MALFORMED))

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
