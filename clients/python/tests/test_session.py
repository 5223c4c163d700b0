"""What a process says to its broker and hears from it, with the time given and no sockets."""

import logging
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from zanni import control, placement  # noqa: E402
from zanni.address import Address  # noqa: E402
from zanni.channel import MS, Outbound  # noqa: E402
from zanni.control import Condition, HostEntry, Requirement, TypeEntry  # noqa: E402
from zanni.errors import Code, ZanniError  # noqa: E402
from zanni.frame import Header, Kind, Record, decode, encode, returned  # noqa: E402
from zanni.messages import hash_of, known  # noqa: E402
from zanni.parts import PART_BYTES, cut  # noqa: E402
from zanni.payload import dump, load  # noqa: E402
from zanni.session import Listener, Session, registration  # noqa: E402

OWN, PEER = 0xA1B2C3D400000003, 0x5E6F708100000001
BROKER = OWN >> 32 << 32


class Heard(Listener):
    def __init__(self):
        self.all = []

    def delivered(self, source, record):
        self.all.append(("delivered", source, record.payload))

    def lost(self, message, reason):
        self.all.append(("lost", message.payload, reason))

    def process_gone(self, process, cause):
        self.all.append(("process gone", process, cause.kind))

    def host_gone(self, host, reason):
        self.all.append(("host gone", host, reason))

    def name_given(self, name, claimer, owner):
        self.all.append(("name given", name, owner))

    def name_found(self, name, asker, owner):
        self.all.append(("name found", name, owner))

    def to_end(self, why):
        self.all.append(("to end", why))


class Sessions(unittest.TestCase):
    def setUp(self):
        self.heard = Heard()
        self.session = Session(registration(OWN, 12, "test", "machine", []), self.heard)

    def leaves(self, at=0):
        """Control messages as such, of other frames kind and sequence."""
        self.session.tick(at * MS)
        out = []
        while (frame := self.session.next(at * MS)) is not None:
            header, records = decode(frame)
            if header.kind is Kind.CONTROL:
                self.assertEqual((header.source, header.destination), (OWN, BROKER))
                out += [load(record.payload, known(record.type)) for record in records]
            else:
                out.append((header.kind, header.sequence))
        return out

    def hear(self, message, at=0):
        self.session.on_frame(encode(Header(Kind.CONTROL, source=BROKER, destination=OWN),
                                     [Record(hash_of(type(message)), dump(message, type(message)))]), at * MS)

    def registered(self, at=0, hosts=(OWN >> 32, PEER >> 32), **fields):
        self.leaves(at)
        self.hear(control.Registered(OWN >> 32, [HostEntry(host, f"h{host}") for host in hosts], **fields), at)

    def post(self, payload=b"x"):
        self.session.post(Outbound(Address(PEER, 11), 22, 7, payload))

    def arrive(self, records, sequence=1, epoch=1, at=0):
        self.session.on_frame(encode(Header(Kind.DATA, epoch=epoch, source=PEER, destination=OWN, sequence=sequence,
                                            window=1 << 20), records), at * MS)

    def test_it_registers_each_fifth_of_the_down_time_until_it_is_heard(self):
        asked = [at for at in range(0, 3000, 100) for one in self.leaves(at) if isinstance(one, control.Register)]

        self.assertEqual(asked, [0, 1000, 2000])

    def test_nothing_leaves_before_that(self):
        self.post()
        self.assertEqual([type(one) for one in self.leaves()], [control.Register])

        self.registered()
        self.assertIn((Kind.DATA, 1), self.leaves())

    def test_it_reports_each_fifth_of_the_down_time(self):
        self.registered(down_after_ns=10_000 * MS)
        reports = [at for at in range(0, 5000, 100) for one in self.leaves(at) if isinstance(one, control.Report)]

        self.assertEqual(reports, [0, 2000, 4000])

    def test_a_broker_that_was_started_again_gets_everything_again(self):
        self.registered()
        self.post()
        self.session.names.claim("n", Address(OWN, 1))
        self.leaves()
        self.hear(control.RegisterAgain(), 5)
        self.assertEqual([type(one) for one in self.leaves(5)], [control.Register])

        self.registered(6)
        out = self.leaves(6)
        self.assertIn((Kind.DATA, 1), out)
        self.assertIn(control.ClaimNames([control.NameClaim("n", Address(OWN, 1))]), out)

    def test_a_host_that_a_new_broker_does_not_name_is_gone_after_the_down_time(self):
        self.registered()
        self.registered(10, hosts=[OWN >> 32])
        self.session.tick(5009 * MS)
        self.assertEqual(self.heard.all, [])

        self.session.tick(5010 * MS)
        self.assertEqual(self.heard.all, [("host gone", PEER >> 32, "its broker did not come back")])

    def test_unless_news_of_it_come_or_the_broker_has_not_met_its_leader(self):
        self.registered()
        self.registered(10, hosts=[OWN >> 32], member=False)
        self.session.tick(6000 * MS)
        self.registered(6001, hosts=[OWN >> 32])
        self.hear(control.HostChanged(HostEntry(PEER >> 32)), 6002)
        self.session.tick(20_000 * MS)

        self.assertEqual(self.heard.all, [])

    def test_when_a_host_is_gone_what_was_sent_is_unknown_and_what_waited_is_not(self):
        self.registered()
        self.post(b"sent")
        self.leaves()
        self.post(b"waited")
        self.hear(control.HostGone(PEER >> 32, "silent"))

        self.assertEqual(self.heard.all, [("host gone", PEER >> 32, "silent"), ("lost", b"sent", Code.UNKNOWN_DELIVERY),
                                          ("lost", b"waited", Code.HOST_LOST)])

    def test_a_returned_frame_gives_the_peer_up_once(self):
        self.registered()
        self.post()
        frame = next(iter(self.frames()))
        back = returned(decode(frame)[0], Code.DEAD_TARGET)
        self.session.on_frame(back, 0)
        self.session.on_frame(back, 0)

        self.assertEqual(self.heard.all, [("process gone", PEER, 8), ("lost", b"x", Code.UNKNOWN_DELIVERY)])

    def frames(self):
        while (frame := self.session.next(0)) is not None:
            if decode(frame)[0].kind is Kind.DATA:
                yield frame

    def test_a_process_that_has_ended_hears_and_says_nothing_more(self):
        self.registered()
        self.hear(control.ProcessGone(PEER, control.Cause(3, 9)))
        self.arrive([Record(7, b"late", 1)])

        self.assertEqual(self.heard.all, [("process gone", PEER, 3)])
        with self.assertRaises(ZanniError):
            self.post()

    def test_records_are_delivered_in_order_and_once(self):
        self.registered()
        for sequence in (1, 2, 2, 1):
            self.arrive([Record(7, bytes([sequence]), 1), Record(7, bytes([sequence, 0]), 1)], sequence)

        self.assertEqual([payload for _what, _source, payload in self.heard.all], [b"\1", b"\1\0", b"\2", b"\2\0"])

    def test_parts_of_a_message_that_another_epoch_interrupts_are_void(self):
        self.registered()
        first, second = cut(Record(7, bytes(PART_BYTES + 1), 1))
        self.arrive([first])
        self.arrive([second], 1, epoch=2)
        self.arrive([Record(7, b"x", 1)], 2, epoch=2)

        self.assertEqual([payload for _what, _source, payload in self.heard.all], [b"x"])

    def test_what_makes_no_sense_is_refused_and_changes_nothing(self):
        self.registered()
        for frame in (b"", bytes(40), encode(Header(Kind.DATA, epoch=1, source=PEER, destination=OWN + 1, sequence=1), []),
                      encode(Header(Kind.DATA, epoch=0, source=PEER, destination=OWN, sequence=1), [Record(7, b"x", 1)]),
                      encode(Header(Kind.DATA, epoch=1, source=PEER, destination=OWN, sequence=1, acknowledged_epoch=1,
                                    acknowledged=5), [Record(7, b"x", 1)]),
                      encode(Header(Kind.CONTROL, source=BROKER, destination=OWN),
                             [Record(hash_of(control.HostGone), b"\xc1")])):
            before = self.session.frames_refused
            with self.assertLogs("zanni"):
                self.session.on_frame(frame, 0)
            self.assertEqual(self.session.frames_refused, before + 1)
        self.assertEqual(self.heard.all, [])

    def test_control_messages_of_a_later_version_are_skipped(self):
        self.session.on_frame(encode(Header(Kind.CONTROL, source=BROKER, destination=OWN), [Record(12345, b"\xc0")]), 0)

        self.assertEqual(self.session.frames_refused, 0)

    def test_whom_the_broker_refuses_ends(self):
        self.hear(control.Refused(13, "no room"))

        self.assertEqual(self.heard.all, [("to end", "the broker refuses this process: refused: no room")])

    def test_who_leaves_says_what_has_come_and_goodbye(self):
        self.registered()
        self.arrive([Record(7, b"x", 1)])
        self.leaves()
        self.session.leave(5 * MS)

        out = self.leaves(6)
        self.assertEqual((out[0][0], out[-1]), (Kind.ACKNOWLEDGEMENT, control.Leave()))

    def test_a_silent_broker_is_noticed_once(self):
        self.registered()
        self.session.tick(4_999 * MS)
        self.assertFalse(self.session.broker_is_silent)
        with self.assertLogs("zanni") as logs:
            self.session.tick(5_000 * MS)
            self.session.tick(9_000 * MS)
        self.assertEqual(len(logs.output), 1)

        self.hear(control.Heartbeat(), 9_001)
        self.assertFalse(self.session.broker_is_silent)

    def test_bytes_from_anybody_are_refused_or_understood(self):
        chance = random.Random(7)
        entry = HostEntry(PEER >> 32, "h", capabilities={"a": 1, "b": "x"}, types=[TypeEntry("T", [Requirement("K")])])
        messages = [control.Registered(OWN >> 32, [entry]), control.HostChanged(entry), control.HostGone(PEER >> 32, "r"),
                    control.NameGiven("n", Address(OWN, 1), Address(PEER, 1)), control.HostLoads([(1, 2)])]
        samples = [encode(Header(Kind.CONTROL, source=BROKER, destination=OWN), [Record(hash_of(type(one)), dump(one, type(one)))])
                   for one in messages]
        samples += [encode(Header(Kind.DATA, epoch=1, source=PEER, destination=OWN, sequence=1, window=1 << 20),
                           [Record(7, b"x" * 20, 1, 2, (3,), 1)])]
        for seed in range(3000):
            frame = bytearray(chance.choice(samples))
            for _ in range(chance.randint(0, 4)):
                frame[chance.randrange(len(frame))] = chance.randrange(256)
            self.session.on_frame(bytes(frame), seed * MS)
            self.leaves(seed)

    # ---- Names

    def test_a_claim_is_said_until_it_is_answered_and_held_from_then_on(self):
        mine = Address(OWN, 1)
        self.registered()
        self.session.names.claim("n", mine)
        claims = [at for at in range(0, 3000, 100) for one in self.leaves(at) if isinstance(one, control.ClaimNames)]
        self.assertEqual(claims, [0, 1000, 2000])

        self.hear(control.NameGiven("n", mine, mine), 3000)
        self.assertEqual(self.heard.all, [("name given", "n", mine)])
        self.assertNotIn(control.ClaimNames, [type(one) for one in self.leaves(9000)])
        self.registered(10_000)
        self.assertIn(control.ClaimNames([control.NameClaim("n", mine, True, 7000 * MS)]), self.leaves(10_000))

    def test_a_name_that_another_has_is_lost_and_one_nobody_wants_is_given_back(self):
        mine, other = Address(OWN, 1), Address(PEER, 1)
        self.registered()
        self.session.names.claim("n", mine)
        self.hear(control.NameGiven("n", mine, other))
        self.hear(control.NameGiven("n", mine, other))
        self.assertEqual(self.heard.all, [("name given", "n", other)])

        self.hear(control.NameGiven("m", mine, mine))
        self.assertIn(control.ReleaseName("m", mine), self.leaves())
        self.hear(control.NameReleased("m", mine))
        self.assertNotIn(control.ReleaseName("m", mine), self.leaves(5000))


class Placement(unittest.TestCase):
    def meets(self, offered, value, comparison=0):
        return placement.meets({} if offered is None else {"K": offered}, Requirement("K", value, comparison))

    def test_requirements_as_the_page_has_them(self):
        for offered, value, comparison in [
            (True, True, 0), (1, True, 0), ("x", True, 0), (None, False, 0), (0, False, 0), ("", False, 0), (2, 2.0, 0),
            (2.0, 2, 0), ("a", "b", 1), (64, 32, 5), (64, 64, 5), (0.5, 1, 2), ("0.10", "0.9", 4), ("0.9", "0.10", 2),
            ("v1", "v01", 3),
        ]:
            self.assertTrue(self.meets(offered, value, comparison), (offered, value, comparison))
        for offered, value, comparison in [
            (None, True, 0), (False, True, 0), (0, True, 0), ("2", 2, 0), ("2", 1, 4), (True, 0, 4), (None, 1, 4), (1, 1, 6),
        ]:
            self.assertFalse(self.meets(offered, value, comparison), (offered, value, comparison))
        self.assertTrue(placement.meets({"B": 1}, Requirement("A", True, 0, [Condition("B", True)])))

    def test_the_own_host_first_else_the_one_with_fewer_actors(self):
        def host(number, actors, capabilities=(), **fields):
            entry = TypeEntry("T", [Requirement("K")])
            return HostEntry(number, f"h{number}", capabilities=dict(capabilities), actor_process=number << 32 | 1,
                             types=[entry], actors=actors, **fields)

        offers = {"K": True}
        hosts = [host(1, 9, offers), host(2, 5, offers), host(3, 0), host(4, 0, offers, draining=True)]
        chance = random.Random(1)
        self.assertEqual(placement.choose(hosts, 1, "T", [], chance).id, 1)
        self.assertEqual(placement.choose(hosts, 3, "T", [], chance).id, 2)
        with self.assertRaisesRegex(ZanniError, "h3 needs K = true .has no K.; h4 is draining"):
            placement.choose(hosts[2:], 1, "T", [], chance)


class Version(unittest.TestCase):
    def test_it_is_the_librarys(self):
        from zanni.version import VERSION
        header = Path(__file__).resolve().parents[3] / "core" / "include" / "zanni" / "version.hpp"
        self.assertIn(f'#define ZANNI_VERSION "{VERSION}"', header.read_text())


if __name__ == "__main__":
    logging.getLogger("zanni").addHandler(logging.NullHandler())
    unittest.main()
