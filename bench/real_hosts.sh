#!/usr/bin/env bash
# real_hosts.sh ZANNI [HOSTS]: a convention of so many real brokers on this machine (50), all started at once; how long until
# everybody is a member, and what one broker costs.
export ZANNI=$1 ECHO_MODULE=
hosts=${2:-50}
source "$(dirname "${BASH_SOURCE[0]}")/../samples/convention.sh"

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

start_host leader broker --listen 'tcp://127.0.0.1:*'
leader=$(endpoint_of leader)
began=$(milliseconds)
for ((i = 1; i < hosts; ++i)); do
    "$ZANNI" host --join "$leader" --name "worker$i" --state "$convention_folder/worker$i.state" \
        --ready-file "$convention_folder/worker$i.ready" >"$convention_folder/worker$i.log" 2>&1 &
    convention_pids+=($!)
done
started=$(milliseconds)
members() { "$ZANNI" status --json --join "$leader" | grep -o '"state":"up"' | wc -l; }
all_are_members() { (($(members) == hosts)); }
wait_for 60 all_are_members || {
    echo "only $(members) of $hosts hosts have joined" >&2
    exit 1
}
joined=$(milliseconds)
knowing=$(grep -l "member of the convention" "$convention_folder"/worker*.log | wc -l)

private=0
for pid in "${convention_pids[@]}"; do
    private=$((private + $(awk '/^Private/ { sum += $2 } END { print sum }' "/proc/$pid/smaps_rollup")))
done
echo "| hosts | started within | members of the leader's convention after | private memory of each |"
echo "|---:|---:|---:|---:|"
echo "| $hosts | $((started - began)) ms | $((joined - began)) ms | $((private / hosts)) KiB |"
((knowing == hosts - 1)) || echo "$((hosts - 1 - knowing)) of them have not heard it yet"
ended=$(milliseconds)
end_convention "$leader" >/dev/null
echo "all had ended $(($(milliseconds) - ended)) ms after they were told to."
