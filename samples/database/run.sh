#!/usr/bin/env bash
# run.sh ZANNI PHONE MODULE: a phone book on one host of three, used by a program that has joined another. Its process is
# killed: the file stays, and the next question makes another actor.
export ZANNI=$1 ECHO_MODULE=$3
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/../convention.sh"

phone() { "$program" "$(endpoint_of front)" "$@"; }
pid_of() { "$ZANNI" status --join "$(endpoint_of "$1")" --json | grep -o '"pid":[0-9]*' | head -n1 | cut -d: -f2; }
has_new_process() { local pid && pid=$(pid_of archive) && [[ $pid && $pid != "$victim" ]]; }
name_is_free() { local names && names=$("$ZANNI" names --join "$leader") && [[ $names != *"phone book"* ]]; }

program=$2
start_host leader broker --listen 'tcp://127.0.0.1:*'
leader=$(endpoint_of leader)
start_host front host --join "$leader"
echo "no host has a database:"
"$ZANNI" why-not database.PhoneBook --join "$leader" | sort || true
export PHONE_BOOK=$convention_folder/phone-book.sqlite
start_host archive host --join "$leader" --capability Database=true
echo "one has:"
phone put Colombina 555-0101
phone put Arlecchino 555-0102
phone put "Robert'); DROP TABLE entries;--" 555-0103
phone put Arlecchino 555-0199
phone put Pantalone unknown 2>&1 || echo "(that is SQLite's word)"
phone list
victim=$(pid_of archive)
kill -KILL "$victim"
wait_for 30 name_is_free
wait_for 30 has_new_process
echo "after its process was killed:"
phone get Arlecchino
end_convention "$leader" >/dev/null
