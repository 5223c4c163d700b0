#!/usr/bin/env bash
# The commit that `zanni --version` tells: from a checkout, from an archive, from neither; and no header written anew without need.
# usage, from the repository's root: commit.sh CMAKE
set -euo pipefail
cmake=$1
script=$PWD/cmake/Commit.cmake
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sources=$folder/sources header=$folder/out/commit.hpp
status=0

# tells EXPECTED CASE
tells() {
    "$cmake" -D SOURCE="$sources" -D OUT="$folder/out" -P "$script"
    local told
    told=$(sed -nE 's/^#define ZANNI_COMMIT "(.*)"$/\1/p' "$header")
    if [[ $told != "$1" ]]; then
        echo "$2: '$told', expected '$1'" >&2
        status=1
    fi
}

mkdir "$sources"
tells '' 'neither a checkout nor an archive'
cp .git_archival.txt "$sources"
tells '' 'a file for archives that no archive was made of'
echo 'commit: 0123456789abcdef0123456789abcdef01234567' >"$sources/.git_archival.txt"
tells 0123456789ab 'an archive'

touch -d '2001-01-01' "$header"
tells 0123456789ab 'the same archive'
[[ $(stat -c %Y "$header") == $(date -d '2001-01-01' +%s) ]] || { echo 'the header was written anew' >&2; status=1; }

if command -v git >/dev/null; then
    git=(git -C "$sources" -c user.name=test -c user.email=test@localhost)
    "${git[@]}" init -q
    "${git[@]}" add .
    "${git[@]}" commit -q --no-gpg-sign -m first
    commit=$("${git[@]}" rev-parse HEAD)
    tells "${commit:0:12}" 'a checkout'
    echo more >>"$sources/.git_archival.txt"
    tells "${commit:0:12}-changed" 'a checkout with a changed file'
fi
exit $status
