#!/usr/bin/env bash
# run_host.sh ZANNI ECHO_HOST ECHO_CLIENT: the echo sample on hosts that have its actors linked in, and load no module.
export ZANNI=$2 ECHO_MODULE=
source "$(dirname "${BASH_SOURCE[0]}")/../convention.sh"

start_host leader broker --listen 'tcp://127.0.0.1:*'
leader=$(endpoint_of leader)
start_host client host --join "$leader" --capability Client=true
start_host server host --join "$leader" --capability Server=true
"$3" "$leader" 10000
ZANNI=$1
end_convention "$leader" >/dev/null
