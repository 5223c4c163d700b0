#!/usr/bin/env python3
"""guarantees.py REPOSITORY: each test that docs/guarantees.md names is in the file that it links to, each promise names one, and no
line of tests/semantics is left out."""

import pathlib
import re
import sys

LINK = re.compile(r"\[([^\]]+)\]\(\.\./(tests/[^)]+)\)")
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def names_in(source):
    """The texts of a file; a text may be written in several pieces."""
    return set(LITERAL.findall(re.sub(r'"\s*\n\s*"', "", source.read_text())))


def faults_of(row, repository):
    links = LINK.findall(row)
    if not links:
        yield "names no test"
    for name, path in links:
        file = repository / path
        if not file.exists() or name not in names_in(file):
            yield f"no test '{name}' in {path}"


def main(repository):
    repository = pathlib.Path(repository)
    promised, _, _ = (repository / "docs/guarantees.md").read_text().partition("## What is not promised")
    rows = [line for line in promised.splitlines() if re.match(r"\| ([A-D]\d+)? *\|", line)
            and "held by" not in line]
    faults = [f"{row[:60]}...: {fault}" for row in rows for fault in faults_of(row, repository)]

    lines = {line for cases in (repository / "tests/semantics").glob("*_cases.cpp")
             for line in re.findall(r'\{"([A-D]\d+)",', cases.read_text())}
    told = {row.split("|")[1].strip() for row in rows}
    faults += [f"nothing says what {line} of tests/semantics holds" for line in sorted(lines - told)]

    print("\n".join(faults))
    print(f"{len(rows)} promises, {len(lines)} lines of tests/semantics, {len(faults)} faults")
    return 1 if faults or not rows or not lines else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
