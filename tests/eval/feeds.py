#!/usr/bin/env python3
"""langnghe and feedparser side by side on every feed of ours, in one run.

    python3 -m venv /tmp/peer && /tmp/peer/bin/pip install feedparser
    /tmp/peer/bin/python tests/eval/feeds.py target/debug/langnghe [FOLDER…]

Reads crawler/tests/fixtures/feeds and the tables of crawler/tests/fixtures/feed_cases; each FOLDER
adds its files. Prints how often both agree on the number of entries and on title, link, id and
publication time of each, every difference, and who is right where our tables say so. A time without
a zone is Vietnam's for us and universal for feedparser; such differences of seven hours are counted
apart. Not part of `make test`: it needs a package of another language.
"""
import calendar
import datetime
import gzip
import html
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

import feedparser

ADDRESS = "https://example.vn/feeds/feed.xml"
FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "crawler/tests/fixtures"
CODECS = {"windows-874": "cp874", "macintosh": "mac_roman", "ibm866": "cp866"}
FIELDS = ["title", "url", "id", "published_at"]


def cases(text):
    for block in text.split("### ")[1:]:
        name, rest = block.split("\n", 1)
        case = {"name": name, "body": "", "expected": []}
        for line in rest.split("\n"):
            if line.startswith("=> "):
                case["expected"].append(json.loads(line[3:]))
            elif line.startswith("@"):
                key, _, value = line[1:].partition(" ")
                case[key] = value
            else:
                case["body"] += line + "\n"
        yield case


def encoded(text, how):
    label, _, mark = how.partition(" ")
    if mark:
        text = "\ufeff" + text
    if label == "windows-1258":
        text = unicodedata.normalize("NFC", text).translate({0x1B0: "ư", 0x1A1: "ơ"})
        out = b""
        for char in text:
            try:
                out += char.encode("cp1258")
            except UnicodeEncodeError:
                base, tone = split_tone(char)
                out += base.encode("cp1258") + tone.encode("cp1258")
        return out
    return text.encode(CODECS.get(label, label))


def split_tone(char):
    """A Vietnamese letter as the base that cp1258 has, and its tone mark."""
    marks = unicodedata.normalize("NFD", char)
    tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
    base = "".join(mark for mark in marks if mark not in tones)
    return unicodedata.normalize("NFC", base), "".join(tones)


def unescaped(data):
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), data)


def table_feeds():
    folder = FIXTURES / "feed_cases"
    wrappers = {c["name"]: c["body"].rstrip() for c in cases((folder / "wrappers.txt").read_text())}
    for path in sorted(folder.glob("*.txt")):
        if path.name == "wrappers.txt":
            continue
        for case in cases(path.read_text()):
            body = case["body"].rstrip("\n")
            text = wrappers[case["wrap"]].replace("{}", body, 1) if "wrap" in case else body
            data = encoded(text, case.get("encoding", "utf-8"))
            data = unescaped(data) if "bytes" in case else data
            data = gzip.compress(data) if "gzip" in case else data
            yield f"{path.stem}: {case['name']}", data, case


def file_feeds(folders):
    for folder in [FIXTURES / "feeds", *map(pathlib.Path, folders)]:
        for path in sorted(p for p in folder.iterdir() if p.is_file() and p.suffix != ".json"):
            yield f"{folder.name}/{path.name}", path.read_bytes(), {}


def ours(program, data):
    run = subprocess.run([program, "feed", "--url", ADDRESS, "-"], input=data, capture_output=True)
    lines = run.stdout.decode().splitlines()
    return run.returncode, [json.loads(line) for line in lines]


def theirs(data):
    headers = {"content-location": ADDRESS}
    feed = feedparser.parse(data, response_headers=headers, sanitize_html=True)
    entries = []
    for entry in feed.entries:
        when = next((entry[key] for key in ("published_parsed", "created_parsed", "updated_parsed")
                     if entry.get(key)), None)
        entries.append({
            "title": plain(entry.get("title")),
            "url": entry.get("link") or None,
            "id": entry.get("id") or None,
            "published_at": calendar.timegm(when) if when else None,
        })
    return entries


def plain(text):
    """feedparser keeps markup in titles; we give plain text."""
    if not text:
        return None
    text = html.unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", text))
    return " ".join(unicodedata.normalize("NFC", text).split()) or None


def comparable(entry):
    entry = {field: entry.get(field) for field in FIELDS}
    if entry["published_at"]:
        moment = datetime.datetime.fromisoformat(entry["published_at"])
        entry["published_at"] = int(moment.timestamp())
    entry["title"] = plain(html.escape(entry["title"])) if entry["title"] else None
    return entry


def main(program, folders):
    n = {"feeds": 0, "same count": 0, "exit 0": 0, "entries": 0}
    same = dict.fromkeys(FIELDS, 0)
    both = dict.fromkeys(FIELDS, 0)
    n_zone = 0
    differences = []
    for name, data, case in [*file_feeds(folders), *table_feeds()]:
        code, found = ours(program, data)
        peer = theirs(data)
        n["feeds"] += 1
        n["exit 0"] += code == 0
        n["same count"] += len(found) == len(peer)
        note = f" [{case['peer']}]" if case.get("peer") else ""
        if len(found) != len(peer):
            differences.append(f"{name}: {len(found)} entries, feedparser {len(peer)}{note}")
            continue
        for mine, other in zip(map(comparable, found), peer):
            n["entries"] += 1
            for field in FIELDS:
                if mine[field] is None and other[field] is None:
                    continue
                both[field] += 1
                if mine[field] == other[field]:
                    same[field] += 1
                elif field == "published_at" and mine[field] and other[field] \
                        and other[field] - mine[field] == 7 * 3600:
                    n_zone += 1
                else:
                    differences.append(f"{name}: {field} {mine[field]!r}, feedparser {other[field]!r}{note}")
    print("\n".join(differences))
    print(f"\nfeedparser {feedparser.__version__}:", ", ".join(f"{k} {v}" for k, v in n.items()))
    for field in FIELDS:
        print(f"{field}: {same[field]} of {both[field]} the same")
    print(f"published_at: {n_zone} more differ by the seven hours of Vietnam, where no zone is given")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
