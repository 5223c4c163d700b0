#!/usr/bin/env bash
# hosts_in_network_namespaces.sh ZANNI ECHO_MODULE: the demo with each host in a network namespace of its own. Status 77 when
# this machine lets nobody make one.
set -euo pipefail
export ZANNI=$1 ECHO_MODULE=$2

probe=zanni-probe-$$
if ! ip netns add "$probe" 2>/dev/null; then
    echo "skipped: needs root, iproute2 and network namespaces"
    exit 77
fi
ip netns delete "$probe"

output=$("$(dirname "${BASH_SOURCE[0]}")/../../samples/demo.sh" --hosts)
echo "$output"
for expected in 'three hosts are up' '1000 in flight' 'Client=true' 'Server=true' 'no process is left'; do
    grep -qF "$expected" <<<"$output" || { echo "missing in the output: $expected" >&2; exit 1; }
done
