#!/usr/bin/env bash
# What Prometheus and Grafana are given holds: the rules are rules and fire when they should, the metrics of a real host
# are in order, and whatever rules and dashboard ask for is there.
# usage: monitoring.sh REPOSITORY ZANNI
set -euo pipefail
repository=$1
zanni=$2

cd "$repository/packaging/prometheus"
promtool check rules zanni-alerts.yml
promtool test rules zanni-alerts-test.yml
promtool check config prometheus.yml

folder=$(mktemp -d)
"$zanni" broker --name monitored --listen 'tcp://127.0.0.1:*' --http 127.0.0.1:0 --state "$folder/state" \
    --ready-file "$folder/ready" >"$folder/out" 2>"$folder/err" &
broker=$!
trap 'kill $broker 2>/dev/null; wait $broker || true; rm -rf "$folder"' EXIT
for _ in $(seq 300); do
    [[ -e $folder/ready ]] && break
    sleep 0.1 # for an event that has no other sign; the deadline is 30 s
done
url=$(sed -n 's/^zanni: observer at //p' "$folder/out")
# With a process that has actors, channels and dead letters there is a line of each kind.
"$zanni" actors --join "$(cat "$folder/ready")" >/dev/null
port=${url##*:}
exec 3<>"/dev/tcp/127.0.0.1/${port%/}"
printf 'GET /metrics?hosts=all HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n' "${port%/}" >&3
sed '1,/^\r$/d' <&3 >"$folder/metrics"
promtool check metrics <"$folder/metrics"

status=0
defined=$(grep -ho '"zanni_[a-z_]*"' "$repository/broker/src/observer/web/metrics_page.cpp" | tr -d '"' | sort -u)
for name in $(grep -hoE 'zanni_[a-z_]+' zanni-alerts.yml ../grafana/zanni.json | sort -u); do
    base=${name%_bucket}
    base=${base%_sum}
    if ! grep -qx -- "$base" <<<"$defined"; then
        echo "no such metric: $name" >&2
        status=1
    fi
done
python3 -m json.tool ../grafana/zanni.json >/dev/null
exit $status
