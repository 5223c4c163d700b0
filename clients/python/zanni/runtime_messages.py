"""Messages between runtimes: ordinary records of data frames, by which processes create, watch and end each other's actors.
Fields in order, as docs/protocol.md has them."""

from dataclasses import dataclass, field
from typing import List

from .address import Address
from .control import Cause, Requirement
from .messages import message


@dataclass
class Supervision:
    """What follows when a handler has failed: 0 resume, 1 restart, 2 stop, 3 escalate; this actor, or 1 its siblings too."""

    on_failure: int = 0
    scope: int = 0
    restarts_max: int = 3
    period_ns: int = 5_000_000_000


@message("zanni.CreateActor")
class CreateActor:
    address: Address = Address()
    parent: Address = Address()
    reply_to: Address = Address()
    type: str = ""
    requirements: List[Requirement] = field(default_factory=list)
    supervision: Supervision = field(default_factory=Supervision)
    name: str = ""
    wait_longest_ns: int = 0


@message("zanni.CreateReply")
class CreateReply:
    address: Address = Address()
    running: bool = False
    code: int = 7
    context: str = ""
    name: str = ""


@message("zanni.AwaitStart")
class AwaitStart:
    reply_to: Address = Address()
    name: str = ""


@message("zanni.ChildExited")
class ChildExited:
    address: Address = Address()
    cause: Cause = field(default_factory=Cause)


@message("zanni.MailboxFull")
class MailboxFull:
    target: Address = Address()


@message("zanni.MailboxDrained")
class MailboxDrained:
    target: Address = Address()


@message("zanni.ExitRequest")
class ExitRequest:
    recursive: bool = True


@message("zanni.ActorStatusRequest")
class ActorStatusRequest:
    pass


@message("zanni.ActorStatus")
class ActorStatus:
    address: Address = Address()
    type: str = ""
    name: str = ""
    parent: Address = Address()
    children: List[Address] = field(default_factory=list)
    children_count: int = 0
    waiting: int = 0
    stashed: int = 0
    timers: int = 0
    waiting_handlers: int = 0
    watchers: int = 0
    taken: int = 0
    failures: int = 0
    restarts: int = 0


@message("zanni.Orphaned")
class Orphaned:
    pass


@message("zanni.SurveyRequest")
class SurveyRequest:
    actors_max: int = 0
    messages: bool = False


@message("zanni.AnyMessage")
class AnyMessage:
    """Of a type that this program may not have. A handler for it takes what no other handler does."""

    type: int = 0
    name: str = ""
    payload: bytes = b""


@message("zanni.PoisonMessage")
class PoisonMessage:
    message: AnyMessage = field(default_factory=AnyMessage)
    what: str = ""


@message("zanni.DeadLetter")
class DeadLetter:
    """A message that was not delivered, or (unknown_delivery) may not have been; without a type and a payload: one that this
    process has sent, of which another knows only that."""

    message: AnyMessage = field(default_factory=AnyMessage)
    target: Address = Address()
    sender: Address = Address()
    reason: int = 2


@message("zanni.Undeliverable")
class Undeliverable:
    target: Address = Address()
    reason: int = 2


@message("zanni.Watch")
class Watch:
    linked: bool = False


@message("zanni.Unwatch")
class Unwatch:
    linked: bool = False


@message("zanni.Down")
class Down:
    address: Address = Address()
    cause: Cause = field(default_factory=Cause)


@message("zanni.LinkedEnded")
class LinkedEnded:
    address: Address = Address()
    cause: Cause = field(default_factory=Cause)


@message("zanni.LaneRequest")
class LaneRequest:
    number: int = 0
    machine: str = ""
    key: str = ""


@message("zanni.LaneRefused")
class LaneRefused:
    number: int = 0
    why: str = ""
