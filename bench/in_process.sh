#!/usr/bin/env bash
# What do actors of one process cost: messages, a ring, births and deaths, timers, memory?
# BENCH is the folder of the programs; ROUNDS (default 3) process starts each, in turns, as starts differ.
set -euo pipefail
for ((round = 1; round <= ${ROUNDS:-3}; ++round)); do
    echo "round $round"
    for workers in 1 2; do
        for program in one_to_one many_to_one big ring creation; do
            "$BENCH/bench_$program" --workers "$workers" "$@"
        done
    done
    "$BENCH/bench_timers" "$@"
    "$BENCH/bench_idle_memory" "$@"
done
