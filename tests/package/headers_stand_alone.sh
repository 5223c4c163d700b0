#!/usr/bin/env bash
# Every header compiles alone, seeing no more than its own folder's code may: a public header the public headers of the
# folders below, a private one the private headers there too.
# usage, from the repository's root: headers_stand_alone.sh COMPILER
set -euo pipefail
compiler=$1
failures=$(mktemp)
trap 'rm -f "$failures"' EXIT

# compile_alone HEADER INCLUDE_FOLDERS...
compile_alone() {
    local header=$1 includes=() folder
    for folder in "${@:2}"; do includes+=(-I "$folder"); done
    "$compiler" -std=c++23 -fsyntax-only -Wall -Wextra -Werror -DMSGPACK_NO_BOOST "${includes[@]}" \
        -include "$header" -x c++ /dev/null || echo "$header" >>"$failures"
}

# One at a time would take minutes, so as many as there are processors.
compile_in_background() {
    while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
    compile_alone "$@" &
}

public=() private=()
for part in core transport broker; do
    public+=("$part/include") private+=("$part/src")
    while IFS= read -r -d '' header; do
        compile_in_background "$header" "${public[@]}"
    done < <(find "$part/include" -name '*.hpp' -print0 2>/dev/null)
    while IFS= read -r -d '' header; do
        compile_in_background "$header" "${public[@]}" "${private[@]}"
    done < <(find "$part/src" -name '*.hpp' -print0 2>/dev/null)
done
wait

if [[ -s $failures ]]; then
    echo "These headers don't compile alone:" >&2
    sort "$failures" >&2
    exit 1
fi
