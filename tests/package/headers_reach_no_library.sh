#!/usr/bin/env bash
# What <zanni/zanni.hpp> includes, directly or not, is the standard library and Zanni: no other library's header.
# usage, from the repository's root: headers_reach_no_library.sh COMPILER
set -euo pipefail
compiler=$1

# Relative include folders keep the checkout's own path, which may contain any word, out of the output.
reached=$(echo '#include <zanni/zanni.hpp>' |
    "$compiler" -std=c++23 -M -I core/include -I transport/include -I broker/include -x c++ - | grep -oE '[^ \\]+')
if ! grep -q '^[a-z]*/include/zanni/zanni.hpp$' <<<"$reached"; then
    echo "the compiler did not list zanni.hpp itself; this check can't work" >&2
    exit 1
fi

libraries='/(zmq|zmq_addon|zmq_utils|sodium)\.hp*$|/(msgpack|spdlog|fmt|CLI)(/|\.hpp$)'
if grep -E "$libraries" <<<"$reached"; then
    echo "The headers above are reached from <zanni/zanni.hpp>." >&2
    exit 1
fi
