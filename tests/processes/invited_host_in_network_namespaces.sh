#!/usr/bin/env bash
# invited_host_in_network_namespaces.sh ZANNI ECHO_MODULE: a worker from which no connection to the leader can be made is invited, plays
# ping-pong, and comes back after its cable was out for longer than a silent host is waited for. Status 77 when this machine
# lets nobody make namespaces or packet filters.
export ZANNI=$1 ECHO_MODULE=$2
source "$(dirname "${BASH_SOURCE[0]}")/namespaces.sh"
make_network leader worker
type nft >/dev/null 2>&1 || { echo "skipped: needs nftables"; exit 77; }

on worker nft -f - <<'RULES'
table inet firewall {
    chain out { type filter hook output priority 0; ip daddr 10.78.0.1 tcp flags & (syn | ack) == syn drop; }
}
RULES

leader=tcp://10.78.0.1:1900
play() { on leader "$ZANNI" bench ping-pong --join "$leader" --in-flight 1 --count 1000 >"$convention_folder/bench.log" 2>&1; }
is_member() { on leader "$ZANNI" status --join "$leader" | grep -q worker; }
is_no_member() { ! is_member; }

start_host_in leader broker --listen 'tcp://0.0.0.0:1900' --insecure --invite tcp://10.78.0.2:1901 --capability Client=true
start_host_in worker host --invited tcp://10.78.0.2:1901 --insecure --capability Server=true
is_member || fail "the worker is no member"
play || fail "no ping-pong: $(cat "$convention_folder/bench.log")"
on worker timeout 1 bash -c '</dev/tcp/10.78.0.1/1900' 2>/dev/null && fail "the worker can connect to the leader"

ip -n "$(namespace_of leader)" link set to-worker down
wait_for 15 is_no_member
ip -n "$(namespace_of leader)" link set to-worker up
wait_for 20 is_member
wait_for 10 play

on leader "$ZANNI" shutdown --join "$leader"
wait_for 15 all_ended
