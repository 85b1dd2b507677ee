"""Reading Vietnamese beside underthesea and pyvi, in one run: words, accents, places, all of it.

Usage: language.py ROOT LINES MENTIONS. The peers are put into .tools/bench/language. All are timed
without their start-up (imports take the peers seconds; ours is measured on one line and taken off,
and shown); CPU seconds of one core, so that a busy machine does not lie. Quality on VTB dev is added
where LANGNGHE_SHARED names the data.
"""

import os
import pathlib
import resource
import subprocess
import sys
import unicodedata

PEERS = {"pyvi": "0.1.1", "underthesea": "9.5.0"}

# Runs in the venv: one job over standard input line by line; prints what came out, a line each, and
# last the CPU seconds. underthesea's classifier and sentiment have no row: they load their models
# from the network at the first call, and this bench needs none.
WORKER = """
import sys, time
job = sys.argv[1]
if job == "pyvi segment":
    from pyvi import ViTokenizer
    do = ViTokenizer.tokenize
elif job == "pyvi accent":
    from pyvi import ViUtils
    def do(line):
        # It fails on words it cannot map back; such a line stays bare.
        try:
            return ViUtils.add_accents(line)
        except KeyError:
            return line
elif job == "underthesea segment":
    from underthesea import word_tokenize
    do = lambda line: word_tokenize(line, format="text")
else:
    from underthesea import ner
    do = lambda line: sum(tag == "B-LOC" for *_, tag in ner(line))
lines = [line.rstrip("\\n") for line in sys.stdin]
do(lines[0])
started = time.process_time()
out = [do(line) for line in lines]
used = time.process_time() - started
print("\\n".join(str(line).replace("\\n", " ") for line in out))
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


def peer(python, job, lines):
    """Output and CPU seconds of a peer, start-up left out."""
    done = subprocess.run(
        [python, "-c", WORKER, job],
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


def bare(line):
    """The line without its accents."""
    line = unicodedata.normalize("NFD", line.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in line if not unicodedata.combining(letter))


def syllables_right(gold, lines):
    """Share of the syllables (tokens with letters) that came out as they were but for case, which
    pyvi changes; per cent."""
    n_right = n_all = 0
    for expected, found in zip(gold, lines, strict=True):
        for one, other in zip(expected.split(), found.split()):
            if any(letter.isalpha() for letter in one):
                n_all += 1
                n_right += one.lower() == unicodedata.normalize("NFC", other).lower()
    return 100 * n_right / n_all


def table(title, unit, quality):
    print(f"\n| {title} | {unit} | CPU-s | {unit}/CPU-s | µs each | times slower | {quality} |")
    print("|---|---:|---:|---:|---:|---:|---:|")


def row(name, n, used, best, quality):
    slower = f"{best * used / n:.1f}" if best else "1"
    print(f"| {name} | {n} | {used:.3f} | {n / used:.0f} | {1e6 * used / n:.2f} | {slower} | {quality} |")
    return best or n / used


def main():
    root, lines_path, mentions_path = map(pathlib.Path, sys.argv[1:4])
    python = venv(root)
    lines = lines_path.read_text(encoding="utf-8").splitlines()
    mentions = mentions_path.read_text(encoding="utf-8").splitlines()
    shared = os.environ.get("LANGNGHE_SHARED", "")
    dev_path = pathlib.Path(shared) / "data/language/vtb/vi_vtb-ud-dev.conllu"
    dev = treebank(dev_path) if shared and dev_path.exists() else []
    dev_lines = [" ".join(words) for words in dev]
    # The peers get each text once: they are slow, and their time grows evenly.
    once = list(dict.fromkeys(line for line in lines if line.strip()))
    count = lambda texts: sum(len(line.split()) for line in texts)
    text = lambda texts: "\n".join(texts) + "\n"
    starts = {}

    def run(stage, texts):
        starts[stage] = min(ours(root, stage, text(texts[:1]))[1] for _ in range(3))
        out, used = ours(root, stage, text(texts))
        return out, max(used - starts[stage], 1e-3)

    def on_dev(stage, judge, given):
        return f"{judge(ours(root, stage, text(given))[0]):.2f}" if dev else "–"

    def peer_on_dev(job, judge, given):
        return f"{judge(peer(python, job, given)[0]):.2f}" if dev else "–"

    table("word segmentation", "syllables", "F1 on VTB dev")
    judge = lambda out: f1(dev, out)
    best = row("langnghe", count(lines), run("segment", lines)[1], 0, on_dev("segment", judge, dev_lines))
    for name, version in PEERS.items():
        used = peer(python, f"{name} segment", once)[1]
        row(f"{name} {version}", count(once), used, best, peer_on_dev(f"{name} segment", judge, dev_lines))

    table("accents put back", "syllables", "% right on VTB dev")
    stripped, dev_bare = [bare(line) for line in lines], [bare(line) for line in dev_lines]
    judge = lambda out: syllables_right(dev_lines, out)
    best = row("langnghe", count(lines), run("accent", stripped)[1], 0, on_dev("accent", judge, dev_bare))
    used = peer(python, "pyvi accent", [bare(line) for line in once])[1]
    row(f"pyvi {PEERS['pyvi']}", count(once), used, best, peer_on_dev("pyvi accent", judge, dev_bare))

    table("mentions read", "mentions", "what it tells")
    best = row("langnghe place", len(lines), run("place", lines)[1], 0, "units, candidates, agencies")
    used = peer(python, "underthesea ner", once)[1]
    row(f"underthesea {PEERS['underthesea']} ner", len(once), used, best, "names of places, no units")
    used = run("annotate", mentions)[1]
    row("langnghe annotate", len(mentions), used, best, "concern, topic, sentiment, places, personal data")
    print("\nStart-up taken off: " + ", ".join(f"{stage} {used:.3f} CPU-s" for stage, used in starts.items()))


if __name__ == "__main__":
    main()
