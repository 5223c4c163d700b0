#!/usr/bin/env bash
# The program must not compile, and the compiler's first error must be the line that its own first comment says, from
# "zanni:" on: what a user reads first.
# usage: fails_with_its_line.sh PROGRAM.cpp INCLUDE_FOLDER COMPILER
set -euo pipefail
program=$1 includes=$2 compiler=$3

expected=$(sed -n '\,^// ,!q;s,^// ,,p' "$program" | paste -sd ' ')
[[ $expected == "zanni: "* ]] || { echo "$program doesn't begin with '// zanni: ...'" >&2; exit 1; }

if output=$(LC_ALL=C "$compiler" -std=c++23 -fsyntax-only -I "$includes" "$program" 2>&1); then
    echo "$program compiles" >&2
    exit 1
fi
first=$(grep -m1 'error:' <<<"$output" || true)
if [[ "zanni: ${first#*zanni: }" != "$expected" ]]; then
    printf 'expected: %s\nfirst error: %s\n' "$expected" "$first" >&2
    exit 1
fi
