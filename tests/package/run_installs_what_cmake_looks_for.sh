#!/usr/bin/env bash
# The packages that the CMake files name beside what they look for, and those that ./run installs, are the same.
# usage, from the repository's root: run_installs_what_cmake_looks_for.sh
set -euo pipefail

searching=(cmake/Dependencies.cmake tests/CMakeLists.txt samples/CMakeLists.txt)
named_by_cmake=$(sed -nE 's/^(find_|pkg_check_modules).*# ([a-z0-9.+-]+)$/\2/p' "${searching[@]}")
nameless=$(grep -HE '^(find_|pkg_check_modules)' "${searching[@]}" |
    grep -vE '# [a-z0-9.+-]+$|find_package\((Threads|PkgConfig) ' || true)
build_packages=()
# shellcheck disable=SC1090
source <(sed -n '/^build_packages=(/,/^)/p' run)

status=0
if [[ -n $nameless ]]; then
    echo "These lines name no Debian package (add '# libexample-dev'):" $'\n'"$nameless" >&2
    status=1
fi
for package in $named_by_cmake; do
    if [[ " ${build_packages[*]} " != *" $package "* ]]; then
        echo "CMake looks for $package, but ./run doesn't install it" >&2
        status=1
    fi
done
for package in "${build_packages[@]}"; do
    if [[ $package == *-dev ]] && ! grep -qx -- "$package" <<<"$named_by_cmake"; then
        echo "./run installs $package, but no CMake file looks for it" >&2
        status=1
    fi
done
exit $status
