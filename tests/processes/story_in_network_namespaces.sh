#!/usr/bin/env bash
# story_in_network_namespaces.sh ZANNI ECHO_MODULE STORY: a leader with Server and a worker with Client, a network between them,
# each in a namespace of its own. A program on the worker creates a requestor by name, which pings; the worker's link goes
# down and up again; the leader's side hears of it, and the ping works again, with no program started anew.
export ZANNI=$1 ECHO_MODULE=$2
story=$3
source "$(dirname "${BASH_SOURCE[0]}")/namespaces.sh"
make_network network leader worker

leader=tcp://10.78.0.2:1900
start_host_in leader broker --listen "$leader" --insecure --capability Server=true
start_host_in worker host --join "$leader" --capability Client=true

mkfifo "$convention_folder/counts" "$convention_folder/end"
on worker "$story" ping "$(endpoint_of worker)" <"$convention_folder/counts" >"$convention_folder/pings" 2>&1 &
convention_pids+=($!)
on leader "$story" watch "$leader" <"$convention_folder/end" >"$convention_folder/updates" 2>&1 &
convention_pids+=($!)
exec {counts}>"$convention_folder/counts" {end}>"$convention_folder/end"

# says FILE LINE: that is its last line.
says() { [[ $(tail -n 1 "$convention_folder/$1") == "$2" ]]; }
# lines FILE COUNT: it has so many.
lines() { (($(wc -l <"$convention_folder/$1") >= $2)); }
expect() {
    wait_for "$1" says "$2" "$3" || fail "$2: expected '$3' after $1 s, there is: $(cat "$convention_folder/$2")"
}

expect 20 updates 'worker joined'
echo 1000 >&"$counts"
expect 20 pings 'echo_done 1000'
echo 100000 >&"$counts"
expect 60 pings 'echo_done 100000'

ip -n "$(namespace_of worker)" link set cable down
expect 20 updates 'worker left'
ip -n "$(namespace_of worker)" link set cable up
expect 20 updates 'worker joined'
echo 2000 >&"$counts"
wait_for 60 lines pings 3 || fail "no answer when the link was up again"
# What was under way when the link went down may have ended the server, which the requestor hears of and makes another.
says pings 'echo_done 2000' || { echo 2000 >&"$counts" && expect 60 pings 'echo_done 2000'; }

cat "$convention_folder/pings" "$convention_folder/updates"
exec {counts}>&- {end}>&-
on leader "$ZANNI" shutdown --join "$leader"
wait_for 15 all_ended
