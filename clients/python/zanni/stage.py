"""The actors of this process. All of it belongs to the receiving thread."""

import logging
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Set

from . import control
from .actor import Actor, Handler, handler_for, handlers_of, name_of_type
from .address import MINTED_BIT, Address
from .control import Cause
from .errors import Code, ZanniError
from .frame import Record
from .messages import hash_of, known, name_of
from .payload import BadPayload, load
from .questions import Question
from .runtime_messages import (ActorStatus, ActorStatusRequest, AnyMessage, AwaitStart, ChildExited, CreateActor, CreateReply,
                               Down, ExitRequest, LinkedEnded, Orphaned, PoisonMessage, Unwatch, Watch)

log = logging.getLogger("zanni")

_REQUESTED, _HOST_LOST, _GONE = 1, 6, 8


@dataclass
class Cell:
    """One actor, and who wants to hear of its end."""

    address: Address
    type: type
    arguments: tuple = ()
    actor: Optional[Actor] = None  # None while it waits for its name
    name: str = ""
    parent: Address = Address()
    reply_to: Address = Address()
    created_by: Optional[Question] = None
    watchers: Dict[Address, bool] = field(default_factory=dict)  # True: linked
    watching: Set[Address] = field(default_factory=set)
    taken: int = 0
    failures: int = 0


class Stage:
    """`runtime` is the System, for what actors do to others: `send_from`, `dead_letter`, `claim`, `release`, `counts`."""

    def __init__(self, runtime, process: int, types: List[type]):
        for one in types:
            handlers_of(one)  # a mistake in one is to show at once
        self.types = {name_of_type(one): one for one in types}
        self._runtime = runtime
        self._process = process
        self._cells: Dict[int, Cell] = {}
        self._claiming: Dict[str, Cell] = {}
        self._last = 0

    def cells(self) -> List[Cell]:
        return list(self._cells.values())

    # ---- Beginnings

    def create(self, actor_type: type, arguments: tuple, name: str, question: Optional[Question]) -> Optional[Address]:
        """The question, if there is one, hears how it went; else this raises ZanniError."""
        self._last += 1
        cell = Cell(Address(self._process, 1 << 32 | self._last), actor_type, arguments, name=name, created_by=question)
        try:
            handlers_of(actor_type)
            if not name:
                self._start(cell)
            elif name in self._claiming:
                raise ZanniError(Code.REFUSED, f"this process is asking for the name '{name}' already")
            else:
                self._claiming[name] = cell
                self._runtime.claim(name, cell.address)
        except (ZanniError, TypeError) as error:
            if question is None:
                raise
            question.fail(error)
        return cell.address

    def create_for(self, request: CreateActor) -> None:
        """Another process has chosen this one."""
        actor_type = self.types.get(request.type)
        cell = Cell(request.address, actor_type, parent=request.parent, reply_to=request.reply_to, name=request.name)
        try:
            if actor_type is None:
                raise ZanniError(Code.UNKNOWN_TYPE, f"no actor type {request.type} in this process")
            if request.address.process != self._process or not request.address.actor & MINTED_BIT:
                raise ZanniError(Code.MALFORMED, "an address that is not for this process")
            if request.address.actor in self._cells:
                raise ZanniError(Code.REFUSED, "the address is taken")
            if request.supervision.on_failure != 0:
                raise ZanniError(Code.REFUSED, "an actor in Python goes on after a failure, and knows no other supervision")
            if request.name:
                raise ZanniError(Code.REFUSED, "an actor in Python gets its name from its own process")
            self._start(cell)
        except ZanniError as error:
            self._refuse(cell, error)

    def name_given(self, name: str, claimer: Address, owner: Address) -> None:
        cell = self._claiming.pop(name, None)
        if cell is None:
            if claimer.actor in self._cells and owner != claimer:
                log.warning("two actors are named '%s', as hosts were apart: %s has to end", name, claimer)
                self._runtime.send_from(Address(), claimer, ExitRequest())
            return
        if owner == claimer:
            try:
                self._start(cell)
            except ZanniError as error:
                self._runtime.release(name, claimer)
                cell.created_by.fail(error)
        elif owner:
            cell.created_by.answer(owner)
        else:
            cell.created_by.fail(ZanniError(Code.OVERLOADED, "the convention has too many names"))

    def give_up_claim(self, name: str) -> None:
        cell = self._claiming.pop(name, None)
        if cell is not None:
            self._runtime.release(name, cell.address)

    def _start(self, cell: Cell) -> None:
        name = name_of_type(cell.type)
        try:
            actor = cell.type(*cell.arguments)
            actor.address, actor.system = cell.address, self._runtime
            self._cells[cell.address.actor] = cell
            cell.actor = actor
            actor.started()
        except Exception as error:  # whatever the user's code raises
            self._cells.pop(cell.address.actor, None)
            raise ZanniError(Code.START_FAILED, f"{name}: {type(error).__name__}: {error}") from error
        self._runtime.counts.actors = len(self._cells)
        if cell.created_by is not None:
            cell.created_by.answer(cell.address)
        if cell.reply_to:
            self._runtime.send_from(Address(), cell.reply_to, CreateReply(cell.address, True, 0, "", cell.name))

    def _refuse(self, cell: Cell, error: ZanniError) -> None:
        if cell.reply_to:
            reply = CreateReply(cell.address, False, error.code, error.context, cell.name)
            self._runtime.send_from(Address(), cell.reply_to, reply)
        if cell.parent:
            end = ChildExited(cell.address, Cause(5, 0, str(error)))
            self._runtime.send_from(cell.address, cell.parent, end)

    # ---- Messages

    def take(self, source: int, record: Record) -> None:
        sender = Address(source, record.sender_actor) if record.sender_actor else Address()
        cell = self._cells.get(record.target_actor)
        if cell is None:
            return self._nobody(record, sender)
        cell.taken += 1
        handler = handler_for(cell.type, record.type, record.bases)
        system = _SYSTEM.get(record.type)
        if system is not None and not (record.type == hash_of(ActorStatusRequest) and _takes(handler, ActorStatusRequest)):
            self._runtime.counts.delivered += 1
            return system(self, cell, record, sender)
        if record.type == hash_of(Down):
            ended = load(record.payload, Down).address
            if ended not in cell.watching:
                self._runtime.counts.delivered += 1  # it has heard of that
                return
            cell.watching.discard(ended)
        if handler is None:
            self._runtime.counts.unhandled += 1
            return log.warning("%s has no handler for a message of type %s", name_of_type(cell.type), _show(record))
        self._handle(cell, handler, record, sender)

    def _handle(self, cell: Cell, handler: Handler, record: Record, sender: Address) -> None:
        try:
            load(record.payload, handler.message) if handler.message is not AnyMessage else None
        except BadPayload:
            return self._runtime.dead_letter(record, Address(self._process, record.target_actor), sender, Code.MALFORMED)
        self._runtime.counts.delivered += 1
        try:
            answer = self._try_twice(cell, handler, record, sender)
            if answer is not None and sender:
                self._runtime.send_from(cell.address, sender, answer)
        except Exception as error:  # whatever the user's code raises, and an answer that is no message
            self._poisoned(cell, handler, record, sender, error)

    def _try_twice(self, cell: Cell, handler: Handler, record: Record, sender: Address):
        run = getattr(cell.actor, handler.method)
        for may_fail in (True, False):
            try:
                return run(*(_read(record, handler), sender)[:1 + handler.wants_sender])
            except Exception:  # whatever the user's code raises
                if not may_fail:
                    raise

    def _poisoned(self, cell: Cell, handler: Handler, record: Record, sender: Address, error: Exception) -> None:
        cell.failures += 1
        log.error("%s.%s failed twice on %s", name_of_type(cell.type), handler.method, _show(record), exc_info=error)
        if sender:
            what = f"{type(error).__name__}: {error}"
            self._runtime.send_from(cell.address, sender, PoisonMessage(_any(record), what))

    def _nobody(self, record: Record, sender: Address) -> None:
        """Nothing of the user's is lost silently, and who asked for an answer gets one."""
        target = Address(self._process, record.target_actor)
        if record.type == hash_of(Watch):
            self._runtime.counts.delivered += 1
            kind = LinkedEnded if load(record.payload, Watch).linked else Down
            return self._runtime.send_from(target, sender, kind(target, Cause(_GONE)))
        if record.type == hash_of(AwaitStart):
            self._runtime.counts.delivered += 1
            asked = load(record.payload, AwaitStart)
            no = CreateReply(target, False, Code.UNKNOWN_NAME, "it ended before it could be asked", asked.name)
            return self._runtime.send_from(target, asked.reply_to, no)
        if record.type in _SYSTEM or record.type == hash_of(Down):
            self._runtime.counts.delivered += 1
            return None
        return self._runtime.dead_letter(record, target, sender, Code.DEAD_TARGET)

    # ---- What the system asks of an actor

    def _on_watch(self, cell: Cell, record: Record, sender: Address) -> None:
        cell.watchers[sender] = load(record.payload, Watch).linked

    def _on_unwatch(self, cell: Cell, _record: Record, sender: Address) -> None:
        cell.watchers.pop(sender, None)

    def _on_exit_request(self, cell: Cell, record: Record, sender: Address) -> None:
        handler = handler_for(cell.type, record.type, ())
        if handler is not None and handler.message is ExitRequest:
            self._runtime.counts.delivered -= 1  # _handle() counts it
            self._handle(cell, handler, record, sender)
        self.end(cell, Cause(_REQUESTED))

    def _on_status_request(self, cell: Cell, _record: Record, sender: Address) -> None:
        if sender:
            self._runtime.send_from(cell.address, sender, ActorStatus(
                cell.address, name_of_type(cell.type), cell.name, cell.parent, watchers=len(cell.watchers),
                taken=cell.taken, failures=cell.failures))

    def _on_await_start(self, cell: Cell, record: Record, _sender: Address) -> None:
        asked = load(record.payload, AwaitStart)
        self._runtime.send_from(cell.address, asked.reply_to, CreateReply(cell.address, True, 0, "", asked.name))

    def _on_orphaned(self, cell: Cell, _record: Record, _sender: Address) -> None:
        cell.parent = Address()

    def watch(self, watcher: Address, target: Address) -> None:
        cell = self._cells.get(watcher.actor)
        if cell is not None:
            cell.watching.add(target)

    # ---- Ends

    def end(self, cell: Cell, cause: Cause) -> None:
        if self._cells.pop(cell.address.actor, None) is None:
            return
        self._runtime.counts.actors = len(self._cells)
        if cell.name:
            self._runtime.release(cell.name, cell.address)
        try:
            cell.actor.stopped()
        except Exception:  # whatever the user's code raises
            log.exception("%s failed in stopped()", name_of_type(cell.type))
        for watcher, linked in cell.watchers.items():
            self._runtime.send_from(cell.address, watcher, (LinkedEnded if linked else Down)(cell.address, cause))
        if cell.parent:
            self._runtime.send_from(cell.address, cell.parent, ChildExited(cell.address, cause))

    def end_all(self) -> None:
        for cell in list(self._cells.values()):
            self.end(cell, Cause(_REQUESTED))

    def gone(self, concerns, cause: Cause) -> None:
        """All actors of the processes that `concerns` have ended."""
        for cell in list(self._cells.values()):
            cell.watchers = {one: linked for one, linked in cell.watchers.items() if not concerns(one.process)}
            for target in [one for one in cell.watching if concerns(one.process)]:
                self._runtime.send_from(target, cell.address, Down(target, cause))
            if cell.parent and concerns(cell.parent.process):
                self.end(cell, cause)


_SYSTEM = {
    hash_of(Watch): Stage._on_watch,
    hash_of(Unwatch): Stage._on_unwatch,
    hash_of(ExitRequest): Stage._on_exit_request,
    hash_of(ActorStatusRequest): Stage._on_status_request,
    hash_of(AwaitStart): Stage._on_await_start,
    hash_of(Orphaned): Stage._on_orphaned,
}


def _takes(handler: Optional[Handler], kind: type) -> bool:
    return handler is not None and handler.message is kind


def _any(record: Record) -> AnyMessage:
    kind = known(record.type)
    return AnyMessage(record.type, name_of(kind) if kind else "", record.payload)


def _read(record: Record, handler: Handler):
    return _any(record) if handler.message is AnyMessage else load(record.payload, handler.message)


def _show(record: Record) -> str:
    kind = known(record.type)
    return name_of(kind) if kind else f"{record.type:016x}"


def host_lost(reason: str) -> control.Cause:
    return Cause(_HOST_LOST, 0, reason)
