# Network namespaces on one bridge, for scripts: source it. Ends the script with status 77 when this machine lets nobody make
# one.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../samples/convention.sh"

namespaces=()

namespace_of() { echo "zanni-$1-$$"; }

# make_network LEADER HOST...: the leader is at 10.78.0.1, the others follow. Their cables are called "cable".
make_network() {
    local leader host number=1
    leader=$(namespace_of "$1")
    if ! ip netns add "$leader" 2>/dev/null; then
        echo "skipped: needs root, iproute2 and network namespaces"
        exit 77
    fi
    namespaces+=("$leader")
    trap 'clean_up; remove_network' EXIT
    ip -n "$leader" link set lo up
    ip -n "$leader" link add bridge type bridge
    ip -n "$leader" address add 10.78.0.1/24 dev bridge
    ip -n "$leader" link set bridge up
    for host in "${@:2}"; do
        number=$((number + 1))
        ip netns add "$(namespace_of "$host")"
        namespaces+=("$(namespace_of "$host")")
        ip -n "$(namespace_of "$host")" link set lo up
        ip -n "$leader" link add "to-$host" type veth peer name cable netns "$(namespace_of "$host")"
        ip -n "$leader" link set "to-$host" master bridge up
        ip -n "$(namespace_of "$host")" address add "10.78.0.$number/24" dev cable
        ip -n "$(namespace_of "$host")" link set cable up
    done
}

remove_network() {
    local namespace
    for namespace in "${namespaces[@]}"; do ip netns delete "$namespace"; done
}

# start_host_in HOST ZANNI-ARGUMENTS...: in the namespace of that name.
start_host_in() { HOST_PREFIX="ip netns exec $(namespace_of "$1")" start_host "$@"; }

# on HOST COMMAND...
on() { ip netns exec "$(namespace_of "$1")" "${@:2}"; }

fail() {
    echo "$1" >&2
    exit 1
}
