#!/usr/bin/env bash
# Runs the fuzz targets, two at a time, and prints what came of it. Fails when something was found.
# usage, from the repository's root: fuzz.sh [--seconds N] [TARGET...]
set -euo pipefail

build=build/fuzz
seconds=60
targets=()
while (($#)); do
    case "$1" in
        --seconds) seconds="${2:?--seconds takes a number}" && shift 2 ;;
        -*) echo "usage: ./run fuzz [--seconds N] [TARGET...]" >&2 && exit 2 ;;
        *) targets+=("$1") && shift ;;
    esac
done
for file in "$build"/bin/fuzz_*; do known+=("${file##*/fuzz_}"); done
((${#targets[@]})) || targets=("${known[@]}")
for target in "${targets[@]}"; do
    [[ " ${known[*]} " == *" $target "* ]] && continue
    echo "./run: no fuzz target '$target'; there are: ${known[*]}" >&2
    exit 2
done

# fuzz TARGET: begins with the repository's corpus and what earlier runs here have added to it. The sanitizers double
# what a program takes, and keep 64 MB of what it has freed; no input is over 16 KiB.
fuzz() {
    mkdir -p "$build/corpus/$1" "$build/findings/$1"
    ASAN_OPTIONS=quarantine_size_mb=64 "$build/bin/fuzz_$1" -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=256 \
        -print_final_stats=1 -artifact_prefix="$build/findings/$1/" \
        "$build/corpus/$1" "tests/fuzz/corpus/$1" >"$build/fuzz_$1.log" 2>&1
}

# row TARGET STATUS
row() {
    local log=$build/fuzz_$1.log executions rate edges result=ok
    executions=$(sed -nE 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -nE 's/^stat::average_exec_per_sec: *//p' "$log")
    edges=$(sed -nE 's/.* cov: ([0-9]+) .*/\1/p' "$log" | tail -1)
    if (($2)); then
        result=$(sed -nE 's/.*Test unit written to //p' "$log")
        result="FINDING: ${result:-see $log}"
    fi
    printf '%-10s %14s %14s %8s  %s\n' "$1" "${executions:--}" "${rate:--}" "${edges:--}" "$result"
}

echo "fuzzing ${targets[*]}: $seconds s each"
export build seconds
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P 2 -I {} bash -c 'fuzz {}; echo $? >"$build/fuzz_{}.status"'

found=0
printf '%-10s %14s %14s %8s  %s\n' target executions executions/s edges result
for target in "${targets[@]}"; do
    status=$(<"$build/fuzz_$target.status")
    row "$target" "$status"
    ((status == 0)) || found=1
done
if ((found)); then
    echo "again: build/fuzz/bin/fuzz_TARGET FILE; what to do with it: HACKING.md, \"Fuzzing\"" >&2
fi
exit $found
