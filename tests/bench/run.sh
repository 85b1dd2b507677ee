#!/usr/bin/env bash
# Speed and memory of the release build, in CPU seconds so that a busy machine does not lie. Prints
# figures and, where a peer is at hand, ratios of one run; it fails on errors, never on slowness.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
cd "$root"
cargo build --release --locked
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
binary="$root/target/release/langnghe"

# CPU seconds (user + system), wall seconds and peak memory of a command.
measure() { # name, units of work, command …
  local name="$1" units="$2"; shift 2
  /usr/bin/env python3 - "$name" "$units" "$@" <<'PY'
import os, resource, subprocess, sys, time
name, units, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
started = time.monotonic()
subprocess.run(command, check=True, stdin=open(os.environ.get("INPUT", "/dev/null")), stdout=subprocess.DEVNULL)
wall = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = used.ru_utime + used.ru_stime
print(f"{name:<44} {units:>8} {cpu:8.2f} CPU-s {units / cpu:10.0f} /CPU-s {wall:7.1f} s wall {used.ru_maxrss / 1024:6.0f} MB peak")
PY
}

gold="$root/tests/fixtures/gold/part_b.jsonl"
python3 - "$gold" "$work/mentions.jsonl" "$work/lines.txt" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
with open(sys.argv[2], "w", encoding="utf-8") as mentions, open(sys.argv[3], "w", encoding="utf-8") as texts:
    for again in range(25):
        for line in lines:
            line = dict(line, id=f'{line["id"]}-{again}', parent_id=line["parent_id"] and f'{line["parent_id"]}-{again}')
            line.pop("gold", None)
            mentions.write(json.dumps(line, ensure_ascii=False) + "\n")
            texts.write(line["text"].replace("\n", " ") + "\n")
PY
syllables="$(wc -w < "$work/lines.txt")"
cd "$work"
INPUT="$work/lines.txt" measure "segment (syllables)" "$syllables" "$binary" segment
INPUT="$work/lines.txt" measure "place (lines)" 10000 "$binary" place
measure "annotate (mentions)" 10000 "$binary" annotate "$work/mentions.jsonl"
measure "annotate, group, rank 169 digests (mentions)" 10000 "$binary" rank --day 2026-11-12 "$work/mentions.jsonl"
LANGNGHE_LOG=warn measure "sample city, sources to digests (mentions)" 17800 "$binary" demo --once --listen 127.0.0.1:0
cd "$root"
echo "== language: ours beside underthesea and pyvi"
python3 tests/bench/language.py "$root" "$work/lines.txt" "$work/mentions.jsonl"
cargo build --release --locked -q -p langnghe-crawler --examples
target/release/examples/bench_fetch 1000
echo "== group and rank one day of made-up voices"
cargo run --release --locked -q -p langnghe-models --example bench_ranking -- ${BENCH_VOICES:-10000 100000 1000000}
cargo run --release --locked -q -p langnghe-indexer --features testing --example bench -- 14000
# Ten million mentions of three years: BENCH_RECORD="10000000 1100"; 13 GB on disk and some minutes.
echo "== the morning's digests over a long record"
cargo run --release --locked -q -p langnghe-indexer --features testing --example bench_digests -- ${BENCH_RECORD:-300000 100}
echo "== the frontier with 10,000 pages of 2,001 hosts waiting, and with a million"
cargo run --release --locked -q -p langnghe-indexer --features testing --example bench_queue -- "${BENCH_QUEUE:-1000000}"

echo "== pages and API under load"
tests/bench/web.sh "$binary" "${BENCH_WEB_SECONDS:-10}"

echo "== crawl and read: ours beside Scrapy with trafilatura, on the same pages from one nginx"
tests/bench/peers.sh
python3 tests/bench/pages.py crawler/tests/fixtures/pages "$work/www" "${BENCH_PAGES:-5000}"
python3 tests/bench/crawl.py "$root" "$work" "${BENCH_PAGES:-5000}"
dev="${LANGNGHE_SHARED:-}"
if [ ! -d "$dev/data/extraction" ]; then
  echo "no $dev/data/extraction: the dev pages of the extraction benchmark are left out"
  dev=""
  unset LANGNGHE_SHARED
fi
target/release/examples/eval_extraction
.tools/bench/peers/bin/python tests/bench/quality.py crawler/tests/fixtures/pages ${dev:+"$dev/data/extraction"}
