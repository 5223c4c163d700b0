#!/usr/bin/env bash
# lane_in_network_namespaces.sh ZANNI ECHO_MODULE: the actor processes of two workers in network namespaces of their own have a lane by
# tcp; then neither has a way to the other any more, in the middle of a ping-pong, and it goes on by way of the leader. Status 77 when
# this machine lets nobody make namespaces.
export ZANNI=$1 ECHO_MODULE=$2
source "$(dirname "${BASH_SOURCE[0]}")/namespaces.sh"
make_network leader client server

leader=tcp://10.78.0.1:1900
start_host_in leader broker --listen 'tcp://0.0.0.0:1900' --insecure
start_host_in client host --join "$leader" --capability Client=true --listen 'tcp://0.0.0.0:*' --insecure
start_host_in server host --join "$leader" --capability Server=true --listen 'tcp://0.0.0.0:*' --insecure

play() { on leader "$ZANNI" bench ping-pong --join "$leader" --in-flight 1 --count "$1"; }
status() { on leader "$ZANNI" status --join "$leader" "$@"; }
frames_by_leader() { status --json | sed 's/.*"name":"leader"//; s/"name":.*//; s/.*"frames_routed":\([0-9]*\).*/\1/'; }
lanes() { status | grep -c '  lane of .*  tcp  '; }
has_lane() {
    play 2000 >/dev/null
    (($(lanes) == 2))
}

wait_for 20 has_lane
before=$(frames_by_leader)
play 3000
passed=$(($(frames_by_leader) - before))
echo "$passed frames passed the leader while 3000 pings went by the lane"
((passed < 600)) || fail "too many"

before=$(frames_by_leader)
play 30000 >"$convention_folder/bench.log" 2>&1 &
bench=$!
wait_for 10 grep -q round "$convention_folder/bench.log"
ip -n "$(namespace_of client)" route add blackhole 10.78.0.3/32
wait "$bench" || fail "the ping-pong broke off: $(cat "$convention_folder/bench.log")"
passed=$(($(frames_by_leader) - before))
echo "$passed frames passed the leader when the two had no way to each other any more"
((passed > 10000)) || fail "too few"

on leader "$ZANNI" shutdown --join "$leader"
wait_for 15 all_ended
