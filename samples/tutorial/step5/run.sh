#!/usr/bin/env bash
# run.sh ZANNI BUY MODULE
export ZANNI=$1 ECHO_MODULE=$3
source "$(dirname "${BASH_SOURCE[0]}")/../../convention.sh"

start_host leader broker --listen 'tcp://127.0.0.1:*'
leader=$(endpoint_of leader)
start_host cellar host --join "$leader" --capability Seats=true
start_host press host --join "$leader" --capability 'Printer dpi=600'
"$2" "$leader" Pantalone 2
"$2" "$leader" Colombina 3
"$2" "$leader" Brighella 1
"$ZANNI" why-not theatre.Printer --join "$leader" | sort
end_convention "$leader" >/dev/null
