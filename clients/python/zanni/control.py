"""What processes and brokers say to each other: the payloads of control frames, fields in order, as docs/protocol.md has
them. A time is a number of nanoseconds. Of the messages only what a client says or hears is here."""

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple, Union

from .address import Address
from .messages import message

Value = Union[bool, int, float, str]

# ---- Values inside of them


@dataclass
class Condition:
    key: str
    value: Value
    comparison: int = 0


@dataclass
class Requirement:
    """What a host must offer: `comparison` 0 =, 1 !=, 2 <, 3 <=, 4 >, 5 >=. One of `alternatives` will do instead."""

    key: str
    value: Value = True
    comparison: int = 0
    alternatives: List[Condition] = field(default_factory=list)


@dataclass
class TypeEntry:
    name: str
    requirements: List[Requirement] = field(default_factory=list)
    isolated: bool = False


@dataclass
class HostEntry:
    id: int = 0
    name: str = ""
    version: str = ""
    leader: bool = False
    capabilities: Dict[str, Value] = field(default_factory=dict)
    actor_process: int = 0
    types: List[TypeEntry] = field(default_factory=list)
    endpoints: List[str] = field(default_factory=list)
    actors: int = 0
    key: str = ""
    draining: bool = False


@dataclass
class LaneEntry:
    peer: int = 0
    ipc: bool = False
    up_ns: int = 0
    frames: int = 0


@dataclass
class Cause:
    """Why an actor ended: 1 requested, 2 exception, 3 signal, 4 out of memory, 5 start failure, 6 host lost, 7 process exit,
    8 gone."""

    kind: int = 1
    number: int = 0
    detail: str = ""


@message("zanni.Accounts")
class Accounts:
    sent: int = 0
    received: int = 0
    delivered: int = 0
    unhandled: int = 0
    posted: int = 0
    dead_letters: List[Tuple[int, int]] = field(default_factory=list)


# ---- A process and its broker


@message("zanni.Hello")
class Hello:
    version: str = ""


@message("zanni.Welcome")
class Welcome:
    process: int = 0
    version: str = ""


@message("zanni.Refused")
class Refused:
    code: int = 13
    context: str = ""


@message("zanni.Register")
class Register:
    process: int = 0
    pid: int = 0
    program: str = ""
    common: bool = False
    types: List[TypeEntry] = field(default_factory=list)
    machine: str = ""
    version: str = ""


@message("zanni.Registered")
class Registered:
    host: int = 0
    hosts: List[HostEntry] = field(default_factory=list)
    down_after_ns: int = 5_000_000_000
    pid: int = 0
    member: bool = True


@message("zanni.RegisterAgain")
class RegisterAgain:
    pass


@message("zanni.Report")
class Report:
    actors: int = 0
    accounts: Accounts = field(default_factory=Accounts)
    in_flight: int = 0
    resident_type: str = ""
    lanes: List[LaneEntry] = field(default_factory=list)


@message("zanni.Heartbeat")
class Heartbeat:
    """To a process its broker always says it with nothing in it."""

    status: Optional[int] = None


@message("zanni.DeadLetterHandlers")
class DeadLetterHandlers:
    handlers: List[Address] = field(default_factory=list)


@message("zanni.LoadModule")
class LoadModule:
    path: str = ""


@message("zanni.ModuleLoaded")
class ModuleLoaded:
    path: str = ""
    failure: Optional[str] = None
    types: List[TypeEntry] = field(default_factory=list)
    host: str = ""


@message("zanni.LogRecord")
class LogRecord:
    level: int = 2
    process: int = 0
    program: str = ""
    actor: Address = Address()
    text: str = ""


@message("zanni.UpdateCapability")
class UpdateCapability:
    key: str = ""
    value: Optional[Value] = None


@message("zanni.Leave")
class Leave:
    pass


@message("zanni.EndProcess")
class EndProcess:
    pass


# ---- Names


@dataclass
class NameClaim:
    name: str = ""
    claimer: Address = Address()
    held: bool = False
    held_for_ns: int = 0


@message("zanni.ClaimNames")
class ClaimNames:
    claims: List[NameClaim] = field(default_factory=list)


@message("zanni.NameGiven")
class NameGiven:
    name: str = ""
    claimer: Address = Address()
    owner: Address = Address()


@message("zanni.ReleaseName")
class ReleaseName:
    name: str = ""
    claimer: Address = Address()


@message("zanni.NameReleased")
class NameReleased:
    name: str = ""
    claimer: Address = Address()


@message("zanni.FindName")
class FindName:
    name: str = ""
    asker: Address = Address()


@message("zanni.NameFound")
class NameFound:
    name: str = ""
    asker: Address = Address()
    owner: Address = Address()


# ---- News


@message("zanni.HostChanged")
class HostChanged:
    host: HostEntry = field(default_factory=HostEntry)


@message("zanni.HostGone")
class HostGone:
    host: int = 0
    reason: str = ""


@message("zanni.HostLoads")
class HostLoads:
    loads: List[Tuple[int, int]] = field(default_factory=list)


@message("zanni.ProcessGone")
class ProcessGone:
    process: int = 0
    cause: Cause = field(default_factory=Cause)
    number: int = 0


# ---- A newcomer with a token


@message("zanni.Enrol")
class Enrol:
    key: str = ""
    name: str = ""


@message("zanni.Enrolled")
class Enrolled:
    role: str = ""
    name: str = ""
