#!/usr/bin/env bash
# readme_security.sh ZANNI ECHO_MODULE README: runs just the commands of the README's section on keys, those of each machine in a
# network namespace and a home of its own. Status 77 when this machine lets nobody make namespaces.
set -euo pipefail
zanni=$1 module=$2 readme=$3

leader=zanni-readme-leader-$$ worker=zanni-readme-worker-$$
if ! ip netns add "$leader" 2>/dev/null; then
    echo "skipped: needs root, iproute2 and network namespaces"
    exit 77
fi
folder=$(mktemp -d)
clean_up() {
    for namespace in "$leader" "$worker"; do
        ip netns pids "$namespace" 2>/dev/null | xargs -r kill -KILL || true
        ip netns delete "$namespace" 2>/dev/null || true
        rm -rf "/etc/netns/$namespace"
    done
    rm -rf "$folder"
}
trap clean_up EXIT
fail() {
    echo "readme_security: $*" >&2
    tail -n 20 "$folder"/*.log >&2
    exit 1
}

ip netns add "$worker"
ip -n "$leader" link add to-worker type veth peer name to-leader netns "$worker"
ip -n "$leader" address add 10.77.9.1/24 dev to-worker
ip -n "$worker" address add 10.77.9.2/24 dev to-leader
for namespace in "$leader" "$worker"; do
    ip -n "$namespace" link set lo up
    mkdir -p "/etc/netns/$namespace" "$folder/$namespace/run"
    printf '127.0.0.1 localhost\n10.77.9.1 leader\n' >"/etc/netns/$namespace/hosts"
done
ip -n "$leader" link set to-worker up
ip -n "$worker" link set to-leader up

# What is installed, and the module in the folder where the commands are typed.
mkdir "$folder/bin" "$folder/here"
ln -s "$zanni" "$folder/bin/zanni"
ln -s "$module" "$folder/here/libecho.so"

# The commands of the two blocks, without comments: the first is the leader's.
section=$(sed -n '/^## On two machines, with keys/,/^## /p' "$readme")
block() { awk -v wanted="$1" '/^```sh/ {number++; inside = 1; next} /^```/ {inside = 0} inside && number == wanted' <<<"$section" |
    sed 's/ *#.*//'; }
mapfile -t on_leader < <(block 1)
mapfile -t on_worker < <(block 2)
commands=$((${#on_leader[@]} + ${#on_worker[@]}))
((${#on_leader[@]} > 0 && ${#on_worker[@]} > 0 && commands <= 4)) || fail "the README's section has $commands commands"

number=0
# run NAMESPACE COMMAND: to its end, or until it says that it is ready.
run() {
    local namespace=$1 command=${2/TOKEN/${token:-}} tries
    number=$((number + 1))
    local log=$folder/$number.log
    echo "[$namespace] $2"
    (cd "$folder/here" && exec env -u XDG_CONFIG_HOME -u ZANNI_TOKEN HOME="$folder/$namespace" \
        XDG_RUNTIME_DIR="$folder/$namespace/run" PATH="$folder/bin:$PATH" \
        ip netns exec "$namespace" bash -c "$command") >"$log" 2>&1 &
    local pid=$!
    for ((tries = 0; tries < 600; tries++)); do
        if ! kill -0 $pid 2>/dev/null; then
            wait $pid || fail "failed: $2"
            break
        fi
        grep -q 'is ready' "$log" && break
        sleep 0.1
    done
    ((tries < 600)) || fail "does not get ready: $2"
    cat "$log"
    if [[ -z ${token:-} ]]; then token=$(grep -o 'zanni1-[0-9a-f]*' "$log" || true); fi
}

for command in "${on_leader[@]}"; do run "$leader" "$command"; done
for command in "${on_worker[@]}"; do run "$worker" "$command"; done
grep -q 'in flight' "$folder/$number.log" || fail "no ping-pong was played"
# And it was secured: whoever has no key is kept out.
if ip netns exec "$worker" "$zanni" status --join tcp://leader:1900 --keys none >"$folder/plain.log" 2>&1; then
    fail "a client without keys came in"
fi
grep -q 'lets nobody in without a key' "$folder/plain.log" || fail "a client without keys was told something else"
echo "$commands commands"
