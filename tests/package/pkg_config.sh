#!/usr/bin/env bash
# Builds consumer/main.cpp with nothing but a compiler and pkg-config, and compares what it prints.
# usage: pkg_config.sh PREFIX LIBDIR BUILD_DIR COMPILER [FLAGS...]
set -euo pipefail
prefix=$1 libdir=$2 build=$3 compiler=$4
flags=("${@:5}")
source=$(dirname "${BASH_SOURCE[0]}")/consumer/main.cpp

export PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
read -ra compile <<<"$(pkg-config --cflags zanni)"
read -ra link <<<"$(pkg-config --libs zanni)"
"$compiler" "${flags[@]}" "${compile[@]}" "$source" -o "$build/pkg_config_app" "${link[@]}"

output=$(LD_LIBRARY_PATH=$prefix/$libdir "$build/pkg_config_app")
if [[ $output != "Hello, World" ]]; then
    echo "the program printed '$output'" >&2
    exit 1
fi
