#!/usr/bin/env bash
# Pages and API under load on loopback: requests a second and the 95th percentile, by wrk with LuaJIT's
# report. The sample city is served; FIGURES.md says on which machine figures were seen.
#   tests/bench/web.sh BINARY [SECONDS]
set -euo pipefail
binary="$1"
seconds="${2:-10}"
command -v wrk >/dev/null || { echo "wrk is not installed: apt-get install wrk" >&2; exit 1; }
work="$(mktemp -d)"
LANGNGHE_API__ANONYMOUS_PER_MINUTE=10000000 LANGNGHE_LOG=warn "$binary" demo --listen 127.0.0.1:0 >"$work/address" 2>"$work/log" &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; rm -rf "$work"' EXIT
cat >"$work/report.lua" <<'LUA'
wrk.headers["Accept-Encoding"] = "br"
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("%8.0f requests/s   p50 %6.1f ms   p95 %6.1f ms   p99 %6.1f ms   %d failed\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, failed))
end
LUA
# Until the days stand: the newest digest no longer changes.
newest=none
for _ in $(seq 200); do
  kill -0 "$demo" || { cat "$work/log" >&2; exit 1; }
  base="$(grep -o 'http://[0-9.:]*' "$work/address" | head -1 || true)"
  now="$( ([ -z "$base" ] || curl -sf "$base/api/v1/digests?unit=city") | grep -o '"day":"[0-9-]*"' | head -1 || true)"
  [ -n "$now" ] && [ "$now" = "$newest" ] && break
  newest="$now"
  sleep 3
done
echo "machine: $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), 4 connections, ${seconds} s each"
for path in "/" "/ban-do" "/ban-do?lop=tieu-cuc" "/ban-do.svg" "/don-vi/26740" \
  "/api/v1/digests?unit=city" "/api/v1/signals" "/api/v1/units" "/api/v1/search?q=ngap"; do
  printf '%-28s' "$path"
  wrk -t 1 -c 4 -d "${seconds}s" --timeout 10s -s "$work/report.lua" "$base$path" | tail -1
done
