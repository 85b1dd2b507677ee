#!/usr/bin/env bash
# Pages of the sample city in headless Chromium. `--screenshots FOLDER` takes pictures instead.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
program="${LANGNGHE_PROGRAM:-$root/target/debug/langnghe}"
[ -n "${LANGNGHE_PROGRAM:-}" ] || cargo build --locked --manifest-path "$root/Cargo.toml"
work="$(mktemp -d)"
cd "$work"
# An officer of the sample city, whose cookies go over plain HTTP on this machine.
echo "bốn từ ngẫu nhiên" | "$program" --data data user add an --name "Nguyễn An" --role admin >/dev/null
echo "bốn từ ngẫu nhiên" | "$program" --data data user add bich --name "Trần Bích" --role unit_responder --reach 26740 >/dev/null
echo "bốn từ ngẫu nhiên" | "$program" --data data user add dung --name "Lê Dung" --role viewer --reach 26740 >/dev/null
export SAMPLE_DATA="$work/data" SAMPLE_LETTERS="$work/letters"
# Units and the level above them have addresses, and a mail server takes their letters.
node "$root/tests/browser/letters.mjs" "$SAMPLE_LETTERS" >port &
post=$!
trap 'kill "$post" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir config
cp "$root/config/requests.toml" config/
cat >>config/requests.toml <<'END'

[[contact]]
of = "every"
name = "Văn phòng đơn vị"
mail = "don-vi@example.vn"

[[contact]]
of = "every"
level = 1
name = "Văn phòng UBND Thành phố"
mail = "cap-tren@example.vn"
END
until [ -s port ]; do kill -0 "$post"; sleep 0.1; done
export LANGNGHE_FILES__FOLDER=config LANGNGHE_MAIL__SERVER="smtp://127.0.0.1:$(cat port)" LANGNGHE_MAIL__FROM=langnghe@example.vn
# Yesterday is due at any hour at which this runs.
LANGNGHE_ACCESS__INSECURE_LOOPBACK=true LANGNGHE_SCHEDULE__DIGEST_AT=00:00 LANGNGHE_LOG=warn "$program" demo --keep data --listen 127.0.0.1:0 >address 2>log &
demo=$!
trap 'kill "$demo" "$post" 2>/dev/null || true; wait "$demo" "$post" 2>/dev/null || true; rm -rf "$work"' EXIT
# Days are published one after another: the last one stands when the newest no longer changes for
# a quarter of a minute (one takes longer than a poll on a busy machine). Weeks and forecasts follow.
newest=none
n_same=0
for _ in $(seq 400); do
  kill -0 "$demo" || { cat log >&2; exit 1; }
  base="$(grep -o 'http://[0-9.:]*' address | head -1 || true)"
  digest="$( ([ -z "$base" ] || curl -sf "$base/api/v1/digests?unit=city") | grep '"rank":10' || true)"
  before="$newest"
  newest="$(grep -o '"day":"[0-9-]*"' <<<"$digest" | head -1 || true)"
  if [ -n "$newest" ] && [ "$newest" = "$before" ]; then n_same=$((n_same + 1)); else n_same=0; fi
  [ "$n_same" -lt 5 ] || break
  sleep 3
done
for _ in $(seq 200); do
  if curl -sf "$base/api/v1/forecasts" | grep -q '"is_shown":true' &&
    curl -sf "$base/api/v1/digests?unit=city&period=week" | grep -q '"rank":10'; then break; fi
  sleep 3
done
cd "$root/tests/browser"
if [ "${1:-}" = --screenshots ]; then
  mkdir -p "$root/$2"
  node shots.mjs "$base" "$root/$2"
else
  node run.mjs "$base"
  node lighthouse.mjs "$base"
fi
