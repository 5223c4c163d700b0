#!/usr/bin/env bash
# direct_link_in_network_namespaces.sh ZANNI ECHO_MODULE: two workers in network namespaces of their own talk directly; then one has
# no way to the other any more, in the middle of a ping-pong, and it goes on by way of the leader. Status 77 when this
# machine lets nobody make namespaces.
set -euo pipefail
export ZANNI=$1 ECHO_MODULE=$2

leader_namespace=zanni-links-leader-$$
if ! ip netns add "$leader_namespace" 2>/dev/null; then
    echo "skipped: needs root, iproute2 and network namespaces"
    exit 77
fi
source "$(dirname "${BASH_SOURCE[0]}")/../../samples/convention.sh"
namespaces=("$leader_namespace")
remove_namespaces() {
    local namespace
    for namespace in "${namespaces[@]}"; do ip netns delete "$namespace"; done
}
trap 'clean_up; remove_namespaces' EXIT

# One network: leader 10.78.0.1, client 10.78.0.2, server 10.78.0.3.
ip -n "$leader_namespace" link set lo up
ip -n "$leader_namespace" link add bridge type bridge
ip -n "$leader_namespace" address add 10.78.0.1/24 dev bridge
ip -n "$leader_namespace" link set bridge up
number=1
for worker in client server; do
    number=$((number + 1)) namespace=zanni-links-$worker-$$
    ip netns add "$namespace"
    namespaces+=("$namespace")
    ip -n "$namespace" link set lo up
    ip -n "$leader_namespace" link add "to-$worker" type veth peer name cable netns "$namespace"
    ip -n "$leader_namespace" link set "to-$worker" master bridge up
    ip -n "$namespace" address add "10.78.0.$number/24" dev cable
    ip -n "$namespace" link set cable up
done

leader=tcp://10.78.0.1:1900
in_leader=(ip netns exec "$leader_namespace")
HOST_PREFIX="${in_leader[*]}" start_host leader broker --listen 'tcp://0.0.0.0:1900' --insecure
HOST_PREFIX="ip netns exec ${namespaces[1]}" start_host client host --join "$leader" --capability Client=true \
    --listen 'tcp://0.0.0.0:*' --insecure
HOST_PREFIX="ip netns exec ${namespaces[2]}" start_host server host --join "$leader" --capability Server=true \
    --listen 'tcp://0.0.0.0:*' --insecure

play() { "${in_leader[@]}" "$ZANNI" bench ping-pong --join "$leader" --in-flight 1 --count "$1"; }
status() { "${in_leader[@]}" "$ZANNI" status --join "$leader" "$@"; }
frames_by_leader() { status --json | sed 's/.*"name":"leader"//; s/"name":.*//; s/.*"frames_routed":\([0-9]*\).*/\1/'; }
is_linked() {
    play 100 >/dev/null
    status | grep -q 'direct link to server'
}
fail() {
    echo "$1" >&2
    exit 1
}

wait_for 15 is_linked
before=$(frames_by_leader)
play 3000
passed=$(($(frames_by_leader) - before))
echo "$passed frames passed the leader while 3000 pings went directly"
((passed < 600)) || fail "too many"

before=$(frames_by_leader)
play 30000 >"$convention_folder/bench.log" 2>&1 &
bench=$!
wait_for 10 grep -q round "$convention_folder/bench.log"
ip -n "${namespaces[1]}" route add blackhole 10.78.0.3/32
wait "$bench" || fail "the ping-pong broke off: $(cat "$convention_folder/bench.log")"
passed=$(($(frames_by_leader) - before))
echo "$passed frames passed the leader when the client had no way to the server any more"
((passed > 10000)) || fail "too few"

"${in_leader[@]}" "$ZANNI" shutdown --join "$leader"
wait_for 15 all_ended
