#!/usr/bin/env bash
# start.sh BUILD PAGE: does what docs/start.md says, but for ./run demo: writes its files, runs its commands in order, in a home and
# (as they use the default port) a network of their own, and compares what it says they print. Status 77 when this machine
# lets nobody make a network namespace.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1 page=$2

if [[ -z ${ZANNI_IN_NAMESPACE-} ]]; then
    if ! unshare --net ip link set lo up 2>/dev/null; then
        echo "skipped: needs iproute2 and the right to make network namespaces"
        exit 77
    fi
    ZANNI_IN_NAMESPACE=1 exec unshare --net "$0" "$@"
fi
ip link set lo up

folder=$(mktemp -d)
clean_up() {
    [[ ! -e $folder/pid ]] || kill -TERM -- "-$(cat "$folder/pid")" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean_up EXIT
mkdir "$folder/work"
unset XDG_CONFIG_HOME XDG_STATE_HOME
export HOME=$folder XDG_RUNTIME_DIR=$folder/run
mkdir -m 0700 "$XDG_RUNTIME_DIR"

{
    echo "set -euo pipefail"
    python3 "$here/start_commands.py" "$page" "$folder/work" |
        sed -e '/^\.\/run demo$/d' -e "s|--install build/release|--install '$build'|"
} >"$folder/commands.sh"
cat "$folder/commands.sh"
cd "$folder/work"
# A session of its own: whatever stays of it is ended together.
setsid bash -c "echo \$\$ >'$folder/pid'; exec bash '$folder/commands.sh'"
echo "as the page says"
