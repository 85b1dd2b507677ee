#!/usr/bin/env bash
# Trains every shipped model again by the command of its card, in a folder of its own, and compares
# the bytes. What cannot be trained because its data are not at hand is named. Fails when a model
# differs, or when nothing at all could be compared.
#
#   tests/eval/rebuild.sh [MODEL …]     (segmenter, restorer, background, classifier; all by default)
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
cd "$root"
binary="${LANGNGHE_BINARY:-target/release/langnghe}"
treebank="${LANGNGHE_SHARED:-../shared}/data/language/vtb"
headwords="${LANGNGHE_SHARED:-../shared}/data/language/words/Viet74K.txt"
train=models/data/train
fixed=("$train/gold_a.tsv" "$train"/train_[1-6].tsv)
wanted=("$@")
[ $# -gt 0 ] || wanted=(segmenter restorer background classifier)
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
n_same=0 n_other=0 n_skipped=0

# Trains one model and compares it with the shipped file. Arguments after the `--` are the command's.
compare() { # model, file, data …, --, arguments of `langnghe train` …
  local model="$1" file="$2" missing=()
  shift 2
  while [ "$1" != -- ]; do
    [ -e "$1" ] || missing+=("$1")
    shift
  done
  shift
  if [ ${#missing[@]} -gt 0 ]; then
    echo "$model: skipped, ${missing[*]} not at hand"
    n_skipped=$((n_skipped + 1))
    return
  fi
  local started=$SECONDS
  "$binary" train "$model" "$@" --out "$work/$file" > "$work/log"
  if cmp -s "$work/$file" "models/data/$file"; then
    echo "$model: the same $(stat -c %s "models/data/$file") bytes ($((SECONDS - started)) s)"
    n_same=$((n_same + 1))
  else
    echo "$model: models/data/$file has OTHER bytes"
    n_other=$((n_other + 1))
  fi
}

for model in "${wanted[@]}"; do
  case "$model" in
    segmenter)
      compare segmenter segmenter.bin "$treebank" "$headwords" -- --treebank "$treebank" \
        --words models/data/words_pyvi.txt models/data/words.txt --names "$headwords" \
        --mentions "${fixed[@]}" ;;
    restorer)
      compare restorer restorer.bin "$treebank" "$headwords" -- --treebank "$treebank" \
        --words models/data/words_pyvi.txt models/data/words.txt --headwords "$headwords" \
        --frequencies models/data/syllables.tsv --mentions "${fixed[@]}" ;;
    background)
      compare background grouping_background.bin -- \
        --mentions "$train"/train_[1-6].tsv tests/fixtures/gold/part_a.jsonl ;;
    classifier)
      compare classifier classifier.bin -- --examples "$train"/*.tsv ;;
    *)
      echo "unknown model $model" >&2
      exit 64 ;;
  esac
done
echo "$n_same the same, $n_other other, $n_skipped skipped"
[ "$n_other" -eq 0 ] && [ "$n_same" -gt 0 ]
