#!/usr/bin/env bash
# systemd finds nothing wrong with the units. usage, from the repository's root: systemd_units.sh ZANNI_PROGRAM
set -euo pipefail
program=$1
command -v systemd-analyze >/dev/null || exit 77

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for unit in zanni-broker zanni-host@; do
    sed -e "s|@ZANNI_PROGRAM@|$program|" -e '/@ZANNI_SERVICE@/{r packaging/systemd/service.inc' -e 'd}' \
        "packaging/systemd/$unit.service.in" >"$folder/$unit.service"
done
# What it says of other units of this machine is not ours.
said=$(systemd-analyze verify --man=no "$folder/zanni-broker.service" "$folder/zanni-host@.service" 2>&1 | grep zanni || true)
if [[ -n $said ]]; then
    echo "$said" >&2
    exit 1
fi
