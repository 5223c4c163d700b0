"""The vectors of tests/conformance, which every implementation of the protocol can be held against."""

import json
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))
VECTORS = HERE.parents[3] / "tests" / "conformance"

from conformance import ChannelRunner, header_json, read, record_json, written  # noqa: E402
from zanni.frame import Malformed, decode, encode  # noqa: E402
from zanni.payload import BadPayload  # noqa: E402


def vectors(name):
    return json.loads((VECTORS / name).read_text())


class Conformance(unittest.TestCase):
    def test_good_frames_are_read_and_written(self):
        for vector in vectors("frames.json")["good"]:
            with self.subTest(vector["name"]):
                frame = bytes.fromhex(vector["hex"])
                header, records = decode(frame)
                self.assertEqual(header_json(header), vector["header"])
                self.assertEqual([record_json(record) for record in records], vector["records"])
                if vector["written_so"]:
                    self.assertEqual(encode(header, records), frame)

    def test_bad_frames_are_refused(self):
        for vector in vectors("frames.json")["bad"]:
            with self.subTest(vector["why"]), self.assertRaises(Malformed):
                decode(bytes.fromhex(vector["hex"]) + bytes(vector["zeros_behind"]))

    def test_good_payloads_are_read_and_written(self):
        for vector in vectors("payloads.json")["good"]:
            with self.subTest(vector):
                self.assertEqual(written(vector["type"], read(vector["type"], bytes.fromhex(vector["hex"]))).hex(),
                                 vector["written"])

    def test_bad_payloads_are_refused(self):
        for vector in vectors("payloads.json")["bad"]:
            with self.subTest(vector), self.assertRaises(BadPayload):
                read(vector["type"], bytes.fromhex(vector["hex"]))

    def test_channels_do_what_is_said(self):
        for scenario in vectors("channel.json")["scenarios"]:
            runner = ChannelRunner()
            for number, step in enumerate(scenario["steps"]):
                with self.subTest(scenario["name"], step=number):
                    self.assertEqual(runner.run(step), step["then"])


if __name__ == "__main__":
    unittest.main()
