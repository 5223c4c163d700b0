"""What is asked of whom: every question with its contestants and their commands."""

import copy
from dataclasses import dataclass, field

IN_PROCESS = "in one process"
BETWEEN = "between processes"

NO_WAITING = ["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"]


@dataclass
class Case:
    """One contestant's answer to a question, as a command. `{at}` in it is where its world is found, `{pid}` that of the
    first of its processes."""

    contestant: str
    command: list
    setting: str = "default"  # several for one contestant: the best counts
    world: str = ""
    awake: bool = False
    suffixes: tuple = ("",)  # what sets its rows apart from others of the question; several: it stands in each of them


@dataclass
class Question:
    name: str
    title: str
    group: str
    cases: list = field(default_factory=list)


class Catalogue:
    """All questions. `quick` makes everything shorter; `binaries`, `library` and `beams` are folders of what was built."""

    def __init__(self, binaries, library, quick):
        self.binaries = binaries
        self.library = library
        self.beams = f"{library}/erlang"
        self.quick = quick

    def count(self, usual):
        return str(max(1, usual // 5 if self.quick else usual // 2))

    def questions(self):
        return self.in_process() + self.between()

    # ---- in one process

    def in_process(self):
        asked = [
            self.question("one_to_one", "one sender, one receiver: one way, and to and fro", 5_000_000),
            *[self.question("many_to_one", f"{n:,} senders, one receiver", 5_000_000, n, [n, "senders"])
              for n in (100, 1_000)],
            *[self.question("big", f"{n:,} actors, each with one ping outstanding, to one drawn by an LCG", 3_000_000, n,
                            [n, "actors"])
              for n in (10, 100, 1_000, 10_000)],
            self.question("ring", "one token round a ring of 1,000", 4_000_000),
            self.question("creation", "create, first message, exit, one after the other", 500_000),
            self.timers(),
            self.idle_memory(),
        ]
        return asked

    def question(self, program, title, count, actors=None, name_of=None):
        name = f"{program}_{actors}" if actors else program
        question = Question(name, title, IN_PROCESS)
        for threads in (1, 2):
            for case in self.in_process_cases(program, self.count(count), actors, threads):
                among = f", {actors:,} {name_of[1]}" if actors else ""
                case.suffixes = (f"{among}, {threads} thread{'s'[:threads - 1]}",)
                question.cases.append(case)
        return question

    def in_process_cases(self, program, count, actors, threads):
        yield self.zanni(program, count, actors, threads)
        settings = {"default": []}
        if threads > 1:
            settings["+sbwt none"] = NO_WAITING
        if program.endswith("to_one"):
            settings["off_heap"] = ["+hmqd", "off_heap"]
        for setting, flags in settings.items():
            yield self.erlang(program, [count, *([str(actors)] if actors else [])], threads, flags, setting)
        for setting, flags in {"default": [], "max-throughput 300": ["--scheduler.max-throughput=300"]}.items():
            yield self.caf(program, count, actors, threads, flags, setting)

    def zanni(self, program, count, actors, threads, repeats=2):
        command = [f"{self.binaries}/bench_{program}", "--json", "--count", count, "--workers", str(threads)]
        command += ["--repeats", str(repeats)]
        return Case("Zanni", command + (["--actors", str(actors)] if actors else []))

    def erlang(self, module, numbers, threads, flags=(), setting="default"):
        command = ["erl", "+S", f"{threads}:{threads}", *flags, "-noinput", "-pa", self.beams]
        return Case("Erlang", command + ["-run", "bench", "main", module, *numbers], setting)

    def caf(self, program, count, actors, threads, flags=(), setting="default"):
        command = [f"{self.binaries}/peer_caf_{program}", f"--scheduler.max-threads={threads}", f"--count={count}"]
        return Case("CAF", command + ([f"--actors={actors}"] if actors else []) + list(flags), setting)

    def timers(self):
        question = Question("timers", "timers started and cancelled, beside 100,000 others", IN_PROCESS)
        count = self.count(1_000_000)
        question.cases = [self.zanni("timers", count, None, 1), self.erlang("timers", [count], 1)]
        return question

    def idle_memory(self):
        question = Question("idle_memory", "resident bytes of each of a million idle actors", IN_PROCESS)
        count = self.count(2_000_000)  # a million, if not quick
        many = ["+P", "2000000"]
        question.cases = [
            self.zanni("idle_memory", count, None, 1, 1),
            self.erlang("idle_memory", [count, "0"], 1, many),
            self.erlang("idle_memory", [count, "1"], 1, many, "hibernated"),
            self.caf("idle_memory", count, None, 1),
        ]
        return question

    # ---- between processes

    def between(self):
        many = {"Zanni": 1_000_000, "NATS": 1_000_000, "libzmq": 3_000_000, "Erlang": 200_000, "CAF": 100_000}
        return [
            self.exchange("strict", "a strict round trip", "round_trip", 5_000, [1], both=True),
            # At least some times as many as are in flight.
            self.exchange("in_flight_1000", "1,000 pings in flight", "round_trip", many, [1_000]),
            self.exchange("in_flight_100000", "100,000 pings in flight", "round_trip",
                          {name: max(count, 1_000_000) for name, count in many.items()}, [100_000]),
            self.exchange("one_way_16", "16 B one way", "one_way",
                          {"Zanni": 2_000_000, "NATS": 2_000_000, "Erlang": 400_000, "CAF": 200_000}, [16]),
            self.exchange("one_way_256", "256 B one way", "one_way",
                          {"Zanni": 1_000_000, "NATS": 1_000_000, "Erlang": 300_000, "CAF": 150_000}, [256]),
            self.exchange("one_way_4096", "4 KiB one way", "one_way",
                          {"Zanni": 100_000, "NATS": 100_000, "Erlang": 70_000, "CAF": 40_000}, [4_096]),
            self.exchange("one_way_65536", "64 KiB one way", "one_way",
                          {"Zanni": 6_000, "NATS": 6_000, "Erlang": 20_000, "CAF": 6_000}, [65_536]),
            *[self.exchange(f"flood_{size}", f"a ping beside a flood of messages of {size:,} B", "flood", 500, [size])
              for size in (256, 65_536, 4 << 20)],
            self.exchange("silent", "others' round trips beside a process that has stopped", "silent", 300, []),
            self.exchange("remote_creation", "creations in another process", "creation",
                          {"Zanni": 50_000, "Erlang": 50_000, "CAF": 20_000}, []),
            self.connections(),
        ]

    def connections(self):
        command = [f"{self.binaries}/bench_between_connections", "--join", "{at}", "--broker", "{pid}",
                   "--count", self.count(500_000)]
        case = Case("Zanni", command, world="zanni_fresh")
        return Question("connections", "a broker with 10, 100 and 990 connected processes", "scale", [case])

    def exchange(self, name, title, program, usual, numbers, both=False):
        """`usual`: how many, or milliseconds; as one contestant is ten times as fast as another, it may be by contestant."""
        question = Question(name, title, BETWEEN)
        cases = list(self.between_cases(program, usual, [str(n) for n in numbers]))
        question.cases = [self.while_awake(case, awake) for awake in (False, True) for case in cases] if both else cases
        return question

    @staticmethod
    def while_awake(case, awake):
        again = copy.copy(case)
        again.awake = awake
        again.suffixes = tuple(suffix + (", awake" if awake else ", idle") for suffix in case.suffixes)
        return again

    def between_cases(self, program, usual, numbers):
        def count(contestant):
            return self.count(usual[contestant] if isinstance(usual, dict) else usual)

        def flags(contestant):
            first = "--milliseconds" if program in ("flood", "silent") else "--count"
            second = "--in-flight" if program == "round_trip" else "--bytes"
            return [first, count(contestant), *([second, numbers[0]] if numbers else [])]

        ways = {"one": ", 1 broker", "two": ", 2 hosts"}
        yield from self.zanni_between(program, flags("Zanni"), ways)
        if program != "creation":
            yield from self.nats_between(program, [count("NATS"), *numbers], ways)
        both_ways = tuple(ways.values())  # those that know no broker stand beside either
        yield from self.erlang_between(program, [count("Erlang"), *numbers], both_ways)
        yield from self.caf_between(program, flags("CAF"), both_ways)
        if program == "round_trip":
            yield from self.libzmq_between(["--count", count("libzmq"), "--in-flight", *numbers], ways)
        if program == "one_way":
            in_flight = str(max(4, (1 << 20) // int(numbers[0])))  # as many as Zanni's window of 1 MiB holds
            yield from self.libzmq_between(["--one-way", "--count", count("Zanni"), "--payload", *numbers,
                                            "--in-flight", in_flight], ways)

    def zanni_between(self, program, flags, ways):
        for way, suffix in ways.items():
            for workers in (1, 2) if program in ("one_way", "round_trip") else (1,):
                command = [f"{self.binaries}/bench_between_{program}", "--join", "{at}", "--workers", str(workers), *flags]
                setting = f"{workers} worker{'s'[:workers - 1]}"
                yield Case("Zanni", command, setting, world=f"zanni_{way}", suffixes=(suffix,))
                if program != "silent":
                    yield Case("Zanni, lane", [*command, "--lane"], setting, world=f"zanni_{way}", suffixes=(suffix,))

    def nats_between(self, program, numbers, ways):
        for way, suffix in ways.items():
            command = [f"{self.binaries}/peer_nats_{program}", "{at}", *numbers]
            yield Case("NATS", command, "raw sockets", world=f"nats_{way}", suffixes=(suffix,))
            if program in ("one_way", "round_trip"):
                command = [f"{self.binaries}/peer_nats_libnats_{program}", "{at}", *numbers]
                yield Case("libnats", command, world=f"nats_{way}", suffixes=(suffix,))

    def libzmq_between(self, flags, ways):
        def case(name, brokers, suffixes):
            return Case(name, [f"{self.binaries}/plain_zmq_ping_pong", "--json", "--brokers", str(brokers), *flags],
                        suffixes=suffixes)

        for brokers, suffix in enumerate(ways.values(), 1):
            yield case("libzmq", brokers, (suffix,))
        yield case("libzmq, direct", 0, (ways["one"],))

    def erlang_between(self, program, numbers, suffixes):
        settings = [("default", [], "erlang")]
        if program in ("round_trip", "flood"):
            settings.append(("+sbwt none", NO_WAITING, "erlang_sbwt_none"))
        if program == "one_way":
            settings.append(("+zdbbl 32768", ["+zdbbl", "32768"], "erlang"))
        for setting, flags, world in settings:
            command = ["env", "ERL_EPMD_PORT={at}", "erl", *flags, "-noinput", "-name", "client@127.0.0.1"]
            command += ["-setcookie", "bench", "-pa", self.beams, "-run", "bench", "main", f"between_{program}", *numbers]
            yield Case("Erlang", command, setting, world=world, suffixes=suffixes)

    def caf_between(self, program, flags, suffixes):
        question = "remote_creation" if program == "creation" else program
        settings = {"default": []}
        if program == "round_trip":
            settings["middleman.workers 0"] = ["--middleman.workers=0"]
        for setting, more in settings.items():
            words = [f"{name}={value}" for name, value in zip(flags[::2], flags[1::2])]
            command = [f"{self.binaries}/peer_caf_{question}", "--ports={at}", *words, *more]
            yield Case("CAF", command, setting, world="caf", suffixes=suffixes)
