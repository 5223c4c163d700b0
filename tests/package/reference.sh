#!/usr/bin/env bash
# What the program says of its verbs and options holds: docs/cli.md is what it prints, man takes its pages without a
# warning, and a shell completes by what it prints.
# usage, from the repository's root: reference.sh ZANNI
set -euo pipefail
zanni=$1
status=0

complain() {
    echo "$1" >&2
    status=1
}

diff docs/cli.md <("$zanni" reference markdown) || complain "docs/cli.md is out of date: zanni reference markdown > docs/cli.md"

# completes WORDS... EXPECTED: those are what is offered for the last word.
completes() {
    local expected=${*: -1}
    COMP_WORDS=("${@:1:$#-1}")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _zanni
    [[ ${COMPREPLY[*]} == "$expected" ]] || complain "'${COMP_WORDS[*]}' offers '${COMPREPLY[*]}', expected '$expected'"
}
# shellcheck disable=SC1090
source <("$zanni" completion bash)
completes zanni b 'broker bench'
completes zanni bench p ping-pong
completes zanni actors --s --sort
completes zanni actors --sort '' 'waiting taken'
completes zanni keys r revoke
completes zanni actors --host '' '--help --join --keys --host --type --sort --limit --by-type --json'

if command -v zsh >/dev/null; then
    "$zanni" completion zsh | zsh -n || complain "zsh can't read its completion"
fi
if command -v man >/dev/null; then
    for verb in '' $("$zanni" reference man | sed -n 's/^\.BR zanni\\-\([a-z\\-]*\) (1)$/\1/p' | tr -d '\\'); do
        # shellcheck disable=SC2086
        warnings=$("$zanni" reference man $verb | man --warnings -l - 2>&1 >/dev/null || true)
        [[ -z $warnings ]] || complain "man of '$verb': $warnings"
    done
fi
exit $status
