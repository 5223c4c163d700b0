#!/usr/bin/env bash
# run.sh ZANNI PRIMES MODULE: a leader and two rooms that count. When a sixth is done, the process of one is killed.
export ZANNI=$1 ECHO_MODULE=$3
source "$(dirname "${BASH_SOURCE[0]}")/../convention.sh"

# pid_of HOST: of its actor process, as its own broker knows it.
pid_of() { "$ZANNI" status --join "$(endpoint_of "$1")" --json | grep -o '"pid":[0-9]*' | head -n1 | cut -d: -f2; }

start_host leader broker --listen 'tcp://127.0.0.1:*'
leader=$(endpoint_of leader)
start_host blue host --join "$leader" --capability Counts=true --capability Room=blue
start_host red host --join "$leader" --capability Counts=true --capability Room=red
victim=$(pid_of red)
output=$convention_folder/output
"$2" "$leader" blue red >"$output" 2>&1 &
client=$!
wait_for 20 grep -qs '^40 of 240' "$output" || { cat "$output"; exit 1; }
kill -KILL "$victim"
wait "$client" || { cat "$output"; exit 1; }
grep -m1 'of 240' "$output"
sed -nE 's/: [1-9][0-9]* ranges go/: its ranges go/p' "$output"
tail -n1 "$output"
end_convention "$leader" >/dev/null
