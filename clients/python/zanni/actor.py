"""Actors in Python, and how a class says which messages it takes."""

import functools
import inspect
import typing
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

from .address import Address
from .control import Requirement
from .messages import hash_of
from .runtime_messages import AnyMessage


class Actor:
    """State and handlers. All handlers of all actors of a system run in its one receiving thread, one after the other: one
    that takes long holds up the whole system, and one that waits for an answer would wait for itself.

    A handler is a method with @handles; the annotation of its first parameter is the message type it takes. A second
    parameter gets the sender's address. What it returns, if anything, is the answer. A handler that raises gets the same
    message once more; if it raises again, the sender is told (zanni.PoisonMessage), and the actor goes on.
    """

    actor_name = ""  # as it is created by name and listed; else the class's name
    requirements: List[Requirement] = []

    # Set before any handler runs. What __init__ needs of them, started() can do.
    address: Address = Address()
    system = None

    def started(self) -> None:
        """Runs before the first message."""

    def stopped(self) -> None:
        """Runs after the last message."""

    def send(self, target: Address, message) -> None:
        """Never waits. What can't be sent is a dead letter."""
        self.system.send_from(self.address, target, message)

    def watch(self, target: Address) -> None:
        """A zanni.Down comes, once, when that actor has ended."""
        self.system.watch_from(self.address, target)

    def create(self, actor_type, *arguments) -> Address:
        """Another actor in this process. Raises ZanniError with what its constructor raised."""
        return self.system.create(actor_type, *arguments)

    def exit(self) -> None:
        """Ends this actor when the present handler has returned."""
        self.system.end_actor(self.address)


def handles(method: Callable) -> Callable:
    """Marks a method as the handler of the message type that its first parameter is annotated with."""
    method.handles_messages = True
    return method


class Handler(NamedTuple):
    method: str
    message: type
    wants_sender: bool


@functools.lru_cache(maxsize=None)
def handlers_of(actor_type) -> Dict[int, Handler]:
    """By the hash of the message type. Raises TypeError for a handler that doesn't say what it takes."""
    handlers = {}
    for name, method in inspect.getmembers(actor_type, inspect.isfunction):
        if not getattr(method, "handles_messages", False):
            continue
        parameters = list(inspect.signature(method).parameters.values())[1:]
        kind = typing.get_type_hints(method).get(parameters[0].name) if parameters else None
        if kind is None or len(parameters) > 2:
            raise TypeError(f"{actor_type.__name__}.{name}: a handler takes one annotated message, and the sender if it likes")
        handlers[hash_of(kind)] = Handler(name, kind, len(parameters) == 2)
    return handlers


def handler_for(actor_type, type_: int, bases: Tuple[int, ...]) -> Optional[Handler]:
    """Of the type itself, else of the nearest of its bases, else of AnyMessage."""
    handlers = handlers_of(actor_type)
    return next((handlers[one] for one in (type_, *bases, hash_of(AnyMessage)) if one in handlers), None)


def name_of_type(actor_type) -> str:
    return actor_type.actor_name or actor_type.__name__
