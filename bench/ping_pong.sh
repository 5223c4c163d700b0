#!/usr/bin/env bash
# How fast is a ping-pong between actors on two worker hosts, through three brokers, beside plain libzmq on the same path?
# Alternates the two, round by round, as the machine's speed drifts. ROUNDS (default 3) rounds; ZANNI, ECHO_MODULE and
# PLAIN_ZMQ say what was built. Further arguments go to `zanni bench ping-pong`.
source "$(dirname "${BASH_SOURCE[0]}")/../samples/convention.sh"

start_host leader broker --listen 'tcp://127.0.0.1:*' --log-level warn
leader=$(endpoint_of leader)
start_host client host --join "$leader" --capability Client=true --log-level warn
start_host server host --join "$leader" --capability Server=true --log-level warn

for ((round = 1; round <= ${ROUNDS:-3}; ++round)); do
    echo "round $round, plain libzmq: DEALER - ROUTER - ROUTER - ROUTER - DEALER"
    "$PLAIN_ZMQ" --brokers 3 --count 10000 --in-flight 1
    "$PLAIN_ZMQ" --brokers 3 --count 1000000 --in-flight 1000,100000
    echo "round $round, zanni: actor - broker - leader - broker - actor"
    "$ZANNI" bench ping-pong --join "$leader" "$@"
done
end_convention "$leader" >/dev/null
