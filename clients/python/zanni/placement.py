"""Which host a new actor goes to: what each offers, by its entry, and what the type and its creator require. Pure. Source:
docs/placement.md."""

import random
import re
from typing import Dict, List

from .control import HostEntry, Requirement, Value
from .errors import Code, ZanniError

_SIGNS = ("=", "!=", "<", "<=", ">", ">=")


def choose(hosts: List[HostEntry], own_host: int, type_name: str, extra: List[Requirement],
           chance: random.Random) -> HostEntry:
    """This host if it fits, else the one with fewer actors of two random ones that do. Raises ZanniError, which says of each
    host why not."""
    whys = {host.id: why_not(host, type_name, extra) for host in hosts}
    fitting = [host for host in hosts if not whys[host.id]]
    if not fitting:
        known = any(entry.name == type_name for host in hosts for entry in host.types)
        reasons = "; ".join(f"{host.name} {whys[host.id]}" for host in hosts) or "none is known"
        raise ZanniError(Code.UNMET_REQUIREMENT if known else Code.UNKNOWN_TYPE, f"no host for {type_name}: {reasons}")
    for host in fitting:
        if host.id == own_host:
            return host
    return min(chance.sample(fitting, min(2, len(fitting))), key=lambda host: host.actors)


def why_not(host: HostEntry, type_name: str, extra: List[Requirement]) -> str:
    """Empty when the host fits."""
    entry = next((entry for entry in host.types if entry.name == type_name), None)
    if entry is None:
        return "has not loaded the type"
    if host.draining:
        return "is draining"
    missing = [_phrase(host.capabilities, one) for one in entry.requirements + extra if not meets(host.capabilities, one)]
    if host.actor_process == 0:
        missing.append("an actor process (none is running)")
    return "needs " + ", ".join(missing) if missing else ""


def meets(capabilities: Dict[str, Value], requirement: Requirement) -> bool:
    """A key that the host doesn't have counts as false."""
    return any(_holds(capabilities.get(one.key, False), one.comparison, one.value)
               for one in [requirement, *requirement.alternatives])


def _holds(offered: Value, comparison: int, required: Value) -> bool:
    if comparison in (0, 1):
        return _same(offered, required) == (comparison == 0)
    pair = _comparable(offered, required)
    if pair is None or not 2 <= comparison <= 5:
        return False
    left, right = pair
    return (left < right, left <= right, left > right, left >= right)[comparison - 2]


def _same(offered: Value, required: Value) -> bool:
    if isinstance(required, bool):
        return bool(offered) == required
    if type(offered) is type(required):
        return offered == required
    pair = _comparable(offered, required)
    return pair is not None and pair[0] == pair[1]


def _comparable(left: Value, right: Value):
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    if isinstance(left, str) and isinstance(right, str):
        return _reading_order(left), _reading_order(right)
    return None if isinstance(left, str) or isinstance(right, str) else (left, right)


def _reading_order(text: str):
    """Runs of digits compare as numbers: version 0.10 is more than 0.9. A digit's place among other characters is its own."""
    return [(ord("0"), int(run)) if run.isdigit() else (ord(run), 0)
            for run in re.findall(r"[0-9]+|[^0-9]", text)]


def _phrase(capabilities: Dict[str, Value], requirement: Requirement) -> str:
    return " or ".join(f"{one.key} {_SIGNS[one.comparison] if one.comparison < len(_SIGNS) else '?'} {_text(one.value)} " +
                       (f"(has {_text(capabilities[one.key])})" if one.key in capabilities else f"(has no {one.key})")
                       for one in [requirement, *requirement.alternatives])


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
