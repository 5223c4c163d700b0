#!/bin/sh
# Has the program write its man pages and shell completions into a folder.
# usage: write_reference.sh ZANNI FOLDER
set -eu
zanni=$1
folder=$2

mkdir -p "$folder/man"
"$zanni" completion bash >"$folder/zanni.bash"
"$zanni" completion zsh >"$folder/_zanni"
"$zanni" reference man >"$folder/man/zanni.1"
for verb in $(sed -n 's/^\.BR zanni\\-\([a-z\\-]*\) (1)$/\1/p' "$folder/man/zanni.1" | tr -d '\\'); do
    "$zanni" reference man "$verb" >"$folder/man/zanni-$verb.1"
done
