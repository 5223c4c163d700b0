#!/usr/bin/env bash
# The main job: a leader and two worker hosts, the ping-pong between actors on them, the result as a table, all shut down.
# demo.sh           three hosts as processes on loopback
# demo.sh --hosts   three hosts in network namespaces of their own, joined by veth pairs (as root)
# demo.sh --kill    as without, and then the server's actor process is killed in the middle of a run
usage() { sed -n '2,5s/^# //p' "$0"; }

hosts=loopback kill_it=false
for argument; do
    case "$argument" in
        --hosts) hosts=namespaces ;;
        --kill) kill_it=true ;;
        -h | --help) usage; exit 0 ;;
        *) echo "demo: there is no '$argument'" >&2; usage >&2; exit 2 ;;
    esac
done

source "$(dirname "${BASH_SOURCE[0]}")/convention.sh"

# Two links, as neither worker needs to reach the other: leader 10.77.1.1 - client 10.77.1.2, leader 10.77.2.1 - server 10.77.2.2.
make_namespaces() {
    ((EUID == 0)) || { echo "demo: --hosts needs root, to make network namespaces" >&2; exit 2; }
    leader_namespace=zanni-leader-$$
    ip netns add "$leader_namespace"
    namespaces+=("$leader_namespace")
    ip -n "$leader_namespace" link set lo up
    local number=0 worker namespace
    for worker in client server; do
        number=$((number + 1)) namespace=zanni-$worker-$$
        ip netns add "$namespace"
        namespaces+=("$namespace")
        ip -n "$namespace" link set lo up
        ip -n "$leader_namespace" link add "to-$worker" type veth peer name to-leader netns "$namespace"
        ip -n "$leader_namespace" address add "10.77.$number.1/24" dev "to-$worker"
        ip -n "$namespace" address add "10.77.$number.2/24" dev to-leader
        ip -n "$leader_namespace" link set "to-$worker" up
        ip -n "$namespace" link set to-leader up
    done
}
namespaces=()
remove_namespaces() {
    local namespace
    for namespace in "${namespaces[@]}"; do ip netns delete "$namespace"; done
}
trap 'clean_up; remove_namespaces' EXIT

start_hosts() {
    if [[ $hosts == namespaces ]]; then
        make_namespaces
        in_leader="ip netns exec $leader_namespace"
        HOST_PREFIX=$in_leader start_host leader broker --listen 'tcp://0.0.0.0:1900' --insecure
        leader=tcp://10.77.1.1:1900
        HOST_PREFIX="ip netns exec ${namespaces[1]}" start_host client host --join "$leader" --capability Client=true
        HOST_PREFIX="ip netns exec ${namespaces[2]}" start_host server host --join tcp://10.77.2.1:1900 --capability Server=true
    else
        in_leader=
        start_host leader broker --listen 'tcp://127.0.0.1:*'
        leader=$(endpoint_of leader)
        start_host client host --join "$leader" --capability Client=true
        start_host server host --join "$leader" --capability Server=true
    fi
    echo "three hosts are up: a leader on $leader, a worker that offers Client, a worker that offers Server"
}

# Kills the server host's actor process while pings are under way, and shows who noticed what.
kill_the_server() {
    echo
    echo "kill -9 of the server's actor process, in the middle of a run:"
    local server_pid
    server_pid=$($in_leader "$ZANNI" status --join "$leader" --json |
        sed 's/.*"name":"server"//; s/"name":.*//; s/.*"pid":\([0-9]*\),"program":"actor process".*/\1/')
    $in_leader "$ZANNI" bench ping-pong --join "$leader" --in-flight 100 --count 50000000 >"$convention_folder/bench.log" 2>&1 &
    local bench=$!
    wait_for 10 grep -q round "$convention_folder/bench.log"
    kill -KILL "$server_pid"
    wait "$bench" || true
    echo "  the requestor, its parent, answered its client:"
    grep zanni: "$convention_folder/bench.log" | sed 's/^/    /'
    started_again() { (($(grep -c registered "$convention_folder/server.log") >= 2)); }
    wait_for 5 started_again
    echo "  the log of the host it ran on:"
    grep -E 'ended|registered' "$convention_folder/server.log" | tail -n 2 | sed 's/^/    /'
    echo "  and the ping-pong works again, with a new server:"
    $in_leader "$ZANNI" bench ping-pong --join "$leader" --in-flight 1000
}

start_hosts
echo
$in_leader "$ZANNI" bench ping-pong --join "$leader"
echo
$in_leader "$ZANNI" status --join "$leader"
if $kill_it; then kill_the_server; fi
echo
$in_leader "$ZANNI" shutdown --join "$leader"
wait_for 15 all_ended
echo "no process is left"
