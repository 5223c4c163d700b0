#!/usr/bin/env python3
"""How fast is Zanni, and beside it Erlang, CAF, NATS and plain libzmq, at the same work on this machine?

Asks the questions of comparison/questions.py of all contestants in turns, and writes a table (Markdown, JSON) and plots.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from comparison import machine, report  # noqa: E402
from comparison.questions import Catalogue  # noqa: E402
from comparison.worlds import WORLDS  # noqa: E402

LONGEST_S = 120


def lines_of(line):
    """What a program's line of JSON says, as the rows' `what`, `value` and `unit`."""
    said = json.loads(line)
    if "per_second" in said:  # Zanni's programs within one process: the last repeat, as the first warms up
        return [{"what": said["what"], "value": said["per_second"][-1], "unit": "1/s"}]
    if "bytes" in said:
        return [{"what": said["what"], "value": said["bytes"], "unit": "B"}]
    if said.get("mode") == "one way":  # plain libzmq
        what, rate = f"one way, {said['payload']} B", said["round_trips_per_s"]
        if said["payload"] < 1024:
            return [{"what": what, "value": rate, "unit": "1/s", "messages": said["count"]}]
        return [{"what": what, "value": rate * said["payload"] / 1e6, "unit": "MB/s"}]
    if "in_flight" in said:  # likewise
        if said["in_flight"] == 1:
            return [{"what": f"strict round trip, {p}", "value": said[f"{p}_us"], "unit": "us"} for p in ("p50", "p99")]
        return [{"what": f"round trips, {said['in_flight']} in flight", "value": said["round_trips_per_s"], "unit": "1/s",
                 "messages": 2 * said["count"]}]
    return [said]


def run_case(command):
    """Runs it to its end. Yields each result with what the machine did meanwhile: between the program's lines "begin" and
    "end", or, if it says none, all the time."""
    before, use = machine.Snapshot.take(), None
    said = []
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                               env={**os.environ, "ERL_CRASH_DUMP_SECONDS": "0"})
    watchdog = threading.Timer(LONGEST_S, program.kill)
    watchdog.start()
    try:
        for line in program.stdout:
            if line.strip() == "begin":
                before = machine.Snapshot.take()
            elif line.strip() == "end":
                use = machine.Use.between(before, machine.Snapshot.take())
            elif line.startswith("{"):
                said += [(one, use) for one in lines_of(line)]
        if program.wait() != 0:
            raise RuntimeError(f"it ended with {program.returncode}")
    finally:
        watchdog.cancel()
        program.kill()
        program.wait()
    whole = machine.Use.between(before, machine.Snapshot.take())
    return [(one, use or whole) for one, use in said]


def ask(question, case, worlds, results):
    awake = machine.Awake() if case.awake else contextlib.nullcontext()
    world = worlds.get(case.world)
    command = [word.replace("{at}", world.at).replace("{pid}", str(world.programs[0].pid)) if world else word
               for word in case.command]
    try:
        with awake:
            answers = run_case(command)
    except (OSError, RuntimeError, ValueError) as error:
        print(f"bench: {question.name}: {case.contestant}: {error}: {shlex.join(command)}", file=sys.stderr)
        results.failures += 1
        return
    for line, use in answers:
        results.add(question, case, line, use)


def ask_all(questions, build, results):
    """One repeat: all worlds are started, every question is asked of its contestants in turns, all worlds are ended."""
    worlds = {}
    try:
        for name in dict.fromkeys(case.world for question in questions for case in question.cases if case.world):
            worlds[name] = WORLDS[name](build / "bin", build / "lib")
            worlds[name].start()
        for question in questions:
            print(f"bench: {question.name}", file=sys.stderr, flush=True)
            for case in question.cases:
                ask(question, case, worlds, results)
    finally:
        for world in worlds.values():
            world.end()
        machine.reap_orphans()


def is_there(command):
    command = command[2:] if command[0] == "env" else command
    return shutil.which(command[0]) is not None


def without_absent(questions, with_peers):
    """Leaves out contestants that are not asked for or not installed; the latter with a line for each."""
    absent = {}
    for question in questions:
        for case in question.cases:
            if not is_there(case.command):
                absent.setdefault(case.contestant, case.command[0])
        question.cases = [case for case in question.cases
                          if is_there(case.command) and (with_peers or case.contestant.startswith("Zanni"))]
    for contestant, program in absent.items():
        if with_peers or contestant.startswith("Zanni"):
            print(f"bench: {contestant} is left out where it needs {program}, which isn't there", file=sys.stderr)
    return [question for question in questions if question.cases]


def commit():
    described = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return described.stdout.strip() or "unknown"


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", action="store_true", help="Erlang, CAF, NATS and plain libzmq too")
    parser.add_argument("--only", action="append", metavar="QUESTION", default=[], help="by its name's beginning; repeatable")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one repeat, each shorter")
    parser.add_argument("--list", action="store_true", help="the questions")
    parser.add_argument("--build", default="build/release", help="folder of what was built")
    parser.add_argument("--results", default="bench/results", help="folder for what is written")
    flags = parser.parse_args(argv)
    if flags.quick:
        flags.repeats = 1
    return flags


def main(argv):
    flags = parse(argv)
    build = pathlib.Path(flags.build).resolve()
    catalogue = Catalogue(build / "bin", build / "lib", flags.quick)
    questions = catalogue.questions()
    if flags.only:
        questions = [one for one in questions if one.name.startswith(tuple(flags.only))]
    if flags.list:
        for question in questions:
            print(f"{question.name:20} {question.group}: {question.title}")
        return 0
    questions = without_absent(questions, flags.peers)
    if not questions:
        print("bench: no question is left to ask; --list shows them", file=sys.stderr)
        return 2

    machine.adopt_orphans()
    results = report.Results()
    repeats = 0
    try:
        for repeats in range(1, flags.repeats + 1):
            print(f"bench: repeat {repeats} of {flags.repeats}", file=sys.stderr, flush=True)
            ask_all(questions, build, results)
    except KeyboardInterrupt:
        print("bench: interrupted: here is what has been measured", file=sys.stderr)
        if not results.rows:
            return 130

    now = datetime.datetime.now(datetime.timezone.utc)
    about = {
        "date": now.strftime("%Y-%m-%dT%H:%MZ"),
        "commit": commit(),
        "command": shlex.join(["bench/run.py", *argv]),
        "machine": machine.describe(),
        "repeats": repeats,
    }
    folder = pathlib.Path(flags.results)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{now.strftime('%Y-%m-%d-%H%M')}-{about['commit']}"
    (folder / f"{stem}.json").write_text(report.as_json(results, about))
    table = report.markdown(results, about)
    plots = report.plot(results, folder.resolve(), stem)
    table += "".join(f"\n![{file.stem}]({file.name})" for file in plots) + "\n"
    (folder / f"{stem}.md").write_text(table)
    print(table)
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
