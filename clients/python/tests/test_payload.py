"""Payloads: bytes that docs/protocol.md gives, and the rules of its table."""

import enum
import sys
import unittest
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple, Union

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from zanni.address import Address  # noqa: E402
from zanni.payload import BadPayload, dump, load  # noqa: E402


@dataclass
class Ping:
    number: int = 5
    text: str = "none"


class Colour(enum.Enum):
    RED = 1


@dataclass
class Everything:
    ping: Ping
    colour: Colour
    route: List[Address]
    words: Set[str]
    counts: Dict[str, int]
    maybe: Optional[bytes]
    pair: Tuple[int, bool]
    either: Union[int, str]
    took: timedelta
    share: float = field(default=0.5)


class Payloads(unittest.TestCase):
    def test_the_pages_bytes(self):
        address = Address(0xA1B2C3D400000003, 22)

        self.assertEqual(dump(Ping(7, "hi"), Ping).hex(), "9207a26869")
        self.assertEqual(dump([address], List[Address]).hex(), "91c41003000000d4c3b2a11600000000000000")
        self.assertEqual(dump("x", Union[int, str]).hex(), "9201a178")
        self.assertEqual(dump(timedelta(microseconds=1), timedelta).hex(), "cd03e8")

    def test_an_optional_variant_is_nil_or_the_variant(self):
        for value, content in [(None, b"\xc0"), ("x", b"\x92\x01\xa1x"), (5, b"\x92\x00\x05")]:
            self.assertEqual(dump(value, Optional[Union[int, str]]), content)
            self.assertEqual(load(content, Optional[Union[int, str]]), value)

    def test_everything_comes_back(self):
        value = Everything(Ping(), Colour.RED, [Address(1, 2)], {"a"}, {"k": -1}, None, (1, True), "s",
                           timedelta(seconds=2), 1.25)

        self.assertEqual(load(dump(value, Everything), Everything), value)

    def test_types_grow(self):
        self.assertEqual(load(b"\x91\x07", Ping), Ping(7, "none"))
        self.assertEqual(load(b"\x93\x07\xa2hi\xc0", Ping), Ping(7, "hi"))

    def test_a_short_tuple_has_defaults_at_its_end(self):
        self.assertEqual(load(b"\x91\x07", Tuple[int, bool]), (7, False))
        self.assertEqual(load(b"\x90", Tuple[str, Optional[int], Tuple[Address, float], Ping]),
                         ("", None, (Address(), 0.0), Ping()))
        self.assertEqual(load(b"\x93\x07\xc3\xc0", Tuple[int, bool]), (7, True))

    def test_text_that_is_no_utf8_survives(self):
        self.assertEqual(dump(load(b"\xa1\xff", str), str), b"\xa1\xff")

    def test_what_does_not_fit_is_refused(self):
        for content, of in [(b"", Ping), (b"\xc1", Ping), (b"\x07\x07", int), (b"\x92\xa1x\xa1x", Ping),
                            (b"\xc3", int), (b"\x01", bool), (b"\x82\x01\x02\x01\x03", Dict[int, int]),
                            (b"\x80", List[int]), (b"\x90", Dict[int, int]), (b"\x92\x02\x00", Union[int, str]),
                            (b"\xc4\x01a", Address), (b"\x05", Colour), (b"\x90", Everything),
                            (b"\xdd\xff\xff\xff\xff", List[int]), (b"\x91" * 65 + b"\xc0", Ping),
                            (b"\x91" * 100000, Ping), (b"\x91\x91\x01", Set[List[int]]),
                            (b"\x81\x91\x01\x02", Dict[List[int], int])]:
            with self.subTest(content=content[:8], of=of), self.assertRaises(BadPayload):
                load(content, of)

    def test_what_is_not_of_the_type_is_not_written(self):
        for value, of in [(True, int), ("x", bytes), (2**64, int), (1.5, Union[int, str]), (Ping(text=1), Ping)]:
            with self.subTest(value=value), self.assertRaises(BadPayload):
                dump(value, of)


if __name__ == "__main__":
    unittest.main()
