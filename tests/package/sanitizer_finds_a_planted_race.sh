#!/usr/bin/env bash
# The suppressions must not blind ThreadSanitizer: it finds a planted race, and is content with a proper hand-over.
# usage: sanitizer_finds_a_planted_race.sh PROGRAM SUPPRESSIONS
set -euo pipefail
program=$1
export TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$2 halt_on_error=1 second_deadlock_stack=1}

"$program" hand-over

exit_code=0
output=$("$program" race 2>&1) || exit_code=$?
if ((exit_code == 0)) || [[ $output != *"data race"*planted_race* ]]; then
    echo "exit code $exit_code, but no report of the planted race in:" >&2
    echo "$output" >&2
    exit 1
fi
