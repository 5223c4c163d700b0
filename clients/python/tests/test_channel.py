"""Channels, with the time given: what is acknowledged, asked, sent again and given up, and a bad network drawn from seeds."""

import heapq
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from zanni.address import Address  # noqa: E402
from zanni.channel import MS, Channel, Outbound, Settings  # noqa: E402
from zanni.channels import Channels  # noqa: E402
from zanni.errors import Code, ZanniError  # noqa: E402
from zanni.frame import Flag, Header, Kind, Record, decode, decode_header  # noqa: E402
from zanni.parts import PART_BYTES, Joiner, cut  # noqa: E402

HERE, THERE = 0xA1B2C3D400000003, 0x5E6F708100000001


def message(payload=b"x", target=11, sender=22):
    return Outbound(Address(THERE, target), sender, 7, payload)


def leave(channel, now=0):
    """The headers of all that leaves."""
    return [decode_header(frame) for frame in frames(channel, now)]


def frames(channel, now=0):
    out = []
    while (frame := channel.next(now)) is not None:
        out.append(frame)
    return out


def word(acknowledged, epoch=1, window=1 << 20, flags=0, kind=Kind.ACKNOWLEDGEMENT):
    return Header(kind, flags=flags, acknowledged_epoch=epoch, acknowledged=acknowledged, window=window)


def data(sequence, epoch=1):
    return Header(Kind.DATA, epoch=epoch, sequence=sequence)


def one_frame_each(channel, count, now=0):
    out = []
    for number in range(count):
        channel.send(message())
        out += leave(channel, now)
    return out


class Sending(unittest.TestCase):
    def setUp(self):
        self.channel = Channel(HERE, THERE)

    def test_frames_are_numbered_from_one_in_epoch_one(self):
        headers = one_frame_each(self.channel, 2)

        self.assertEqual([(header.epoch, header.sequence, header.records) for header in headers], [(1, 1, 1), (1, 2, 1)])
        self.assertEqual((headers[0].source, headers[0].destination, headers[0].window), (HERE, THERE, 1 << 20))

    def test_what_waits_together_leaves_together(self):
        for _ in range(3):
            self.channel.send(message())

        self.assertEqual([header.records for header in leave(self.channel)], [3])

    def test_256_frames_may_be_unacknowledged(self):
        self.assertEqual(len(one_frame_each(self.channel, 300)), 256)

        self.assertTrue(self.channel.on_word(word(256), 0))
        self.assertEqual([header.sequence for header in leave(self.channel)], [257])

    def test_the_last_frame_may_reach_over_the_window(self):
        self.channel.on_word(word(0, epoch=0, window=100), 0)

        self.assertEqual(len(one_frame_each(self.channel, 3)), 2)

    def test_a_window_of_zero_lets_nothing_leave(self):
        self.channel.on_word(word(0, epoch=0, window=0), 0)
        self.channel.send(message())
        self.assertEqual(leave(self.channel), [])

        self.channel.on_word(word(0, epoch=0), 0)
        self.assertEqual([header.kind for header in leave(self.channel)], [Kind.DATA])

    def test_questions_come_after_200_ms_and_ever_more_seldom(self):
        one_frame_each(self.channel, 1)
        asked = []
        for at in range(0, 8000, 10):
            self.channel.tick(at * MS)
            asked += [at for header in leave(self.channel, at * MS) if header.flags & Flag.ANSWER]

        self.assertEqual(asked, [200, 600, 1400, 3000, 5000, 7000])

    def test_an_answer_begins_with_200_ms_anew_and_has_the_rest_sent_again(self):
        one_frame_each(self.channel, 3)
        self.channel.tick(200 * MS)
        leave(self.channel, 200 * MS)
        one_frame_each(self.channel, 1, 201 * MS)  # behind the question

        self.channel.on_word(word(1), 300 * MS)
        self.assertEqual([header.sequence for header in leave(self.channel, 300 * MS)], [2, 3])
        self.assertEqual(self.channel.due(), 500 * MS)

    def test_an_acknowledgement_that_nobody_asked_for_sends_nothing_again(self):
        one_frame_each(self.channel, 3)

        self.channel.on_word(word(1), 0)
        self.assertEqual(leave(self.channel), [])

    def test_missing_has_all_sent_again_but_not_twice(self):
        one_frame_each(self.channel, 4)
        self.channel.on_word(word(1, flags=Flag.MISSING), 0)
        self.assertEqual(decode_header(self.channel.next(0)).sequence, 2)
        self.channel.on_word(word(1, flags=Flag.MISSING), 0)

        self.assertEqual([header.sequence for header in leave(self.channel)], [3, 4])

    def test_an_older_word_counts_for_nothing(self):
        one_frame_each(self.channel, 3)
        self.channel.on_word(word(2), 0)

        self.assertTrue(self.channel.on_word(word(1, window=0), 0))
        self.assertTrue(self.channel.on_word(word(0, epoch=0, window=0), 0))
        self.assertEqual(len(one_frame_each(self.channel, 1)), 1)

    def test_what_was_never_sent_can_not_be_acknowledged(self):
        one_frame_each(self.channel, 1)

        for header in (word(2), word(1, epoch=2)):
            self.assertFalse(self.channel.on_word(header, 0))
        self.assertTrue(self.channel.on_word(word(5, epoch=65535), 0))  # an earlier epoch, as they wrap

    def test_after_an_interruption_all_goes_again_and_the_peer_is_asked(self):
        one_frame_each(self.channel, 2)
        self.channel.out.resume(0)

        headers = leave(self.channel)
        self.assertEqual([(header.kind, header.sequence) for header in headers],
                         [(Kind.ACKNOWLEDGEMENT, 0), (Kind.DATA, 1), (Kind.DATA, 2)])
        self.assertTrue(headers[0].flags & Flag.ANSWER)

    def test_what_waits_for_60_s_is_the_senders_again(self):
        one_frame_each(self.channel, 1)
        self.channel.on_word(word(1, window=0), 0)
        late = message()
        self.channel.send(late)
        leave(self.channel)

        self.assertEqual(self.channel.tick(59_999 * MS), [])
        self.assertEqual(self.channel.tick(60_000 * MS), [late])
        self.assertTrue(self.channel.out.is_settled)

    def test_a_message_is_not_taken_back_by_halves(self):
        self.channel.on_word(word(0, epoch=0, window=100), 0)
        large, small = message(bytes(3 * PART_BYTES)), message()
        self.channel.send(large)
        self.channel.send(small)
        self.assertEqual(len(leave(self.channel)), 1)

        self.assertEqual(self.channel.tick(60_000 * MS), [small])

    def test_giving_up_tells_what_may_have_been_delivered_from_what_was_not(self):
        sent, cut_in_two, unsent = message(), message(bytes(2 * PART_BYTES)), message()
        self.channel.on_word(word(0, epoch=0, window=200), 0)
        for one in (sent, cut_in_two, unsent):
            self.channel.send(one)
        leave(self.channel)

        rest = self.channel.close()
        self.assertEqual((rest.unknown, rest.unsent), ([sent, cut_in_two], [unsent]))
        header = one_frame_each(self.channel, 1)[0]
        self.assertEqual((header.epoch, header.sequence), (2, 1))

    def test_numbers_wrap(self):
        settings = Settings(first_sequence=2**32 - 2, first_epoch=65535)
        sender, receiver = Channel(HERE, THERE, settings), Channel(THERE, HERE, settings)
        for expected in (2**32 - 2, 2**32 - 1, 0, 1):
            header = one_frame_each(sender, 1)[0]
            self.assertEqual(header.sequence, expected)
            self.assertTrue(receiver.on_data(header, 100, 0))
        receiver.incoming.tell()
        self.assertTrue(sender.on_word(leave(receiver)[0], 0))
        self.assertTrue(sender.out.is_settled)

        sender.close()
        header = one_frame_each(sender, 1)[0]
        self.assertEqual(header.epoch, 1)
        self.assertTrue(receiver.on_data(header, 100, 0))

    def test_a_process_of_one_actor_is_asked_for_until_it_is_heard_of(self):
        self.channel.starts_peer = True
        self.assertEqual(one_frame_each(self.channel, 1)[0].flags, Flag.STARTS)
        self.channel.tick(200 * MS)
        self.assertEqual(leave(self.channel, 200 * MS)[0].flags, Flag.STARTS | Flag.ANSWER)

        self.channel.on_word(word(1), 0)
        self.assertEqual(one_frame_each(self.channel, 1)[0].flags, 0)


class Receiving(unittest.TestCase):
    def setUp(self):
        self.channel = Channel(HERE, THERE)

    def take(self, sequence, epoch=1, now=0, size=100):
        return self.channel.on_data(data(sequence, epoch), size, now)

    def acknowledged(self, now=0):
        """Number and flags of the acknowledgements that leave."""
        self.channel.tick(now)
        return [(header.acknowledged, header.flags) for header in leave(self.channel, now)]

    def test_a_frame_is_acknowledged_after_10_ms(self):
        self.assertTrue(self.take(1))

        self.assertEqual(self.acknowledged(9 * MS), [])
        self.assertEqual(self.acknowledged(10 * MS), [(1, 0)])
        self.assertEqual(self.acknowledged(999 * MS), [])

    def test_48_frames_or_192_kib_are_acknowledged_at_once(self):
        for sequence in range(1, 48):
            self.take(sequence)
        self.assertEqual(self.acknowledged(), [])
        self.take(48)
        self.assertEqual(self.acknowledged(), [(48, 0)])
        self.take(49, size=192 * 1024)
        self.assertEqual(self.acknowledged(), [(49, 0)])

    def test_an_own_frame_says_it_too(self):
        self.take(1)

        self.assertEqual(one_frame_each(self.channel, 1)[0].acknowledged, 1)
        self.assertEqual(self.acknowledged(10 * MS), [])

    def test_a_duplicate_is_dropped_and_acknowledged_at_once(self):
        self.take(1)
        self.take(2)

        self.assertFalse(self.take(1))
        self.assertEqual(self.acknowledged(), [(2, 0)])

    def test_a_gap_is_told_once_until_a_frame_is_taken(self):
        self.take(1)
        self.assertFalse(self.take(3))
        self.assertEqual(self.acknowledged(), [(1, Flag.MISSING)])
        self.assertFalse(self.take(4))
        self.assertEqual(self.acknowledged(), [])
        self.assertTrue(self.take(2))
        self.assertFalse(self.take(4))
        self.assertEqual(self.acknowledged(), [(2, Flag.MISSING)])

    def test_that_frames_are_missing_only_an_acknowledgement_says(self):
        self.take(1)
        self.take(3)
        self.channel.send(message())

        self.assertEqual([(header.kind, header.flags) for header in leave(self.channel)],
                         [(Kind.DATA, 0), (Kind.ACKNOWLEDGEMENT, Flag.MISSING)])

    def test_a_later_epoch_begins_anew_and_an_earlier_one_is_dropped(self):
        self.take(1)
        self.take(2)
        self.assertTrue(self.take(1, epoch=2))
        self.assertTrue(self.channel.incoming.began_anew)

        self.assertFalse(self.take(3, epoch=1))
        self.assertEqual([header.acknowledged_epoch for header in one_frame_each(self.channel, 1)], [2])

    def test_a_data_frame_of_epoch_0_is_refused(self):
        self.assertFalse(self.channel.on_word(data(1, epoch=0), 0))

    def test_a_question_is_answered_at_once(self):
        self.channel.on_word(word(0, epoch=0, flags=Flag.ANSWER), 0)

        self.assertEqual(self.acknowledged(), [(0, 0)])


class Parts(unittest.TestCase):
    def setUp(self):
        self.joiner = Joiner()
        self.large = Record(7, bytes(range(256)) * 1500, 11, 22, (5,))

    def test_a_large_payload_is_cut_and_joined(self):
        parts = cut(self.large)

        self.assertEqual([(part.parts_left, part.continues, len(part.payload)) for part in parts],
                         [(2, False, PART_BYTES), (1, True, PART_BYTES), (0, True, 384_000 - 2 * PART_BYTES)])
        self.assertEqual([self.joiner.add(THERE, part) for part in parts], [None, None, self.large])

    def test_128_kib_are_whole_and_64_mib_the_limit(self):
        self.assertEqual(len(cut(Record(7, bytes(PART_BYTES)))), 1)
        with self.assertRaises(ValueError):
            cut(Record(7, bytes(64 * 1024 * 1024 + 1)))

    def test_small_messages_may_come_between(self):
        small = Record(8, b"x", 12)
        first, second, third = cut(self.large)

        self.assertEqual([self.joiner.add(THERE, one) for one in (first, small, second, small, third)],
                         [None, small, None, small, self.large])

    def test_parts_without_their_fellows_are_dropped(self):
        first, second, third = cut(self.large)
        for wrong in ((second,), (first, third), (first, first, third)):
            joiner = Joiner()
            self.assertEqual([joiner.add(THERE, one) for one in wrong], [None] * len(wrong))
            self.assertGreater(joiner.dropped, 0)
        self.assertEqual([self.joiner.add(THERE, one) for one in (second, first, second, third)][-1], self.large)

    def test_a_first_part_without_room_is_not_taken(self):
        announced = Record(7, bytes(PART_BYTES), parts_left=511)
        for source in range(1, 5):
            self.assertTrue(self.joiner.has_room(source << 32, announced))
            self.joiner.add(source << 32, announced)
        self.assertFalse(self.joiner.has_room(5 << 32, announced))

        self.joiner.doubt_host(1)
        self.assertTrue(self.joiner.has_room(5 << 32, announced))


class Network:
    """Loses, repeats and reorders what two channels say to each other. The same seed is the same run."""

    def __init__(self, seed, settings):
        self.chance = random.Random(seed)
        self.ends = {HERE: Channel(HERE, THERE, settings), THERE: Channel(THERE, HERE, settings)}
        self.joiners = {HERE: Joiner(), THERE: Joiner()}
        self.taken = {HERE: [], THERE: []}
        self.under_way = []
        self.count = 0
        self.now = 0
        self.loss = self.chance.choice((0, 0.05, 0.3))

    def post(self, frame):
        copies = 0 if self.chance.random() < self.loss else 1 + (self.chance.random() < 0.1)
        for _ in range(copies):
            self.count += 1
            delay = self.chance.randint(0, 5 if self.chance.random() < 0.9 else 400) * MS
            heapq.heappush(self.under_way, (self.now + delay, self.count, frame))

    def step(self):
        self.now += self.chance.randint(1, 20) * MS
        while self.under_way and self.under_way[0][0] <= self.now:
            self.arrive(heapq.heappop(self.under_way)[2])
        for end in self.ends.values():
            end.tick(self.now)
            if self.chance.random() < 0.002:
                end.out.resume(self.now)
            for frame in frames(end, self.now):
                self.post(frame)

    def arrive(self, frame):
        header, records = decode(frame)
        end = self.ends[header.destination]
        assert end.on_word(header, self.now)
        if header.kind is Kind.DATA and end.on_data(header, len(frame), self.now):
            whole = [self.joiners[header.destination].add(header.source, record) for record in records]
            self.taken[header.destination] += [record.payload for record in whole if record]


class BadNetworks(unittest.TestCase):
    def test_all_arrives_once_and_in_order(self):
        for seed in range(60):
            with self.subTest(seed=seed):
                self.run_with(seed, Settings(window_frames=16, window_bytes=200_000, frame_bytes=300))

    def test_also_where_numbers_wrap(self):
        for seed in range(20):
            with self.subTest(seed=seed):
                self.run_with(seed, Settings(window_frames=16, frame_bytes=300, first_sequence=2**32 - 20, first_epoch=65535))

    def run_with(self, seed, settings):
        network = Network(seed, settings)
        sent = {HERE: [], THERE: []}
        for number in range(300):
            of, to = network.chance.choice(((HERE, THERE), (THERE, HERE)))
            size = 2 * PART_BYTES + 5 if network.chance.random() < 0.01 else network.chance.randint(0, 200)
            sent[to].append(number.to_bytes(4, "little") + bytes(size))
            network.ends[of].send(Outbound(Address(to, 1), 2, 7, sent[to][-1]))
            if network.chance.random() < 0.3:
                network.step()
        while not all(end.out.is_settled for end in network.ends.values()):
            network.step()
            self.assertLess(network.now, 600_000 * MS)

        self.assertEqual(network.taken, sent)


class AllChannels(unittest.TestCase):
    def setUp(self):
        self.channels = Channels(HERE)

    def test_peers_take_turns(self):
        for peer in (THERE, THERE + 1):
            self.channels.add(Outbound(Address(peer, 1), 0, 7, b""))
            self.channels.add(Outbound(Address(peer, 1), 0, 7, bytes(100_000)))
        destinations = []
        while (frame := self.channels.next(0)) is not None:
            destinations.append(decode_header(frame).destination - THERE)

        self.assertEqual(sorted(destinations), [0, 1])

    def test_to_what_has_ended_nothing_is_sent(self):
        self.channels.add(message())

        self.assertEqual([reason for _message, reason in self.channels.forget(THERE)], [Code.DEAD_TARGET])
        with self.assertRaises(ZanniError):
            self.channels.add(message())

    def test_a_host_is_asked_with_all_its_processes(self):
        self.channels.add(message())
        self.channels.next(0)

        self.channels.ask_host(THERE >> 32, 0)
        self.assertEqual(decode_header(self.channels.next(0)).flags, Flag.ANSWER)


if __name__ == "__main__":
    unittest.main()
