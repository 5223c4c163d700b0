#!/usr/bin/env python3
"""How many instructions does a message cost, on each part of its way? Each program runs twice under callgrind, with two
numbers of messages; the difference, shared among the further ones, is what one costs, without start and end.

Instructions don't depend on what else the machine does. They are held against those in counts/figures.json: one that
differs by more than 5%, either way, ends this with 1; --write keeps the new ones."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
FIGURES = HERE / "counts" / "figures.json"
ALLOWED = 0.05

ONE_WORKER = ["--workers", "1", "--repeats", "1"]
# name: what it says in the table, the program and its flags, fewer and more
COUNTS = {
    "one_way": ("a message within a process", ["bench_one_to_one", *ONE_WORKER, "--only", "one way"], 50_000, 250_000),
    "round_trip": ("a round trip within a process", ["bench_one_to_one", *ONE_WORKER, "--only", "to and fro"],
                   20_000, 120_000),
    "ring": ("a hop in a ring of 1,000", ["bench_ring", *ONE_WORKER], 50_000, 250_000),
    "creation": ("create, first message, exit", ["bench_creation", *ONE_WORKER], 5_000, 25_000),
    "marshalling": ("marshal and unmarshal five fields", ["bench_counts_marshalling"], 10_000, 60_000),
    "channel": ("a message in a channel, both ends", ["bench_counts_channel"], 10_000, 110_000),
    "forwarding": ("a frame through a broker, without its sockets", ["bench_counts_forwarding"], 10_000, 60_000),
}


def instructions(command):
    """Of all threads, from start to end."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", *command]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return int(found.group(1))


def cost(binaries, program, fewer, more):
    command = [f"{binaries}/{program[0]}", *program[1:], "--count"]
    return (instructions([*command, str(more)]) - instructions([*command, str(fewer)])) / (more - fewer)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", required=True, help="the folder of the built programs")
    parser.add_argument("--only", choices=COUNTS, help="one of them")
    parser.add_argument("--write", action="store_true", help="keep what is counted as the figures to compare with")
    flags = parser.parse_args()

    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    differing = []
    print(f"{'instructions for':<48}{'counted':>10}{'figure':>10}{'':>9}")
    for name, (what, program, fewer, more) in COUNTS.items():
        if flags.only not in (None, name):
            continue
        counted = cost(flags.binaries, program, fewer, more)
        figure = None if flags.write else figures.get(name)
        change = counted / figure - 1 if figure else 0
        print(f"{what:<48}{counted:>10,.0f}{figure or counted:>10,.0f}{change:>+9.1%}", flush=True)
        if abs(change) > ALLOWED or (figure is None and not flags.write):
            differing.append(name)
        if flags.write:
            figures[name] = round(counted)
    if flags.write:
        FIGURES.write_text(json.dumps(figures, indent=2) + "\n")
    if differing:
        sys.exit(f"more than {ALLOWED:.0%} from the figure: {', '.join(differing)}. If that is meant, keep the new ones "
                 "by ./run bench --counts --write")


if __name__ == "__main__":
    main()
