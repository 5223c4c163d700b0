"""The client against real brokers and actors in C++."""

import logging
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock
from pathlib import Path
from typing import List

from convention import PROGRAM, Convention, eventually, needs_programs

import zanni  # noqa: E402
from zanni.errors import Code  # noqa: E402
from zanni.runtime_messages import MailboxDrained, MailboxFull, Watch  # noqa: E402


@zanni.message("echo.Ping")
class Ping:
    number: int = 0
    sent_ns: int = 0


@zanni.message("echo.Pong")
class Pong:
    number: int = 0
    sent_ns: int = 0


@zanni.message("echo.Run")
class Run:
    count: int = 0
    in_flight: int = 1


@zanni.message("echo.Done")
class Done:
    count: int = 0
    seconds: float = 0
    p50_us: float = 0
    p99_us: float = 0
    failure: str = ""


@zanni.message("probe.Parcel")
class Parcel:
    content: str = ""


@zanni.message("probe.Weight")
class Weight:
    bytes: int = 0


@zanni.message("probe.SendParcel")
class SendParcel:
    target: zanni.Address = zanni.Address()
    bytes: int = 0


@zanni.message("probe.AnswerTwice")
class AnswerTwice:
    pass


@zanni.message("probe.FirstAnswer")
class FirstAnswer:
    pass


@zanni.message("probe.SecondAnswer")
class SecondAnswer:
    pass


@zanni.message("probe.EndProcess")
class EndProcess:
    status: int = 0


@zanni.message("test.Count")
class Count:
    by: int = 1


@zanni.message("test.CountTwice")
class CountTwice(Count):
    pass


@zanni.message("test.Total")
class Total:
    value: int = 0


@zanni.message("test.Fail")
class Fail:
    pass


@zanni.message("test.Watched")
class Watched:
    ended: List[zanni.Address]


class Counter(zanni.Actor):
    actor_name = "test.Counter"

    def __init__(self):
        self.total = 0
        self.lengths = []

    @zanni.handles
    def count(self, count: Count) -> Total:
        self.total += count.by
        return Total(self.total)

    @zanni.handles
    def fail(self, _fail: Fail):
        raise ValueError("no")

    @zanni.handles
    def parcel(self, parcel: Parcel) -> Weight:
        self.lengths.append(len(parcel.content))
        return Weight(len(parcel.content))


class Runner(zanni.Actor):
    """Has an actor in C++ do something, and passes on what it says."""

    def __init__(self, requestor, client):
        self.requestor, self.client = requestor, client

    def started(self):
        self.send(self.requestor, Run(100, 10))

    @zanni.handles
    def done(self, done: Done):
        self.send(self.client, done)


class Watcher(zanni.Actor):
    def __init__(self, target, client):
        self.target, self.client = target, client

    def started(self):
        self.watch(self.target)

    @zanni.handles
    def down(self, down: zanni.Down):
        self.send(self.client, Watched([down.address]))


class InAConvention(unittest.TestCase):
    """Each test joins anew, the broker is one for all."""

    @classmethod
    @needs_programs
    def setUpClass(cls):
        cls.convention = Convention()
        cls.addClassCleanup(cls.convention.__exit__, None)
        cls.convention.start_leader()

    def setUp(self):
        self.letters = []
        self.system = self.convention.join(types=[Counter], on_dead_letter=self.letters.append)
        self.addCleanup(self.system.close)

    def fails(self, code, what, *arguments, **options):
        with self.assertRaises(zanni.ZanniError) as caught:
            what(*arguments, **options)
        self.assertEqual(caught.exception.code, code, caught.exception)
        return str(caught.exception)

    # ---- Actors in C++

    def test_an_actor_in_c_plus_plus_is_created_and_asked(self):
        server = self.system.create("echo.EchoServer")

        for number in range(100):
            self.assertEqual(self.system.ask(server, Ping(number, 5), Pong), Pong(number, 5))

    def test_what_is_told_is_answered_in_order(self):
        server = self.system.create("echo.EchoServer")
        for number in range(3000):
            self.system.tell(server, Ping(number))

        self.assertEqual([self.system.listen().message.number for _ in range(3000)], list(range(3000)))

    def test_large_messages_go_both_ways(self):
        probe = self.system.create("probe.Probe")
        self.assertEqual(self.system.ask(probe, Parcel("x" * 3_000_000), Weight, 20), Weight(3_000_000))

        self.system.tell(probe, SendParcel(self.system.address, 1_000_000))
        self.assertEqual(len(self.system.listen(20).message.content), 1_000_000)

    def test_an_actor_may_have_a_process_of_its_own(self):
        probe = self.system.create("probe.Probe", isolated=True, timeout=20)
        self.assertGreaterEqual(probe.process & 0xFFFFFFFF, 0x80000000)
        self.assertEqual(self.system.ask(probe, Parcel("abc"), Weight, 20), Weight(3))

        self.fails(Code.DEAD_TARGET, self.system.ask, probe, EndProcess(1), Total, 20)
        self.assertIn("no licence found", self.fails(Code.START_FAILED, self.system.create, "probe.StillBorn", isolated=True))

    def test_what_can_not_be_created_says_why(self):
        self.assertIn("has not loaded the type", self.fails(Code.UNKNOWN_TYPE, self.system.create, "no.Such"))
        self.assertIn("needs GPU = true (has no GPU)", self.fails(
            Code.UNMET_REQUIREMENT, self.system.create, "echo.EchoServer", requirements=[zanni.Requirement("GPU")]))
        self.assertIn("no licence found", self.fails(Code.START_FAILED, self.system.create, "probe.StillBorn"))

    def test_who_asks_the_dead_is_told(self):
        server = self.system.create("echo.EchoServer")
        self.system.tell(server, zanni.ExitRequest())
        self.fails(Code.DEAD_TARGET, self.system.ask, server, Ping(), Pong)

        self.system.tell(server, Ping(7))
        letter = eventually(lambda: self.letters)[0]
        self.assertEqual((letter.target, letter.reason), (server, Code.DEAD_TARGET))

    def test_another_answer_or_none_is_an_error(self):
        server = self.system.create("echo.EchoServer")

        self.fails(Code.UNEXPECTED_REPLY, self.system.ask, server, Ping(), Total)
        self.fails(Code.TIMEOUT, self.system.ask, server, Count(), Total, 0.1)
        self.fails(Code.TIMEOUT, self.system.listen, 0.01)
        self.fails(Code.NO_ADDRESS, self.system.tell, zanni.Address(), Ping())

    def test_a_process_that_ends_fails_who_asks_there(self):
        with Convention() as convention:  # one of its own: it loses its actors
            convention.start_leader()
            with convention.join(on_dead_letter=self.letters.append) as system:
                probe = system.create("probe.Probe")
                system.create(Watcher, probe, system.address)
                self.fails(Code.DEAD_TARGET, system.ask, probe, EndProcess(3), Total, 20)
                self.assertEqual(system.listen(20).message, Watched([probe]))
                self.fails(Code.DEAD_TARGET, system.tell, probe, Parcel())
                system.create(Watcher, probe, system.address)
                self.assertEqual(system.listen(20).message, Watched([probe]), "it had ended before it was watched")

    # ---- Actors in Python

    def test_an_actor_in_python_is_asked(self):
        counter = self.system.create(Counter)

        self.assertEqual(self.system.ask(counter, Count(2), Total), Total(2))
        self.assertEqual(self.system.ask(counter, CountTwice(3), Total), Total(5), "as what it is based on")
        self.assertEqual(self.system.ask(counter, zanni.ActorStatusRequest(), zanni.ActorStatus).type, "test.Counter")

    def test_actors_in_c_plus_plus_reach_it(self):
        counter = self.system.create(Counter)
        probe = self.system.create("probe.Probe")
        for size in (1, 500_000, 2):
            self.system.tell(probe, SendParcel(counter, size))

        self.assertTrue(eventually(lambda: self.system._stage._cells[counter.actor].actor.lengths == [1, 500_000, 2]))

    def test_it_has_an_actor_in_c_plus_plus_work(self):
        requestor = self.system.create("echo.EchoRequestor")
        self.system.create(Runner, requestor, self.system.address)

        done = self.system.listen(20).message
        self.assertEqual((done.count, done.failure), (100, ""))

    def test_another_program_reaches_it(self):
        counter = self.system.create(Counter)
        with self.convention.join() as other:
            self.assertEqual(other.ask(counter, Count(), Total), Total(1))
            self.assertIn("ValueError: no", self.fails(Code.POISON, other.ask, counter, Fail(), Total))
            self.assertEqual(other.ask(counter, Count(), Total), Total(2))
            self.fails(Code.MALFORMED, other.ask, counter, Wrong("x"), Total)
            nobody = zanni.Address(counter.process, counter.actor + 100)
            self.fails(Code.DEAD_TARGET, other.ask, nobody, Count(), Total)
        self.assertEqual([letter.reason for letter in self.letters], [Code.MALFORMED, Code.DEAD_TARGET])

    def test_another_program_creates_it(self):
        here = self.system.create(Counter)
        with self.convention.join() as other:
            counter = other.create("test.Counter", at=here)
            self.assertEqual(other.ask(counter, Count(), Total), Total(1))
            self.fails(Code.UNKNOWN_TYPE, other.create, "no.Such", at=here)
            self.fails(Code.UNKNOWN_TYPE, other.create, "test.Counter")  # of hosts only what they have loaded

    def test_its_end_is_told(self):
        counter = self.system.create(Counter)
        with self.convention.join() as other:
            other.create(Watcher, counter, other.address)
            other.tell(counter, zanni.ExitRequest())
            self.assertEqual(other.listen().message, Watched([counter]))
            other.create(Watcher, counter, other.address)
            self.assertEqual(other.listen().message, Watched([counter]), "it had ended before it was watched")

    def test_a_name_is_one_actors(self):
        counter = self.system.create(Counter, name="counter")
        with self.convention.join() as other:
            self.assertEqual(other.find_name("counter"), counter)
            self.assertEqual(other.create(Counter, name="counter"), counter)
        self.assertIn("counter", self.convention.zanni("names", "--join", self.convention.endpoint).stdout)
        sent = self.convention.zanni("send", "counter", "test.Count", "[5]", "--join", self.convention.endpoint)
        self.assertEqual(sent.returncode, 0, sent.stderr)
        self.assertTrue(eventually(lambda: self.system.ask(counter, Count(0), Total).value == 5))

        self.system.tell(counter, zanni.ExitRequest())
        self.fails(Code.UNKNOWN_NAME, lambda: eventually(lambda: not self.system.find_name("counter")))

    def test_a_named_actor_of_a_host_is_one_for_all(self):
        server = self.system.create("echo.EchoServer", name="echo")
        with self.convention.join() as other:
            self.assertEqual(other.create("echo.EchoServer", name="echo"), server)
            self.assertEqual(other.ask(other.find_name("echo"), Ping(1), Pong), Pong(1))

    def test_a_constructor_that_raises_says_so(self):
        self.assertIn("TypeError", self.fails(Code.START_FAILED, self.system.create, Runner))

    def test_plain_types_are_messages_too(self):
        class Greeter(zanni.Actor):
            @zanni.handles
            def greet(self, name: str) -> str:
                return f"Hello, {name}!"

            @zanni.handles
            def twice(self, number: float) -> float:
                return 2 * number

        greeter = self.system.create(Greeter)
        with self.convention.join() as other:
            self.assertEqual(other.ask(greeter, "World", str), "Hello, World!")
            self.assertEqual(other.ask(greeter, 1.5, float), 3.0)
        asked = self.convention.zanni("ask", str(greeter), "string", '"you"', "--unchecked", "--join", self.convention.endpoint)
        self.assertIn("Hello, you!", asked.stdout, asked.stderr)

    def test_tools_see_it(self):
        counter = self.system.create(Counter)
        self.fails(Code.DEAD_TARGET, self.system.ask, zanni.Address(self.system.process, 999), Count(), Total)
        join = "--join", self.convention.endpoint

        asked = self.convention.zanni("ask", str(counter), "test.Count", "[5]", *join)
        self.assertIn("test.Total [5]", asked.stdout, asked.stderr)
        wrong = self.convention.zanni("send", str(counter), "test.Cuont", "[5]", *join)
        self.assertIn("it takes test.Count [int64] -> test.Total [int64]", wrong.stderr)
        self.assertIn("test.Counter", self.convention.zanni("actors", *join).stdout)
        self.assertIn("test.Count", self.convention.zanni("dead-letters", *join).stdout)

    def test_waiting_in_a_handler_is_an_error(self):
        test = self

        class Waits(zanni.Actor):
            @zanni.handles
            def wait(self, _count: Count) -> Total:
                with test.assertRaisesRegex(RuntimeError, "its own thread"):
                    self.system.ask(self.address, Count(), Total)
                return Total(1)

        self.assertEqual(self.system.ask(self.system.create(Waits), Count(), Total), Total(1))

    def test_a_full_mailbox_holds_back_who_sends_there(self):
        counter = self.system.create(Counter)
        with self.convention.join() as other:
            self.system.send_from(zanni.Address(), zanni.Address(other.process, 0), MailboxFull(counter))
            self.assertTrue(eventually(lambda: other._full))
            self.fails(Code.OVERLOADED, other.tell, counter, Count(), 0.1)
            self.fails(Code.OVERLOADED, other.ask, counter, Count(), Total, 0.1)
            self.system.send_from(zanni.Address(), zanni.Address(other.process, 0), MailboxDrained(counter))
            self.assertEqual(other.ask(counter, Count(), Total), Total(1))

    def test_what_nobody_can_read_harms_nobody(self):
        counter = self.system.create(Counter)
        hostile = zanni.message("zanni.Watch")(type("Hostile", (), {"__annotations__": {"x": str}, "x": "y"}))
        zanni.message("zanni.Watch")(Watch)  # the known one again
        with self.convention.join() as other:
            for target in (counter, zanni.Address(counter.process, 0), self.system.address,
                           zanni.Address(counter.process, self.system.address.actor + 1)):
                other.tell(target, hostile())
            self.assertEqual(other.ask(counter, Count(), Total), Total(1))

    def test_a_slow_handler_does_not_let_messages_pile_up(self):
        class Slow(zanni.Actor):
            @zanni.handles
            def count(self, _count: Count):
                time.sleep(0.0005)

        slow = self.system.create(Slow)
        with self.convention.join() as other:
            for _ in range(3000):
                other.tell(slow, Count())
            most = 0
            while other.in_flight:
                most = max(most, len(self.system._events))
                time.sleep(0.005)
        self.assertLess(most, 3000)

    # ---- The system

    def test_what_is_too_large_is_refused(self):
        probe = self.system.create("probe.Probe")
        self.fails(Code.TOO_LARGE, self.system.tell, probe, Parcel("x" * (64 * 1024 * 1024)))

    def test_a_program_that_just_ends_leaves_in_order(self):
        script = ("import sys; sys.path.insert(0, sys.argv[2]); import zanni\n"
                  "system = zanni.join(sys.argv[1]); system.create('echo.EchoServer')\n")
        folder = str(Path(zanni.__file__).parents[1])
        ended = subprocess.run([sys.executable, "-c", script, self.convention.endpoint, folder], timeout=20, check=False)
        self.assertEqual(ended.returncode, 0)

    def test_a_second_answer_waits_for_listen(self):
        probe = self.system.create("probe.Probe")
        for _ in range(50):
            self.assertIsInstance(self.system.ask(probe, AnswerTwice(), FirstAnswer), FirstAnswer)
            self.assertIsInstance(self.system.listen().message, SecondAnswer)

    def test_many_threads_may_use_it(self):
        server = self.system.create("echo.EchoServer")
        answers = [[] for _ in range(8)]

        def work(number):
            for at in range(100):
                answers[number].append(self.system.ask(server, Ping(number * 1000 + at), Pong, 20).number)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, [[number * 1000 + at for at in range(100)] for number in range(8)])

    def test_a_closed_system_says_so(self):
        with self.convention.join() as other:
            pass

        self.fails(Code.SHUT_DOWN, other.tell, other.address, Ping())
        self.fails(Code.SHUT_DOWN, other.listen)

    def test_what_was_sent_last_arrives(self):
        counter = self.system.create(Counter)
        with self.convention.join() as other:
            for _ in range(100):
                other.tell(counter, Count())

        self.assertEqual(self.system.ask(counter, Count(0), Total), Total(100))

    def test_accounts_add_up(self):
        counter = self.system.create(Counter)
        server = self.system.create("echo.EchoServer")
        self.system.ask(server, Ping(), Pong)
        self.system.ask(counter, Count(), Total)
        self.system.tell(zanni.Address(server.process, 12345), Ping())
        eventually(lambda: self.letters)

        def difference():
            of = self.system.counts.message()
            ended = of.delivered + of.unhandled + of.posted + sum(count for _reason, count in of.dead_letters)
            return of.sent + of.received - ended

        self.assertTrue(eventually(lambda: difference() == 0), self.system.counts)


@zanni.message("test.Count")
class Wrong:
    """The same name, as another program might have it."""

    by: str = ""


class Endpoints(unittest.TestCase):
    @needs_programs
    def test_by_ipc(self):
        with Convention() as convention:
            convention.start_leader(listen=f"ipc://{convention.folder}/bus")
            with convention.join() as system:
                self.assertEqual(system.ask(system.create("echo.EchoServer"), Ping(1), Pong), Pong(1))

    @needs_programs
    def test_where_nobody_answers(self):
        with self.assertRaisesRegex(zanni.ZanniError, "ipc:///no/where: no broker answers"):
            zanni.join("ipc:///no/where", timeout=0.3)
        with self.assertRaises(zanni.ZanniError):
            zanni.join("nonsense", timeout=0.3)

    @needs_programs
    def test_another_version_is_refused(self):
        with Convention() as convention:
            convention.start_leader()
            with unittest.mock.patch("zanni.runtime.VERSION", "99.1.0"):
                with self.assertRaisesRegex(zanni.ZanniError, "refused.*99.1.0"):
                    convention.join()

    @needs_programs
    def test_with_keys(self):
        with Convention() as convention:
            keys = str(convention.folder / "keys")
            made = convention.zanni("keys", "init", "--keys", keys)
            self.assertEqual(made.returncode, 0, made.stderr)
            convention.start_leader("--keys", keys)
            with self.assertRaisesRegex(zanni.ZanniError, "without a key"):
                convention.join(keys="none", timeout=3)

            token = convention.zanni("keys", "join-token", "--role", "client", "--keys", keys).stdout.split()[-1]
            own = convention.folder / "mine"
            self.assertEqual(zanni.enrol(convention.endpoint, token, own, "py"), "client")
            with self.assertRaisesRegex(zanni.ZanniError, "its token is spent"):
                zanni.enrol(convention.endpoint, token, convention.folder / "other", "py2", timeout=3)

            status = convention.zanni("status", "--keys", str(own), "--join", convention.endpoint)
            self.assertEqual(status.returncode, 0, "the program reads that folder too: " + status.stderr)
            with convention.join(keys=keys) as system:
                self.assertTrue(system.create("echo.EchoServer"), "and this client the program's")

            with convention.join(keys=own) as system:
                server = system.create("echo.EchoServer")
                self.assertEqual(system.ask(server, Ping(1), Pong), Pong(1))
                convention.kill()
                convention.start_leader("--keys", keys)
                self.assertEqual(system.ask(server, Ping(2), Pong, 20), Pong(2))
                self.assertEqual(convention.zanni("keys", "revoke", "py", "--keys", keys).returncode, 0)
                with self.assertRaises(zanni.ZanniError) as caught:
                    eventually(lambda: not system.ask(server, Ping(3), Pong, 1))
                self.assertIn("revoked", str(caught.exception))

            (own / "own.key").chmod(0o644)
            with self.assertRaisesRegex(zanni.BadKeys, "others can get at it"):
                convention.join(keys=own)


class TwoHosts(unittest.TestCase):
    def setUp(self):
        if not PROGRAM:
            self.skipTest("ZANNI_PROGRAM names no zanni program")
        self.convention = Convention()
        self.addCleanup(self.convention.__exit__, None)
        self.times = ("--down-after", "2s", "--suspect-after", "1s", "--heartbeat-interval", "400ms")
        self.convention.start_leader(*self.times)
        self.convention.start_worker("far", "--capability", "Far=true", "--listen", "tcp://127.0.0.1:0", *self.times)

    def far_probe(self, system):
        eventually(lambda: len(system.hosts()) == 2)
        return system.create("probe.Probe", requirements=[zanni.Requirement("Far")], timeout=20)

    def test_an_actor_runs_where_it_fits(self):
        with self.convention.join() as system:
            probe = self.far_probe(system)
            self.assertNotEqual(probe.process >> 32, system.process >> 32)
            self.assertEqual(system.ask(probe, Parcel("abc"), Weight, 20), Weight(3))
            system.tell(probe, SendParcel(system.address, 300_000))
            self.assertEqual(len(system.listen(20).message.content), 300_000)

    def test_when_a_host_is_gone_who_asks_there_is_told(self):
        with self.convention.join() as system:
            probe = self.far_probe(system)
            system.create(Watcher, probe, system.address)
            system.ask(probe, Parcel("abc"), Weight, 20)
            self.convention.stop("far")
            self.assertEqual(system.listen(20).message, Watched([probe]))
            with self.assertRaises(zanni.ZanniError) as caught:
                system.ask(probe, Parcel("abc"), Weight, 20)
            self.assertIn(caught.exception.code, (Code.DEAD_TARGET, Code.HOST_LOST, Code.UNKNOWN_DELIVERY))

    def test_by_way_of_a_worker_host(self):
        endpoint = (self.convention.folder / "far.ready").read_text().strip() or f"ipc://{self.convention.folder}/far.bus"
        with zanni.join(endpoint) as system:
            eventually(lambda: len(system.hosts()) == 2)
            server = system.create("echo.EchoServer", requirements=[zanni.Requirement("Probes")], timeout=20)
            self.assertEqual(system.ask(server, Ping(5), Pong, 20), Pong(5))


class Restarts(unittest.TestCase):
    @needs_programs
    def test_nothing_is_lost_when_the_broker_is_killed(self):
        with Convention() as convention:
            convention.start_leader()
            letters = []
            with convention.join(on_dead_letter=letters.append) as system:
                server = system.create("echo.EchoServer")
                counter = system.create(Counter, name="counter")
                sent = 0
                for kills in range(3):
                    until = time.monotonic() + 1.0
                    while time.monotonic() < until:
                        system.tell(server, Ping(sent))
                        sent += 1
                        if sent == 500 * (kills + 1):
                            convention.kill()
                            convention.start_leader()
                        if sent % 50 == 0:
                            time.sleep(0.03)  # what waits for listen() has a limit
                self.assertEqual(letters, [])
                numbers = [system.listen(30).message.number for _ in range(sent)]
                self.assertEqual(numbers, list(range(sent)))
                self.assertGreater(system.registrations, 1)
                self.assertEqual(letters, [])
                self.assertEqual(system.find_name("counter", 20), counter)


if __name__ == "__main__":
    logging.getLogger("zanni").addHandler(logging.NullHandler())  # much goes wrong here on purpose
    unittest.main()
