"""What is asked of whom: every question with its contestants and their commands."""

from dataclasses import dataclass, field

IN_PROCESS = "in one process"
BETWEEN = "between processes"


@dataclass
class Case:
    """One contestant's answer to a question, as a command. `{words}` in it are filled in by its world."""

    contestant: str
    command: list
    setting: str = "default"  # several for one contestant: the best counts
    world: str = ""
    awake: bool = False
    suffix: str = ""  # what sets its rows apart from others of the question


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
        return str(max(1, usual // 5) if self.quick else usual)

    def questions(self):
        return self.in_process()

    # ---- in one process

    def in_process(self):
        asked = [
            self.question("one_to_one", "one sender, one receiver: one way, and to and fro", 2_000_000),
            *[self.question("many_to_one", f"{n:,} senders, one receiver", 2_000_000, n, [n, "senders"])
              for n in (100, 1_000)],
            *[self.question("big", f"{n:,} actors, each with one ping outstanding, to one drawn by an LCG", 1_000_000, n,
                            [n, "actors"])
              for n in (10, 100, 1_000, 10_000)],
            self.question("ring", "one token round a ring of 1,000", 2_000_000),
            self.question("creation", "create, first message, exit, one after the other", 200_000),
            self.timers(),
            self.idle_memory(),
        ]
        return asked

    def question(self, program, title, count, actors=None, name_of=None):
        name = f"{program}_{actors}" if actors else program
        question = Question(name, title, IN_PROCESS)
        for threads in (1, 2):
            for case in self.in_process_cases(program, self.count(count), actors, threads):
                case.suffix = (f", {actors:,} {name_of[1]}" if actors else "") + f", {threads} thread{'s'[:threads - 1]}"
                question.cases.append(case)
        return question

    def in_process_cases(self, program, count, actors, threads):
        yield self.zanni(program, count, actors, threads)
        settings = {"default": []}
        if threads > 1:
            settings["+sbwt none"] = ["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"]
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
        count = self.count(1_000_000)
        many = ["+P", "2000000"]
        question.cases = [
            self.zanni("idle_memory", count, None, 1, 1),
            self.erlang("idle_memory", [count, "0"], 1, many),
            self.erlang("idle_memory", [count, "1"], 1, many, "hibernated"),
            self.caf("idle_memory", count, None, 1),
        ]
        return question
