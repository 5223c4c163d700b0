#!/usr/bin/env python3
"""Writes frames.json, payloads.json and channel.json, from the golden frames of tests/transport/golden and what is said here.
README.md says what they hold. What a channel puts out is what clients/python does; the C++ test says whether it is right."""

import json
import struct
import sys
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "clients" / "python"))
sys.path.insert(0, str(HERE.parents[1] / "clients" / "python" / "tests"))

from conformance import ChannelRunner, header_json, record_json, shape_of  # noqa: E402
from zanni.frame import Header, Kind, Record, decode, encode  # noqa: E402
from zanni.payload import dump, load  # noqa: E402

GOLDEN = HERE.parents[0] / "transport" / "golden"
HERE_3, THERE_1 = 0xA1B2C3D400000003, 0x5E6F708100000001


def golden(name):
    lines = (GOLDEN / f"{name}.hex").read_text().splitlines()
    return bytes.fromhex("".join(line.split("#")[0] for line in lines))


def changed(frame, at, layout, value):
    frame = bytearray(frame)
    struct.pack_into(layout, frame, at, value)
    return bytes(frame)


def write(name, content):
    text = json.dumps(content, indent=1, ensure_ascii=True)
    (HERE / name).write_text(text + "\n")


# ---- Frames


def good_frames():
    data = decode(golden("data"))[0]
    made = {
        "empty data frame": encode(replace(data, sequence=9), []),
        "control frame": encode(Header(Kind.CONTROL, source=HERE_3, destination=THERE_1), [Record(5, b"\x90")]),
        "bases": encode(data, [Record(1, b"\xc0", 2, 3, (4, 5, 6, 7, 8, 9, 10, 11))]),
        "first part": encode(data, [Record(1, b"ab", 2, 3, parts_left=511)]),
        "last part": encode(data, [Record(1, b"c", 2, 3, parts_left=0, continues=True)]),
        "a process that is to be started": changed(golden("data"), 2, "B", 8),
        "a question that starts": changed(golden("acknowledgement"), 2, "B", 10),
        "missing": changed(golden("acknowledgement"), 2, "B", 4),
        "an unknown reason": changed(golden("returned"), 3, "B", 255),
        "an empty extension": golden("extended")[:40] + bytes(4) + golden("extended")[40 + 4 + 9:],
        "numbers at their largest": changed(changed(changed(golden("acknowledgement"), 4, "<H", 65535), 28, "<I",
                                                    2**32 - 1), 32, "<I", 2**32 - 1),
    }
    frames = {name: golden(name) for name in ("data", "acknowledgement", "returned", "extended")} | made
    return [{"name": name, "hex": frame.hex(), "header": header_json(decode(frame)[0]),
             "records": [record_json(record) for record in decode(frame)[1]],
             "written_so": encode(*decode(frame)) == frame} for name, frame in frames.items()]


def bad_frames():
    data, asked, extended = golden("data"), golden("acknowledgement"), golden("extended")
    control = encode(Header(Kind.CONTROL), [Record(5, b"\x90")])
    cases = [
        ("nothing", b"", 0), ("a header that ends too early", data[:39], 0),
        ("over 16 MiB", data, 16 * 1024 * 1024), ("version 0", changed(data, 0, "B", 0), 0),
        ("version 2", changed(data, 0, "B", 2), 0), ("kind 0", changed(data, 1, "B", 0), 0),
        ("kind 5", changed(data, 1, "B", 5), 0), ("a data frame that asks", changed(data, 2, "B", 2), 0),
        ("a data frame with missing", changed(data, 2, "B", 4), 0), ("an unknown flag", changed(asked, 2, "B", 16), 0),
        ("a control frame that starts", changed(control, 2, "B", 8), 0),
        ("a data frame with a reason", changed(data, 3, "B", 2), 0),
        ("a returned frame without a reason", changed(golden("returned"), 3, "B", 0), 0),
        ("an acknowledgement with a record", changed(asked, 36, "<I", 1), 0),
        ("fewer records than there are", changed(data, 36, "<I", 1), 0),
        ("more records than there are", changed(data, 36, "<I", 3), 0),
        ("more records than there can be", changed(data, 36, "<I", 2**32 - 1), 0),
        ("a payload that runs over the end", changed(data, 64, "<I", 2**32 - 1), 0),
        ("9 bases", changed(data, 68, "<H", 9), 0), ("bases that run over the end", changed(data, 68, "<H", 8), 0),
        ("a byte too few", data[:-1], 0), ("a byte too many", data, 1),
        ("an acknowledgement with a byte behind it", asked, 1),
        ("an extension without its length", extended[:42], 0),
        ("an extension of 4,097 bytes", changed(extended, 40, "<I", 4097), 5000),
        ("an extension that runs over the end", changed(extended, 40, "<I", 4096), 0),
    ]
    return [{"why": why, "hex": frame.hex(), "zeros_behind": zeros} for why, frame, zeros in cases]


# ---- Payloads

GOOD_PAYLOADS = [
    ("int64", "00"), ("int64", "7f"), ("int64", "cc80"), ("int64", "ff"), ("int64", "d080"), ("int64", "d38000000000000000"),
    ("int64", "cf7fffffffffffffff"), ("int64", "d30000000000000001"), ("uint64", "cfffffffffffffffff"), ("uint64", "cd0001"),
    ("uint8", "ccff"), ("bool", "c2"), ("bool", "c3"), ("double", "cb3ff8000000000000"), ("double", "05"), ("double", "ff"),
    ("double", "ca3fc00000"), ("double", "cb4014000000000000"), ("double", "cb8000000000000000"),
    ("double", "cb7ff0000000000000"), ("double", "cb43f0000000000000"), ("string", "a0"), ("string", "a26869"),
    ("string", "d9026869"), ("string", "da00026869"),
    ("string", "db000000026869"), ("string", "a1ff"), ("bytes", "c400"), ("bytes", "c4020001"), ("bytes", "c500020001"),
    ("address", "c41003000000d4c3b2a11600000000000000"), ("address", "c5001003000000d4c3b2a11600000000000000"),
    ("vector<int64>", "90"), ("vector<int64>", "9201cd0100"), ("vector<int64>", "dc00020102"),
    ("vector<int64>", "dd0000000101"), ("map<string,int64>", "80"), ("map<string,int64>", "81a16b05"),
    ("map<string,int64>", "de0001a16b05"), ("optional<int64>", "c0"), ("optional<int64>", "05"),
    ("variant<int64,string>", "920005"), ("variant<int64,string>", "9201a178"), ("tuple<int64,bool>", "9207c3"),
    ("tuple<int64,bool>", "9107"), ("tuple<int64,bool>", "90"), ("tuple<int64,bool>", "9307c3c0"),
    ("Ping", "9207a26869"), ("Ping", "9107"), ("Ping", "90"), ("Ping", "9307a2686993c0c0c0"), ("Ping", "9307a2686981a16b05"),
]

BAD_PAYLOADS = [
    ("int64", "", "nothing"), ("int64", "c1", "a byte that MessagePack never uses"), ("int64", "0707", "a second value"),
    ("int64", "cd01", "it ends too early"), ("int64", "c3", "a bool"), ("int64", "c0", "nil"),
    ("int64", "cb3ff0000000000000", "a float"), ("int64", "cf8000000000000000", "over 63 bits"),
    ("uint64", "ff", "below 0"), ("uint8", "cd0100", "over 8 bits"), ("bool", "01", "an integer"),
    ("double", "a131", "a text"), ("double", "c3", "a bool"), ("string", "c40161", "bytes"),
    ("string", "a26c", "it ends too early"),
    ("string", "dbffffffff", "4 GiB are announced"), ("bytes", "a161", "a text"),
    ("address", "c40f000000000000000000000000000000", "15 bytes"), ("address", "05", "an integer"),
    ("vector<int64>", "80", "a map"), ("vector<int64>", "ddffffffff", "4 billion elements are announced"),
    ("vector<int64>", "91a161", "an element of another type"), ("map<string,int64>", "90", "an array"),
    ("map<string,int64>", "82a16b01a16b02", "a key twice"), ("map<string,int64>", "81a16b", "a key without a value"),
    ("optional<int64>", "a0", "neither nil nor the value"), ("variant<int64,string>", "920205", "no such alternative"),
    ("variant<int64,string>", "9101", "no value"), ("variant<int64,string>", "92ff05", "an alternative below 0"),
    ("variant<int64,string>", "9200a178", "the value of another alternative"),
    ("tuple<int64,bool>", "05", "no array"), ("Ping", "92a161a161", "a field of another type"), ("Ping", "05", "no array"),
    ("Ping", "9307a26869" + "91" * 64 + "c0", "65 arrays in each other, in a field that is skipped"),
    ("Ping", "91" * 1000, "1,000 arrays in each other"),
]


def payloads():
    good = []
    for shape, content in GOOD_PAYLOADS:
        value = load(bytes.fromhex(content), shape_of(shape))
        good.append({"type": shape, "hex": content, "written": dump(value, shape_of(shape)).hex()})
    return {"good": good, "bad": [{"type": shape, "hex": content, "why": why} for shape, content, why in BAD_PAYLOADS]}


# ---- Channels


def send(at, size=10):
    return {"at_ms": at, "do": "send", "payload_bytes": size}


def hear(at, kind, bytes_=40, **fields):
    known = {"flags": 0, "epoch": 0, "sequence": 0, "acknowledged_epoch": 0, "acknowledged": 0, "window": 1 << 20}
    return {"at_ms": at, "do": "hear", "kind": kind, "bytes": bytes_, **known, **fields}


def acknowledged(at, number, epoch=1, **fields):
    return hear(at, 4, acknowledged_epoch=epoch, acknowledged=number, **fields)


def data(at, sequence, epoch=1, bytes_=100, **fields):
    return hear(at, 1, bytes_, epoch=epoch, sequence=sequence, **fields)


def plain(at, what):
    return {"at_ms": at, "do": what}


SCENARIOS = [
    ("frames are numbered, and acknowledged ones forgotten", [send(0), send(1), acknowledged(5, 2),
     plain(1000, "tick"), send(1001)]),
    ("questions after 200 ms of silence, then ever more seldom",
     [send(0)] + [plain(at, "tick") for at in (199, 200, 599, 600, 1399, 1400, 2999, 3000, 4999, 5000, 7000)]),
    ("an answer has what was sent before the question sent again",
     [send(0), send(0), send(0), plain(200, "tick"), send(210), acknowledged(220, 1),
      plain(419, "tick"), plain(420, "tick")]),
    ("an answer to no question sends nothing again", [send(0), send(0), acknowledged(10, 1)]),
    ("missing has all sent again", [send(0), send(0), send(0), acknowledged(10, 1, flags=4)]),
    ("an older word counts for nothing",
     [send(0), send(0), send(0), acknowledged(1, 2), acknowledged(2, 1, window=0),
      acknowledged(3, 0, epoch=0, window=0), send(4)]),
    ("what was never sent can't be acknowledged",
     [send(0), acknowledged(1, 2), acknowledged(2, 1, epoch=2), acknowledged(3, 7, epoch=65535), acknowledged(4, 1)]),
    ("a window of 0", [send(0), acknowledged(1, 1, window=0), send(2), send(2), acknowledged(3, 1)]),
    ("the last frame may reach over the window",
     [send(0, 10), acknowledged(1, 1, window=100), send(2), send(2), send(2), acknowledged(3, 2, window=100)]),
    ("who waits for a window asks, and gets it back after 60 s",
     [send(0), acknowledged(1, 1, window=0), send(2), plain(202, "tick"), plain(60_001, "tick"), plain(60_002, "tick")]),
    ("registered anew: a question, and all again", [send(0), send(0), plain(5, "resume")]),
    ("a host is back: a question", [send(0), plain(5, "ask"), acknowledged(6, 0, epoch=0)]),
    ("given up: the next epoch begins with 1",
     [send(0), acknowledged(1, 1, window=0), send(2), plain(3, "close"), send(4), acknowledged(5, 1),
      acknowledged(6, 1, epoch=2)]),
    ("given up with what was sent", [send(0), send(0), plain(3, "close"), send(4)]),
    ("a frame is acknowledged 10 ms later", [data(0, 1), data(5, 2), plain(9, "tick"), plain(10, "tick"),
     plain(500, "tick")]),
    ("48 frames are acknowledged at once", [data(0, number) for number in range(1, 49)]),
    ("192 KiB are acknowledged at once", [data(0, 1, bytes_=192 * 1024)]),
    ("an own frame acknowledges too", [data(0, 1), send(5), plain(20, "tick")]),
    ("a duplicate is dropped and acknowledged at once", [data(0, 1), data(0, 2), plain(10, "tick"), data(11, 1),
     data(12, 2)]),
    ("a gap is told once until a frame is taken", [data(0, 1), data(1, 3), data(2, 4), data(3, 2), data(4, 4)]),
    ("a gap is told by an acknowledgement of its own", [data(0, 1), send(0), data(1, 3)]),
    ("a later epoch begins anew", [data(0, 1), data(1, 2), data(2, 1, epoch=2), data(3, 3), plain(12, "tick")]),
    ("a later epoch that begins in its middle", [data(0, 1), data(1, 5, epoch=3)]),
    ("epochs wrap", [data(0, 1, epoch=65535), data(1, 1, epoch=1), data(2, 2, epoch=65535), plain(11, "tick")]),
    ("a question is answered at once", [hear(0, 4, flags=2, epoch=1), data(1, 1), hear(2, 4, flags=2, epoch=1)]),
    ("a large payload goes in parts of 128 KiB", [send(0, 300_000), send(0), acknowledged(1, 3)]),
]


def channels():
    scenarios = []
    for name, steps in SCENARIOS:
        runner = ChannelRunner()
        scenarios.append({"name": name, "steps": [{**step, "then": runner.run(step)} for step in steps]})
    return {"scenarios": scenarios}


if __name__ == "__main__":
    write("frames.json", {"good": good_frames(), "bad": bad_frames()})
    write("payloads.json", payloads())
    write("channel.json", channels())
