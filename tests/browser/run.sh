#!/usr/bin/env bash
# Pages of the sample city in headless Chromium. `--screenshots FOLDER` takes pictures instead.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
cargo build --locked --manifest-path "$root/Cargo.toml"
work="$(mktemp -d)"
cd "$work"
program="$root/target/debug/langnghe"
# An officer of the sample city, whose cookies go over plain HTTP on this machine.
echo "bốn từ ngẫu nhiên" | "$program" --data data user add an --name "Nguyễn An" --role admin >/dev/null
echo "bốn từ ngẫu nhiên" | "$program" --data data user add bich --name "Trần Bích" --role unit_responder --reach 26740 >/dev/null
LANGNGHE_ACCESS__INSECURE_LOOPBACK=true LANGNGHE_LOG=warn "$program" demo --keep data --listen 127.0.0.1:0 >address 2>log &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; rm -rf "$work"' EXIT
# Days are published one after another: the last one stands when the newest no longer changes.
newest=none
for _ in $(seq 300); do
  kill -0 "$demo" || { cat log >&2; exit 1; }
  base="$(grep -o 'http://[0-9.:]*' address | head -1 || true)"
  digest="$( ([ -z "$base" ] || curl -sf "$base/api/v1/digests?unit=city") | grep '"rank":10' || true)"
  before="$newest"
  newest="$(grep -o '"day":"[0-9-]*"' <<<"$digest" | head -1 || true)"
  if [ -n "$newest" ] && [ "$newest" = "$before" ]; then break; fi
  sleep 3
done
# Forecasts are made once the days stand.
for _ in $(seq 60); do
  if curl -sf "$base/api/v1/forecasts" | grep -q '"is_shown":true'; then break; fi
  sleep 2
done
cd "$root/tests/browser"
if [ "${1:-}" = --screenshots ]; then
  mkdir -p "$root/$2"
  node shots.mjs "$base" "$root/$2"
else
  node run.mjs "$base"
fi
