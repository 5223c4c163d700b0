"""Sends without a pause between Python and C++ on two hosts for some minutes, kills the leader's and the worker's broker in turn,
and counts.

    ZANNI_PROGRAM=.../zanni ZANNI_MODULES=.../libecho.so:.../libprobe_module.so soak.py --minutes 5 --broker-kills 10

Each stream numbers its messages. At the end every one must have been answered, or reported as undelivered; exit code 1 if one
was lost silently, came twice, or came out of order.
"""

import argparse
import logging
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "tests"))

from convention import Convention, eventually  # noqa: E402

import zanni  # noqa: E402

UNANSWERED_MAX = 1_000
SIZES = 1_000  # of parcels, whose size is their number; the larger ones travel in parts
SIZE_STEP = 150
ANSWERED_WITHIN = 60.0
WORKER = ("--capability", "Far=true", "--listen", "tcp://127.0.0.1:0")


@zanni.message("echo.Ping")
class Ping:
    number: int = 0
    sent_ns: int = 0


@zanni.message("echo.Pong")
class Pong:
    number: int = 0
    sent_ns: int = 0


@zanni.message("probe.Parcel")
class Parcel:
    content: str = ""


@zanni.message("probe.SendParcel")
class SendParcel:
    target: zanni.Address = zanni.Address()
    bytes: int = 0


@zanni.message("soak.Number")
class Number:
    number: int = 0


class Stream:
    """What was sent in one direction, and what became of it. `send` sends a message of that number."""

    def __init__(self, name, send):
        self.name = name
        self._send = send
        self._lock = threading.Condition()
        self.sent = self.answered = self.reported = self.wrong = 0
        self._next = 0  # the number that is to come; higher ones after reports only

    def run(self, until):
        while time.monotonic() < until:
            with self._lock:
                self._lock.wait_for(lambda: self.sent - self.answered - self.reported < UNANSWERED_MAX, 0.1)
                if self.sent - self.answered - self.reported >= UNANSWERED_MAX:
                    continue
                number = self.sent
                self.sent += 1
            try:
                self._send(number)
            except zanni.ZanniError as error:
                self.report(error)

    def came(self, number):
        with self._lock:
            if number < self._next or (number > self._next and not self.reported):
                self.wrong += 1
                print(f"{self.name}: {number} came, {self._next} was next", file=sys.stderr)
            self._next = number + 1
            self.answered += 1
            self._lock.notify()

    def report(self, why):
        with self._lock:
            self.reported += 1
            print(f"{self.name}: reported undelivered: {why}", file=sys.stderr)

    def await_all(self, longest):
        with self._lock:
            self._lock.wait_for(lambda: self.lost == 0, longest)

    @property
    def lost(self):
        return self.sent - self.answered - self.reported


class Sink(zanni.Actor):
    """Where actors in C++, and other programs, send to."""

    def __init__(self, came):
        self.came = came

    @zanni.handles
    def parcel(self, parcel: Parcel):
        self.came(len(parcel.content))

    @zanni.handles
    def number(self, number: Number) -> Number:
        self.came(number.number)
        return number


class Unrolled:
    """The numbers of parcels, from their sizes."""

    def __init__(self, stream):
        self._stream, self._came = stream, 0

    def __call__(self, size):
        number = self._came + (size // SIZE_STEP - self._came) % SIZES
        self._came = number + 1
        self._stream.came(number)


def listen(system, came, is_over):
    while not is_over.is_set():
        try:
            came(system.listen(0.2).message.number)
        except zanni.Timeout:
            pass


def run(minutes, kills):
    is_over = threading.Event()
    letters = []
    with Convention() as convention:
        convention.start_leader()
        convention.start_worker("worker", *WORKER)
        with convention.join(on_dead_letter=letters.append) as system, \
                convention.join(on_dead_letter=letters.append) as other:
            streams, listeners = begin(system, other, is_over)
            until = time.monotonic() + minutes * 60
            threads = [threading.Thread(target=stream.run, args=(until,)) for stream in streams]
            for thread in threads:
                thread.start()
            kill_now_and_then(convention, kills, until)
            for thread in threads:
                thread.join()
            for stream in streams:
                stream.await_all(ANSWERED_WITHIN)
            is_over.set()
            for listener in listeners:
                listener.join()
            registrations, resent = system.registrations, system.resent + other.resent
    for letter in letters:
        print(f"dead letter: {letter}", file=sys.stderr)
    return streams, len(letters), registrations, resent


def begin(system, other, is_over):
    eventually(lambda: len(system.hosts()) == 2)
    server = system.create("echo.EchoServer")
    probe = system.create("probe.Probe", requirements=[zanni.Requirement("Far")])
    told = Stream("told to C++", lambda number: system.tell(server, Ping(number)))
    asked = Stream("asked of C++", lambda number: asked.came(
        system.ask(server, Ping(number), Pong, ANSWERED_WITHIN).number))
    parcels = Stream("from C++ to Python", lambda number: system.tell(probe, SendParcel(sink, number % SIZES * SIZE_STEP)))
    sink = system.create(Sink, Unrolled(parcels))
    between = Stream("from Python to Python", lambda number: other.tell(counter, Number(number)))
    counter = system.create(Sink, lambda number: None)
    listeners = [threading.Thread(target=listen, args=(one, stream.came, is_over), daemon=True)
                 for one, stream in ((system, told), (other, between))]
    for listener in listeners:
        listener.start()
    return [told, asked, parcels, between], listeners


def kill_now_and_then(convention, kills, until):
    pause = (until - time.monotonic()) / (kills + 1)
    for number in range(kills):
        time.sleep(pause)
        if number % 2:
            convention.kill("worker")
            convention.start_worker("worker", *WORKER)
        else:
            convention.kill()
            convention.start_leader()
    time.sleep(max(0, until - time.monotonic()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--broker-kills", type=int, default=3)
    options = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)

    streams, letters, registrations, resent = run(options.minutes, options.broker_kills)
    for one in streams:
        print(f"{one.name}: {one.sent} sent, {one.answered} answered, {one.reported} reported undelivered, "
              f"{one.lost} lost silently, {one.wrong} twice or out of order")
    print(f"{options.broker_kills} kills of a broker, {registrations} registrations, {resent} frames sent again, "
          f"{letters} dead letters")
    lost = sum(one.lost for one in streams) - letters
    is_good = lost <= 0 and not any(one.wrong for one in streams) and all(one.answered for one in streams)
    print("nothing was lost silently" if is_good else "FAILED")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
