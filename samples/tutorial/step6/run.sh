#!/usr/bin/env bash
# run.sh ZANNI BUY MODULE
export ZANNI=$1 ECHO_MODULE=$3
source "$(dirname "${BASH_SOURCE[0]}")/../../convention.sh"
keys=$convention_folder/keys
mkdir "$keys"

# On the leader's machine: keys, and a token for each newcomer.
"$ZANNI" keys init --keys "$keys/leader" >/dev/null
new_token() { "$ZANNI" keys join-token --keys "$keys/leader" --role "$1"; }
start_host leader broker --listen 'tcp://127.0.0.1:*' --keys "$keys/leader"
leader=$(endpoint_of leader)

# On the others': a token each, once.
start_host cellar host --join "$leader" --keys "$keys/cellar" --token "$(new_token host)" --capability Seats=true
start_host press host --join "$leader" --keys "$keys/press" --token "$(new_token host)" --capability 'Printer dpi=600'
"$ZANNI" keys enrol --join "$leader" --keys "$keys/client" --token "$(new_token client)" --name pantalone >/dev/null

"$2" "$leader" Pantalone 2 "$keys/client"
echo "without a key:"
("$2" "$leader" Brighella 1 none 2>&1 || true) | grep -o 'lets nobody in without a key'

"$ZANNI" keys revoke --keys "$keys/leader" pantalone >/dev/null
echo "with a key that was revoked:"
("$2" "$leader" Pantalone 1 "$keys/client" 2>&1 || true) | grep -o 'does not let this key in'
for pid in "${convention_pids[@]}"; do kill -TERM "$pid"; done
wait_for 15 all_ended
