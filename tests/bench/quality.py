"""trafilatura on the pages that eval_extraction reads, by the same measure.

    python quality.py FIXTURES [SHARED/data/extraction]
"""
import collections
import gzip
import json
import pathlib
import re
import sys
import time

import trafilatura

WORD = re.compile(r"\w+")


def shingles(text):
    words = WORD.findall(text)
    return collections.Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)) if words)


def score(pages):
    precisions, recalls = [], []
    started = time.process_time()
    found = [trafilatura.extract(html, include_comments=False) or "" for html, _ in pages]
    seconds = time.process_time() - started
    for text, (_, expected) in zip(found, pages):
        true, pred = shingles(expected), shingles(text)
        shared = sum((true & pred).values())
        if pred:
            precisions.append(shared / sum(pred.values()))
        if true:
            recalls.append(shared / sum(true.values()))
    p, r = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return f"F1 {2 * p * r / (p + r):.3f}, precision {p:.3f}, recall {r:.3f}, {len(pages) / seconds:.0f} pages/CPU-s"


fixtures = []
for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    if "text" in expected:
        fixtures.append(((folder / "source.html").read_bytes(), "\n".join(expected["text"])))
print(f"trafilatura {trafilatura.__version__} on fixtures: {len(fixtures)} pages, {score(fixtures)}")
if len(sys.argv) > 2:
    data = pathlib.Path(sys.argv[2])
    truth = json.loads((data / "ground-truth.json").read_text("utf-8"))
    pages = [(gzip.decompress((data / "html" / f"{id}.html.gz").read_bytes()), page["articleBody"]) for id, page in truth.items()]
    print(f"trafilatura {trafilatura.__version__} on dev pages: {len(pages)} pages, {score(pages)}")
