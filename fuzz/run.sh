#!/bin/bash
# Fuzzes one target after the other on a stable compiler, each for so many seconds (default 600), and adds
# a line for each to the log: executions, coverage at start and end, crashes.
#   fuzz/run.sh [SECONDS] [TARGET…]
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-600}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(feed page robots tickets mention query annotate place)
log=${LANGNGHE_FUZZ_LOG:-target/fuzz.log}
export RUSTC_BOOTSTRAP=1
mkdir -p target
for target in "${targets[@]}"; do
  features=()
  [ "$target" = query ] && features=(--features index)
  cargo fuzz build -s none --fuzz-dir . "${features[@]}" "$target"
  mkdir -p "corpus/$target" "artifacts/$target"
  seeds=()
  [ -d "seeds/$target" ] && seeds=("seeds/$target")
  echo "$(date -u +%FT%TZ) $target begins" >> "$log"
  # The built target itself: cargo fuzz would build again without the features.
  code=0
  "target/x86_64-unknown-linux-gnu/release/$target" "corpus/$target" "${seeds[@]}" \
    -artifact_prefix="artifacts/$target/" -max_total_time="$seconds" -timeout=10 -max_len=4096 \
    -rss_limit_mb=2048 -print_final_stats=1 > "target/$target.log" 2>&1 || code=$?
  first=$(grep -m1 -oE 'INITED +cov: [0-9]+' "target/$target.log" | grep -oE '[0-9]+$' || true)
  last=$(grep -oE 'cov: [0-9]+' "target/$target.log" | tail -n 1 | grep -oE '[0-9]+$' || true)
  runs=$(grep -oE 'number_of_executed_units: [0-9]+' "target/$target.log" | grep -oE '[0-9]+$' || true)
  inputs=$(find "corpus/$target" -type f | wc -l)
  crashes=$(find "artifacts/$target" -type f | wc -l)
  echo "$(date -u +%FT%TZ) $target ends: code $code, executions ${runs:-?}, coverage ${first:-?} → ${last:-?}, corpus $inputs, crashes $crashes" >> "$log"
done
