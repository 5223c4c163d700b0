"""What the vectors of tests/conformance mean in Python: shared by their test and by what makes them."""

import enum
from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple, Union

from zanni.address import Address
from zanni.channel import MS, Channel, Outbound
from zanni.frame import Header, Kind, decode
from zanni.payload import BadPayload, dump, load

OWN, PEER = 0xA1B2C3D400000003, 0x5E6F708100000001


# ---- Frames


def header_json(header):
    return {"kind": int(header.kind), "flags": header.flags, "reason": header.reason, "epoch": header.epoch,
            "acknowledged_epoch": header.acknowledged_epoch, "destination": f"{header.destination:016x}",
            "source": f"{header.source:016x}", "sequence": header.sequence, "acknowledged": header.acknowledged,
            "window": header.window, "records": header.records}


def record_json(record):
    return {"target": f"{record.target_actor:016x}", "sender": f"{record.sender_actor:016x}", "type": f"{record.type:016x}",
            "bases": [f"{base:016x}" for base in record.bases], "parts_left": record.parts_left,
            "continues": record.continues, "payload": record.payload.hex()}


# ---- Payloads


@dataclass
class Ping:
    number: int = 0
    text: str = ""


class _Byte(enum.IntFlag):
    """Stands for uint8: in Python an int has no size."""


class _Unsigned(enum.IntFlag):
    """Stands for uint64."""


_SHAPES = {
    "int64": int, "uint64": _Unsigned, "uint8": _Byte, "bool": bool, "double": float, "string": str, "bytes": bytes,
    "address": Address, "vector<int64>": List[int], "map<string,int64>": Dict[str, int], "optional<int64>": Optional[int],
    "variant<int64,string>": Union[int, str], "tuple<int64,bool>": Tuple[int, bool], "Ping": Ping,
}


def shape_of(name):
    return int if _SHAPES[name] in (_Byte, _Unsigned) else _SHAPES[name]


def read(name, content):
    """As zanni.payload.load(), and with the sizes that an int has in C++. Raises BadPayload."""
    value = load(content, shape_of(name))
    least, most = {"int64": (-2**63, 2**63 - 1), "uint64": (0, 2**64 - 1), "uint8": (0, 255)}.get(name, (None, None))
    if least is not None and not least <= value <= most:
        raise BadPayload(f"no {name}")
    return value


def written(name, value):
    return dump(value, shape_of(name))


# ---- Channels


class ChannelRunner:
    """One end of a channel, to which a scenario's steps happen. Each gives what then is to be seen."""

    def __init__(self):
        self._channel = Channel(OWN, PEER)

    def run(self, step):
        now = step["at_ms"] * MS
        then = getattr(self, "_" + step["do"])(step, now)
        then["leaves"] = []
        while (frame := self._channel.next(now)) is not None:
            header = decode(frame)[0]
            then["leaves"].append({name: value for name, value in header_json(header).items()
                                   if name in ("kind", "flags", "epoch", "sequence", "acknowledged_epoch", "acknowledged",
                                               "window", "records")} | {"bytes": len(frame)})
        return then

    def _send(self, step, _now):
        self._channel.send(Outbound(Address(PEER, 1), 2, 3, bytes(step["payload_bytes"])))
        return {}

    def _hear(self, step, now):
        header = Header(Kind(step["kind"]), step["flags"], 0, step["epoch"], step["acknowledged_epoch"], OWN, PEER,
                        step["sequence"], step["acknowledged"], step["window"], 0)
        makes_sense = self._channel.on_word(header, now)
        is_data = header.kind is Kind.DATA
        return {"refused": not makes_sense,
                "taken": makes_sense and is_data and self._channel.on_data(header, step["bytes"], now)}

    def _tick(self, _step, now):
        return {"given_back": len(self._channel.tick(now))}

    def _resume(self, _step, now):
        self._channel.out.resume(now)
        return {}

    def _ask(self, _step, now):
        self._channel.out.ask(now)
        return {}

    def _close(self, _step, _now):
        rest = self._channel.close()
        return {"unknown": len(rest.unknown), "unsent": len(rest.unsent)}
