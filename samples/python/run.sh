#!/usr/bin/env bash
# run.sh ZANNI PYTHON ECHO_MODULE: the Python sample on a leader of its own.
export ZANNI=$1 ECHO_MODULE=$3
source "$(dirname "${BASH_SOURCE[0]}")/../convention.sh"

start_host leader broker --listen 'tcp://127.0.0.1:*' --capability Server=true
leader=$(endpoint_of leader)
"$2" -B "$(dirname "${BASH_SOURCE[0]}")/counter.py" "$leader"
end_convention "$leader" >/dev/null
