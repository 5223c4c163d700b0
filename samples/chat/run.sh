#!/usr/bin/env bash
# run.sh ZANNI CHAT MODULE: three members, of whom one leaves and one is killed; then the room is. Prints what two of them saw.
export ZANNI=$1 ECHO_MODULE=$3
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/../convention.sh"

# enters NAME FD: that member types what is written to the descriptor, and sees what is in the file NAME.
enters() {
    mkfifo "$convention_folder/$1.typed"
    "$chat" "$leader" "$1" <"$convention_folder/$1.typed" >"$convention_folder/$1" 2>&1 3>&- 4>&- 5>&- &
    member=$!
    eval "exec $2>'$convention_folder/$1.typed'"
}
# sees NAME LINE: until it does.
sees() { wait_for 20 grep -qsxF -- "$2" "$convention_folder/$1" || { cat "$convention_folder/$1"; exit 1; }; }

chat=$2
start_host leader broker --listen 'tcp://127.0.0.1:*'
leader=$(endpoint_of leader)
enters Colombina 3
first=$member
sees Colombina "* you are in"
enters Brighella 5
lost=$member
sees Colombina "* Brighella comes in"
for i in {1..12}; do echo "is anybody else there? ($i)"; done >&3
sees Brighella "Colombina: is anybody else there? (12)"
enters Pantalone 4
sees Colombina "* Pantalone comes in"
sees Pantalone "* you are in"
echo "who is asking?" >&4
sees Colombina "Pantalone: who is asking?"
exec 4>&-
sees Colombina "* Pantalone goes"
kill -KILL "$lost"
sees Colombina "* Brighella is lost"
kill -KILL "$("$ZANNI" status --join "$leader" --json | grep -o '"pid":[0-9]*' | head -n1 | cut -d: -f2)"  # the room's
sees Colombina "* the room is gone: signal 9 (Killed)"
exec 3>&-
wait "$first"
cat "$convention_folder/Colombina"
echo "--- and Pantalone saw"
cat "$convention_folder/Pantalone"
end_convention "$leader" >/dev/null
