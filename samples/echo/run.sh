#!/usr/bin/env bash
# run.sh ZANNI ECHO_CLIENT HOST [ECHO_MODULE]: the echo sample on a leader and two worker hosts of its own. HOST is the
# program that they run: zanni with ECHO_MODULE, or one that has the actors linked in.
export ZANNI=$3 ECHO_MODULE=${4:-}
source "$(dirname "${BASH_SOURCE[0]}")/../convention.sh"

start_host leader broker --listen 'tcp://127.0.0.1:*'
leader=$(endpoint_of leader)
start_host client host --join "$leader" --capability Client=true
start_host server host --join "$leader" --capability Server=true
"$2" "$leader" 10000
ZANNI=$1
end_convention "$leader" >/dev/null
