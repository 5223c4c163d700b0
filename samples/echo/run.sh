#!/usr/bin/env bash
# run.sh ZANNI ECHO_MODULE ECHO_CLIENT: the echo sample on a leader and two worker hosts of its own.
export ZANNI=$1 ECHO_MODULE=$2
source "$(dirname "${BASH_SOURCE[0]}")/../convention.sh"

start_host leader broker --listen 'tcp://127.0.0.1:*'
leader=$(endpoint_of leader)
start_host client host --join "$leader" --capability Client=true
start_host server host --join "$leader" --capability Server=true
"$3" "$leader" 10000
end_convention "$leader" >/dev/null
