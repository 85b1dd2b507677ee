#!/usr/bin/env bash
# Pages of the sample city in headless Chromium. `--screenshots FOLDER` takes pictures instead.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
cargo build --locked --manifest-path "$root/Cargo.toml"
work="$(mktemp -d)"
cd "$work"
LANGNGHE_LOG=warn "$root/target/debug/langnghe" demo --listen 127.0.0.1:0 >address 2>log &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 900); do
  base="$(grep -o 'http://[0-9.:]*' address | head -1 || true)"
  if [ -n "$base" ] && curl -sf "$base/api/v1/digests?unit=city" | grep -q '"rank":10'; then break; fi
  kill -0 "$demo" || { cat log >&2; exit 1; }
  sleep 0.2
done
cd "$root/tests/browser"
if [ "${1:-}" = --screenshots ]; then
  mkdir -p "$root/$2"
  node shots.mjs "$base" "$root/$2"
else
  node run.mjs "$base"
fi
