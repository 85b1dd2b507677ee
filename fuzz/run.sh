#!/bin/bash
# Builds the targets on a stable compiler, fuzzes each for so many seconds (default 600), as many at once as
# LANGNGHE_FUZZ_JOBS says (default 1), and adds lines to the log: executions, CPU seconds, coverage at start
# and end, crashes. Fails when one crashed or took too long.
#   fuzz/run.sh [SECONDS] [TARGET…]
set -euo pipefail
cd "$(dirname "$0")"
export seconds=${1:-600}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(feed page robots tickets mention query annotate place)
export log=${LANGNGHE_FUZZ_LOG:-target/fuzz.log}
export RUSTC_BOOTSTRAP=1
mkdir -p target
for target in "${targets[@]}"; do
  features=()
  [ "$target" = query ] && features=(--features index)
  cargo fuzz build -s none --fuzz-dir . "${features[@]}" "$target"
done

fuzz() {
  local target=$1 seeds=() code=0 first last runs cpu inputs crashes
  mkdir -p "corpus/$target" "artifacts/$target"
  [ -d "seeds/$target" ] && seeds=("seeds/$target")
  echo "$(date -u +%FT%TZ) $target begins" >> "$log"
  # The built target itself: cargo fuzz would build again without the features.
  TIMEFORMAT='%U'
  cpu=$({ time "target/x86_64-unknown-linux-gnu/release/$target" "corpus/$target" "${seeds[@]}" \
    -artifact_prefix="artifacts/$target/" -max_total_time="$seconds" -timeout=10 -max_len=4096 \
    -rss_limit_mb=2048 -print_final_stats=1 > "target/$target.log" 2>&1; } 2>&1) || code=$?
  first=$(grep -m1 -oE 'INITED +cov: [0-9]+' "target/$target.log" | grep -oE '[0-9]+$' || true)
  last=$(grep -oE 'cov: [0-9]+' "target/$target.log" | tail -n 1 | grep -oE '[0-9]+$' || true)
  runs=$(grep -oE 'number_of_executed_units: [0-9]+' "target/$target.log" | grep -oE '[0-9]+$' || true)
  inputs=$(find "corpus/$target" -type f | wc -l)
  crashes=$(find "artifacts/$target" -type f | wc -l)
  echo "$(date -u +%FT%TZ) $target ends: code $code, executions ${runs:-?}, CPU $cpu s, coverage ${first:-?} → ${last:-?}, corpus $inputs, crashes $crashes" >> "$log"
  return "$code"
}
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P "${LANGNGHE_FUZZ_JOBS:-1}" -I{} bash -c 'fuzz {}'
