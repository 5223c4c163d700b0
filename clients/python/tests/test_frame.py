"""The frame codec against the golden files that the C++ tests hold, and against the page's rules."""

import random
import struct
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))
GOLDEN = HERE.parents[3] / "tests" / "transport" / "golden"

from zanni.address import Address, routing_id  # noqa: E402
from zanni.frame import Flag, Header, Kind, Malformed, Record, decode, encode, returned  # noqa: E402
from zanni.names import type_hash  # noqa: E402

NAMES = ("acknowledgement", "data", "extended", "returned")
HERE_3, THERE_1 = 0xA1B2C3D400000003, 0x5E6F708100000001


def golden(name):
    lines = (GOLDEN / f"{name}.hex").read_text().splitlines()
    return bytes.fromhex("".join(line.split("#")[0] for line in lines))


def changed(frame, at, layout, value):
    frame = bytearray(frame)
    struct.pack_into(layout, frame, at, value)
    return bytes(frame)


class GoldenFrames(unittest.TestCase):
    def test_data_is_read(self):
        header, records = decode(golden("data"))

        self.assertEqual(header, Header(Kind.DATA, epoch=1, acknowledged_epoch=2, destination=THERE_1, source=HERE_3,
                                        sequence=7, acknowledged=5, window=1 << 20, records=2))
        self.assertEqual(records[0], Record(type_hash("echo.Ping"), b"\x92\x07\xa2hi", 11, 22))
        self.assertEqual(records[1].type, type_hash("echo.Route"))
        self.assertEqual(Address.from_bytes(records[1].payload[3:]), Address(HERE_3, 22))

    def test_what_is_read_is_written_byte_for_byte(self):
        for name in ("acknowledgement", "data", "returned"):
            with self.subTest(name):
                self.assertEqual(encode(*decode(golden(name))), golden(name))

    def test_an_extension_is_skipped(self):
        header, records = decode(golden("extended"))

        self.assertEqual(header.flags, Flag.EXTENDED)
        self.assertEqual([record.payload for record in records], [b"\x92\x07\xa2hi"])

    def test_a_frame_comes_back_as_the_golden_one(self):
        self.assertEqual(returned(decode(golden("data"))[0], 2), golden("returned"))


class RefusedFrames(unittest.TestCase):
    def refused(self, frame, why):
        with self.assertRaisesRegex(Malformed, why):
            decode(frame)

    def test_each_broken_rule_is_named(self):
        data, asked, extended = golden("data"), golden("acknowledgement"), golden("extended")
        for frame, why in [
            (b"", "frame of 0 bytes"), (data[:39], "frame of 39 bytes"),
            (data + bytes(16 * 1024 * 1024), "the limit is 16777216"),
            (changed(data, 0, "B", 2), "version 2"), (changed(data, 1, "B", 0), "kind 0"),
            (changed(data, 1, "B", 5), "kind 5"), (changed(data, 2, "B", 2), "flags 2"),
            (changed(asked, 2, "B", 16), "flags 16"), (changed(data, 3, "B", 2), "reason 2"),
            (changed(golden("returned"), 3, "B", 0), "reason 0"), (changed(asked, 36, "<I", 1), "with 1 records"),
            (changed(data, 36, "<I", 1), "bytes after the last record"), (changed(data, 36, "<I", 2**32 - 1), "at most"),
            (changed(data, 40 + 24, "<I", 2**32 - 1), "payload of 4294967295"),
            (changed(data, 40 + 28, "<H", 9), "9 bases"), (changed(data, 40 + 28, "<H", 8), "payload|within"),
            (data[:-1], "payload of 19 bytes"), (data + b"\0", "1 bytes after"),
            (extended[:42], "extension's length"), (changed(extended, 40, "<I", 4097), "extension of 4097"),
            (changed(extended, 40, "<I", 4096), "extension of 4096"),
        ]:
            with self.subTest(why):
                self.refused(frame, why)

    def test_mutated_frames_are_refused_or_read_whole(self):
        chance = random.Random(20240229)
        for _ in range(5000):
            frame = bytearray(golden(chance.choice(NAMES)))
            for _ in range(chance.randint(1, 4)):
                frame[chance.randrange(len(frame))] = chance.randrange(256)
            frame = bytes(frame[:chance.randint(0, len(frame))] if chance.random() < 0.2 else frame)
            try:
                header, records = decode(frame)
            except Malformed:
                continue
            self.assertEqual(len(records), header.records)


class Records(unittest.TestCase):
    def test_bases_and_parts_survive(self):
        record = Record(1, b"part", 2, 3, (4, 5), parts_left=0x7FFF, continues=True)

        self.assertEqual(decode(encode(Header(Kind.DATA), [record]))[1], [record])

    def test_what_the_layout_has_no_room_for_is_not_written(self):
        for record in (Record(1, b"", bases=(1,) * 9), Record(1, b"", parts_left=0x8000)):
            with self.assertRaises(ValueError):
                encode(Header(Kind.DATA), [record])


class Names(unittest.TestCase):
    def test_hashes_are_those_of_the_page(self):
        for name, value in {"": 0xCBF29CE484222325, "a": 0xAF63DC4C8601EC8C, "echo.Ping": 0x0980FCCFF04F6256,
                            "echo.Route": 0x641629B311B7B437}.items():
            self.assertEqual(type_hash(name), value)

    def test_a_routing_id_is_big_endian(self):
        self.assertEqual(routing_id(HERE_3).hex(), "a1b2c3d400000003")

    def test_an_address_of_another_size_is_refused(self):
        with self.assertRaises(ValueError):
            Address.from_bytes(bytes(15))


if __name__ == "__main__":
    unittest.main()
