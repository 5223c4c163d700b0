# A convention on this machine, for scripts: source it, with ZANNI (the program) and ECHO_MODULE (libecho.so, or empty) set.
# Every host is a process of its own; ports are chosen by the kernel and state is kept in a temporary folder, so many may
# run at once; whatever the script's end, nothing is left running.
set -euo pipefail

convention_folder=$(mktemp -d)
convention_pids=()

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

# start_host NAME ZANNI-ARGUMENTS...: returns when it is ready; its log is in $convention_folder/NAME.log. A prefix such as
# "ip netns exec blue" goes into HOST_PREFIX.
start_host() {
    local name=$1
    shift
    ${HOST_PREFIX-} "$ZANNI" "$@" --name "$name" --state "$convention_folder/$name.state" ${ECHO_MODULE:+--load "$ECHO_MODULE"} \
        --ready-file "$convention_folder/$name.ready" >"$convention_folder/$name.log" 2>&1 &
    local pid=$!
    convention_pids+=("$pid")
    is_ready_or_dead() { [[ -e $convention_folder/$name.ready ]] || ! kill -0 "$pid" 2>/dev/null; }
    if ! wait_for 20 is_ready_or_dead || [[ ! -e $convention_folder/$name.ready ]]; then
        echo "host $name did not start:" >&2
        cat "$convention_folder/$name.log" >&2
        return 1
    fi
}

# endpoint_of NAME: where that host listens.
endpoint_of() { cat "$convention_folder/$1.ready"; }

all_ended() {
    local pid
    for pid in "${convention_pids[@]}"; do
        ! kill -0 "$pid" 2>/dev/null || return 1
    done
}

# end_convention LEADER-ENDPOINT: in order, and checks that no host is left.
end_convention() {
    "$ZANNI" shutdown --join "$1"
    wait_for 15 all_ended
}

clean_up() {
    local pid
    for pid in "${convention_pids[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    wait_for 12 all_ended || kill -KILL "${convention_pids[@]}" 2>/dev/null || true
    rm -rf "$convention_folder"
}
trap clean_up EXIT
trap 'exit 1' INT TERM
