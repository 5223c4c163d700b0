#!/usr/bin/env bash
# core <- transport <- broker: nothing includes upward. And what only a few files may touch, only those touch.
# usage, from the repository's root: includes_point_one_way.sh
set -euo pipefail
status=0

complain() {
    echo "$1" >&2
    status=1
}

# may_include PART PARTS...: the sources of PART include headers of PARTS only, among Zanni's own.
may_include() {
    local part=$1 allowed=" ${*:2} " file header folder
    while IFS=: read -r file header; do
        [[ -f $(dirname "$file")/$header ]] && continue  # beside the including file, so in the same part
        for folder in core transport broker; do
            if [[ -f $folder/include/$header || -f $folder/src/$header ]] && [[ $allowed != *" $folder "* ]]; then
                complain "$file includes $header, which is $folder's: $part may not"
            fi
        done
    done < <(grep -rEo --include='*.[ch]pp' '^ *# *include *[<"][^">]+' "$part" | sed -E 's/:.*[<"]/:/')
}

# may_not_climb PART: no include path with "..", which would get round the above.
may_not_climb() {
    local climbing
    climbing=$(grep -rEn --include='*.[ch]pp' '^ *# *include *"[^"]*\.\./' "$1") || return 0
    complain "$1 includes by a path with '..':"$'\n'"$climbing"
}

# only_in WHAT REGEX PATTERNS...: among the sources of core, transport and broker, REGEX is found only in files that
# match one of the PATTERNS (where * also matches /).
only_in() {
    local what=$1 regex=$2 patterns=("${@:3}") file pattern
    while IFS= read -r file; do
        for pattern in "${patterns[@]}"; do
            # shellcheck disable=SC2053
            [[ $file == $pattern ]] && continue 2
        done
        complain "$file uses $what; the files that may are listed in tests/package/includes_point_one_way.sh"
    done < <(grep -rlE --include='*.[ch]pp' "$regex" core transport broker)
}

# Comments don't count: the words below are looked for in lines that don't start with a slash.
code='^[^/]*'
include='^ *# *include *[<"]'

may_include core core
may_include transport core transport
may_include broker core transport broker
for part in core transport broker; do may_not_climb $part; done

#       what           how it shows                                           where it may
only_in "ZeroMQ"       "${include}zmq"                                        'transport/src/socket.cpp' \
                                                                              'transport/src/security/curve.cpp' \
                                                                              'transport/src/security/zap_handler.cpp' \
                                                                              'transport/src/security/monitor.cpp' \
                                                                              'transport/src/security/connection_watch.cpp' \
                                                                              'transport/src/security/handshake_watch.cpp'
only_in "MessagePack"  "${include}msgpack"                                    'core/src/marshal/reader.cpp' \
                                                                              'core/src/marshal/writer.cpp'
only_in "spdlog"       "${include}(spdlog|fmt)/"                              'core/src/log.cpp'
only_in "CLI11"        "${include}CLI/"                                       'broker/src/cli/*'
only_in "own threads"  "${code}std::(jthread|thread|async)([^:a-z]|$)"        'core/src/scheduling/worker_pool.*' \
                                                                              'transport/src/*' 'broker/src/*'
only_in "the clock"    "${code}(_clock::now|clock_gettime|gettimeofday)"      'core/src/clock.cpp' \
                                                                              'broker/src/security/key_store.cpp' \
                                                                              'broker/src/observer/web/observer.cpp'
only_in "civetweb"     "${include}civetweb"                                   'broker/src/observer/web/http_door.cpp' \
                                                                              'broker/src/observer/web/http_post.cpp'
only_in "prometheus"   "${include}prometheus/"                                'broker/src/observer/web/metrics_page.cpp'
only_in "randomness"   "${code}(random_device|getrandom|mt19937|\\brand\\()"  'core/src/random.cpp'

exit $status
