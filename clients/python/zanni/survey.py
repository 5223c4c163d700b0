"""What a process says of itself to tools: `zanni actors`, `zanni top`, `zanni send`. Fields in order, as docs/protocol.md has
them; handler times and peers are left empty."""

import dataclasses
import enum
import os
import resource
import time
import typing
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Deque, Dict, List

from .actor import handlers_of, name_of_type
from .address import Address
from .control import Accounts
from .messages import message, name_of
from .runtime_messages import DeadLetter, SurveyRequest

LISTED_MAX = 10_000
TYPES_MAX = 1_000
DEAD_LETTERS_MAX = 100


@dataclass
class HandlerTimes:
    counts: List[int] = field(default_factory=lambda: [0] * 15)
    all_ns: int = 0


@dataclass
class SurveyedType:
    name: str = ""
    actors: int = 0
    waiting: int = 0
    deepest: int = 0
    taken: int = 0
    handler_times: HandlerTimes = field(default_factory=HandlerTimes)
    messages: List[str] = field(default_factory=list)


@dataclass
class SurveyedActor:
    address: Address = Address()
    parent: Address = Address()
    type: int = 0
    name: str = ""
    waiting: int = 0
    taken: int = 0


@dataclass
class SurveyedPeer:
    process: int = 0
    frames_sent: int = 0
    bytes_sent: int = 0
    frames_received: int = 0
    bytes_received: int = 0
    frames_resent: int = 0
    bytes_waiting: int = 0
    bytes_unacknowledged: int = 0
    window_bytes: int = 0
    by_lane: bool = False


@dataclass
class RecentDeadLetter:
    ago_ns: int = 0
    message: str = ""
    target: Address = Address()
    sender: Address = Address()
    reason: int = 2
    count: int = 0


@dataclass
class Machine:
    resident_bytes: int = 0
    open_files: int = 0
    processor_time_ns: int = 0


@message("zanni.Survey")
class Survey:
    process: int = 0
    actors: int = 0
    types: List[SurveyedType] = field(default_factory=list)
    listed: List[SurveyedActor] = field(default_factory=list)
    peers: List[SurveyedPeer] = field(default_factory=list)
    dead_letters: List[RecentDeadLetter] = field(default_factory=list)
    machine: Machine = field(default_factory=Machine)
    accounts: Accounts = field(default_factory=Accounts)
    slow_handlers: int = 0


class RecentDeadLetters:
    """The last ones, those alike counted together."""

    def __init__(self):
        self._recent: Deque[tuple] = deque(maxlen=DEAD_LETTERS_MAX)

    def add(self, letter: DeadLetter) -> None:
        key = letter.message.name, letter.target, letter.sender, letter.reason
        same = next((entry for entry in self._recent if entry[0] == key), None)
        if same is not None:
            self._recent.remove(same)
        self._recent.append((key, time.monotonic_ns(), same[2] + 1 if same else 1))

    def latest_first(self) -> List[RecentDeadLetter]:
        now = time.monotonic_ns()
        return [RecentDeadLetter(now - at, name, target, sender, reason, count)
                for (name, target, sender, reason), at, count in reversed(self._recent)]


def survey(process: int, request: SurveyRequest, cells, dead_letters: RecentDeadLetters, accounts: Accounts) -> Survey:
    """Of these actors. A message that has come is handled at once, so none waits."""
    types: Dict[type, int] = {}
    result = Survey(process, len(cells), dead_letters=dead_letters.latest_first(), machine=_machine(), accounts=accounts)
    may_list = min(request.actors_max, LISTED_MAX) if len(cells) <= request.actors_max else min(100, request.actors_max)
    for cell in cells:
        if cell.type not in types:
            if len(types) == TYPES_MAX:
                continue
            types[cell.type] = len(result.types)
            result.types.append(SurveyedType(name_of_type(cell.type), messages=_messages(cell.type) if request.messages else []))
        of_type = result.types[types[cell.type]]
        of_type.actors += 1
        of_type.taken += cell.taken
        if len(result.listed) < may_list:
            result.listed.append(SurveyedActor(cell.address, cell.parent, types[cell.type], cell.name, 0, cell.taken))
    return result


def _messages(actor_type) -> List[str]:
    """What it takes and answers: "echo.Ping [int64,int64] -> echo.Pong [int64,int64]"."""
    described = []
    for handler in handlers_of(actor_type).values():
        answer = typing.get_type_hints(getattr(actor_type, handler.method)).get("return")
        text = f"{name_of(handler.message)} {_shape(handler.message)}"
        try:
            described.append(f"{text} -> {name_of(answer)} {_shape(answer)}")
        except (TypeError, AttributeError):
            described.append(text)  # it says nothing of an answer
    return described


def _shape(of, in_container: bool = False) -> str:
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if origin is None and dataclasses.is_dataclass(of) and of is not Address:
        if in_container:
            return getattr(of, "message_name", of.__name__)
        hints = typing.get_type_hints(of)
        return "[" + ",".join(_shape(hints[one.name]) for one in dataclasses.fields(of)) + "]"
    if origin is None:
        return "int64" if of is timedelta or isinstance(of, enum.EnumMeta) else name_of(of)
    parts = [one for one in arguments if one is not type(None)]
    name = {list: "vector", set: "set", dict: "map", tuple: "tuple"}.get(origin) or \
        ("optional" if len(parts) == 1 else "variant")
    return f"{name}<{','.join(_shape(one, True) for one in parts)}>"


def _machine() -> Machine:
    used = resource.getrusage(resource.RUSAGE_SELF)
    with open("/proc/self/statm", encoding="ascii") as sizes:
        resident = int(sizes.read().split()[1]) * resource.getpagesize()
    return Machine(resident, len(os.listdir("/proc/self/fd")) - 1, int((used.ru_utime + used.ru_stime) * 1e9))
