"""Word segmentation beside underthesea and pyvi in one run; place and annotate, which have no peer.

Usage: language.py ROOT LINES MENTIONS. The peers are put into .tools/bench/language. Peers are
timed without their start-up (imports take them seconds), ours with it; CPU seconds of one core, so
that a busy machine does not lie. F1 on VTB dev is added where LANGNGHE_SHARED names the data.
"""

import os
import pathlib
import resource
import subprocess
import sys
import unicodedata

PEERS = {"pyvi": "0.1.1", "underthesea": "9.5.0"}

# Runs in the venv: segments standard input line by line, prints the lines and, last, CPU seconds.
WORKER = """
import sys, time
name = sys.argv[1]
if name == "pyvi":
    from pyvi import ViTokenizer
    cut = ViTokenizer.tokenize
else:
    from underthesea import word_tokenize
    cut = lambda line: word_tokenize(line, format="text")
lines = [line.rstrip("\\n") for line in sys.stdin]
cut(lines[0])
started = time.process_time()
out = [cut(line) for line in lines]
used = time.process_time() - started
print("\\n".join(line.replace("\\n", " ") for line in out))
print(used)
"""


def venv(root):
    """A venv with the peers, pinned; packages by name through pip."""
    folder = root / ".tools/bench/language"
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        wanted = [f"{name}=={version}" for name, version in PEERS.items()]
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted],
            check=True,
        )
    return python


def ours(root, stage, text):
    """Output and CPU seconds of a stage command, start-up included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [root / "target/release/langnghe", stage]
    done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout.decode().splitlines(), used


def peer(python, name, lines):
    """Output and CPU seconds of a peer, start-up left out."""
    done = subprocess.run(
        [python, "-c", WORKER, name],
        input="\n".join(lines).encode(),
        stdout=subprocess.PIPE,
        check=True,
        env=dict(os.environ, OMP_NUM_THREADS="1"),
    )
    *out, used = done.stdout.decode().splitlines()
    return out, float(used)


def treebank(path):
    """Sentences of a CoNLL-U file as lists of words."""
    sentences = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if not line:
            sentences.append([])
        elif fields[0].isdigit():
            sentences[-1].append(unicodedata.normalize("NFC", fields[1]))
    return [words for words in sentences if words]


def spans(words):
    """Spans of words over the letters that are not white space or joints."""
    found, at = set(), 0
    for word in words:
        size = sum(1 for letter in word if not letter.isspace() and letter != "_")
        if size:
            found.add((at, at + size))
            at += size
    return found


def f1(gold, lines):
    hits = n_gold = n_found = 0
    for words, line in zip(gold, lines, strict=True):
        expected, found = spans(words), spans(line.split())
        hits += len(expected & found)
        n_gold += len(expected)
        n_found += len(found)
    return 200 * hits / (n_gold + n_found)


def main():
    root, lines_path, mentions_path = map(pathlib.Path, sys.argv[1:4])
    python = venv(root)
    lines = lines_path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(lines) + "\n"
    n_syllables = sum(len(line.split()) for line in lines)
    shared = os.environ.get("LANGNGHE_SHARED", "")
    dev_path = pathlib.Path(shared) / "data/language/vtb/vi_vtb-ud-dev.conllu"
    dev = treebank(dev_path) if shared and dev_path.exists() else []
    dev_lines = [" ".join(words) for words in dev]
    score = lambda cut: f"{f1(dev, cut):.2f}" if dev else "–"

    print("| word segmentation | syllables | CPU-s | syllables/CPU-s | times slower | F1 on VTB dev |")
    print("|---|---:|---:|---:|---:|---:|")
    _, used = ours(root, "segment", text)
    rate = n_syllables / used
    cut, _ = ours(root, "segment", "\n".join(dev_lines) + "\n") if dev else ([], 0)
    print(f"| langnghe, start-up included | {n_syllables} | {used:.3f} | {rate:.0f} | 1 | {score(cut)} |")
    # The peers get each text once: they are slow, and their time grows evenly.
    once = list(dict.fromkeys(line for line in lines if line.strip()))
    n_once = sum(len(line.split()) for line in once)
    for name, version in PEERS.items():
        _, used = peer(python, name, once)
        cut, _ = peer(python, name, dev_lines) if dev else ([], 0)
        theirs = n_once / used
        row = f"| {name} {version} | {n_once} | {used:.3f} | {theirs:.0f} | {rate / theirs:.0f} | {score(cut)} |"
        print(row)

    print("\n| stage, start-up included | units | CPU-s | units/CPU-s |")
    print("|---|---:|---:|---:|")
    mentions = mentions_path.read_text(encoding="utf-8")
    for stage, what, given in (
        ("accent", "lines", text),
        ("place", "lines", text),
        ("annotate", "mentions", mentions),
    ):
        n = len(given.splitlines())
        _, used = ours(root, stage, given)
        print(f"| {stage}, {what} | {n} | {used:.2f} | {n / used:.0f} |")


if __name__ == "__main__":
    main()
