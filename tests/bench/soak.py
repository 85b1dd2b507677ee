#!/usr/bin/env python3
"""Ten minutes of mixed load on the built program, then more than it bears. Nothing but the standard library
and, for the overload, wrk.

  tests/bench/soak.py BINARY          SOAK_SECONDS=600 SOAK_OVERLOAD_SECONDS=60 SOAK_READERS=200

Every answer is looked at. It fails when one was wrong, something acknowledged is not in the record, a
queue did not empty, memory grew, or the program did not recover; figures of time are printed and judged
by whoever reads them, for they are as good as the machine is quiet.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/langnghe").resolve()
SECONDS = int(os.environ.get("SOAK_SECONDS", "600"))
OVERLOAD_S = int(os.environ.get("SOAK_OVERLOAD_SECONDS", "60"))
N_READERS = int(os.environ.get("SOAK_READERS", "200"))

# The hotline of the city had 14,707 tickets in a reporting month: 490 a day. For every ticket some ten posts
# and articles are assumed, 5,400 voices a day together; ten times that is 0.63 a second.
TICKETS_PER_S = 0.6
ARTICLES_PER_S = 0.1
THINK_S = (2.0, 8.0)
EDIT_EVERY_S = 10.0
# Of the run, this share is warm-up and not judged for memory.
WARM_UP = 0.3
# Growth of memory after it, beyond which the run fails: a day of it would be some 3 GB.
GROWTH_MAX_KB_S = 35.0
PASSWORD = "bốn từ ngẫu nhiên"
KEY = bytes([9] * 32)


class Wrong(Exception):
    """An answer that is not as it must be."""


class Client:
    """One connection that stays open, as a browser's."""

    def __init__(self, port):
        self.port, self.reader, self.writer = port, None, None

    async def ask(self, method, path, headers=(), body=b""):
        for attempt in (1, 2):
            try:
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n"
                head += "".join(f"{name}: {value}\r\n" for name, value in headers)
                head += f"content-length: {len(body)}\r\n\r\n" if body or method == "POST" else "\r\n"
                self.writer.write(head.encode() + body)
                return await asyncio.wait_for(self._answer(), 30)
            except (ConnectionError, asyncio.IncompleteReadError):
                # Closed while it was idle: once more on a new one.
                self.close()
                if attempt == 2:
                    raise

    async def _answer(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(": ")
            headers.setdefault(name.lower(), value)
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                n = int(await self.reader.readline(), 16)
                body += await self.reader.readexactly(n)
                await self.reader.readline()
                if n == 0:
                    break
        else:
            body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.close()
        return status, headers, body

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


class Run:
    """What is known of the program that runs, and what was seen of it."""

    def __init__(self, folder):
        self.folder = folder
        self.port = self.metrics_port = 0
        self.process = None
        self.times = defaultdict(list)
        self.n_acknowledged = 0
        self.n_edits = 0
        self.articles = []
        self.memory, self.allocated = [], []
        self.lags = defaultdict(list)
        self.wrong = []
        self.units, self.concerns = [], []

    def complain(self, words):
        self.wrong.append(words)
        if len(self.wrong) <= 20:
            print("WRONG:", words, flush=True)


def texts():
    """What people say, from the gold mentions that are invented."""
    lines = (ROOT / "tests/fixtures/gold/part_b.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def prepare(run, feed_port):
    folder = run.folder
    kept = folder / "data"
    subprocess.run([BINARY, "demo", "--once", "--listen", "127.0.0.1:0", "--keep", kept], check=True,
                   stdout=subprocess.DEVNULL, env={**os.environ, "LANGNGHE_LOG": "warn"})
    run.metrics_port = free_port()
    (folder / "langnghe.toml").write_text(f"""
[server]
listen = "127.0.0.1:0"
[data]
dir = "{kept}"
[crawl]
delay_min = "0s"
delay_factor = 0.0
poll_min = "5s"
allowed_networks = ["127.0.0.0/8"]
[schedule]
refresh_every = "60s"
edits_wait = "30s"
[access]
insecure_loopback = true
[api]
anonymous_per_minute = 10000000
[metrics]
listen = "127.0.0.1:{run.metrics_port}"
[files]
folder = "."
""", encoding="utf-8")
    (folder / "sources.toml").write_text(f"""
[[source]]
id = "tong-dai"
name = "Tổng đài"
channel = "hotline"
kind = "webhook"
secret = "secret"
[[source]]
id = "bao-moi"
name = "Báo Mới"
channel = "press"
kind = "feed"
url = "http://127.0.0.1:{feed_port}/rss"
poll_every = "5s"
""", encoding="utf-8")
    (folder / "secret").write_text("whsec_" + base64.b64encode(KEY).decode() + "\n")
    subprocess.run([BINARY, "--config", "langnghe.toml", "user", "add", "an", "--name", "An", "--role", "press_officer"],
                   cwd=folder, input=PASSWORD.encode() + b"\n", check=True, stdout=subprocess.DEVNULL)


def free_port():
    import socket
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def start(run):
    log = open(run.folder / "log", "wb")
    run.process = subprocess.Popen([BINARY, "--config", "langnghe.toml", "serve"], cwd=run.folder,
                                   stdout=subprocess.PIPE, stderr=log, env={**os.environ, "LANGNGHE_LOG": "warn"})
    line = run.process.stdout.readline().decode()
    found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
    if not found:
        sys.exit("the program did not start: " + (run.folder / "log").read_text())
    run.port = int(found[1])


def must(is_so, words):
    if not is_so:
        raise Wrong(words)


def page(words):
    def check(body):
        text = body.decode()
        must(text.rstrip().endswith("</html>"), "the page is not whole")
        must(words in text, f"`{words}` is not in the page")
    return check


def as_json(is_right):
    def check(body):
        must(is_right(json.loads(body)), "the answer holds something else")
    return check


def paths(run, dice):
    """What a reader asks for next: kind, address, what must be in the answer."""
    unit, concern = dice.choice(run.units), dice.choice(run.concerns)
    word = dice.choice(["ngap", "rác", "đèn đường", "nuoc", "karaoke", "xe buýt"])
    kinds = [
        (20, "digest", "/", page("Bản tin")),
        (20, "unit", f"/don-vi/{unit}", page("</main>")),
        (14, "concern", f"/van-de/{concern}", page("</main>")),
        (10, "map", "/ban-do", page("</main>")),
        (4, "map image", "/ban-do.svg", lambda body: must(body.rstrip().endswith(b"</svg>"), "no drawing")),
        (8, "search", "/tim-kiem?q=" + quote(word), page("</main>")),
        (4, "api search", "/api/v1/search?q=" + quote(word), as_json(lambda found: len(found) > 0)),
        (8, "api digest", "/api/v1/digests?unit=city", as_json(lambda found: len(found) > 0)),
        (4, "api signals", "/api/v1/signals", as_json(lambda found: len(found) > 0)),
        (8, "style sheet", run.style, lambda body: must(b"@media" in body, "no style sheet")),
    ]
    return dice.choices(kinds, [kind[0] for kind in kinds])[0][1:]


async def reader(run, seed, until):
    dice = random.Random(seed)
    client = Client(run.port)
    await asyncio.sleep(dice.uniform(0, THINK_S[1]))
    while time.monotonic() < until:
        kind, path, check = paths(run, dice)
        await timed(run, client, kind, "GET", path, check)
        await asyncio.sleep(dice.uniform(*THINK_S))
    client.close()


async def timed(run, client, kind, method, path, check, headers=(), body=b"", expected=200):
    began = time.monotonic()
    try:
        status, answered, words = await client.ask(method, path, headers, body)
        run.times[kind].append(time.monotonic() - began)
        must(status == expected, f"{status} instead of {expected}: {words[:200]!r}")
        check(words)
        return answered, words
    except (Wrong, ValueError, OSError, asyncio.TimeoutError, asyncio.IncompleteReadError) as wrong:
        run.complain(f"{kind} {path}: {type(wrong).__name__} {wrong}")
        client.close()
        return None, b""


def delivery(number, words, dice, run):
    said = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    body = json.dumps({
        "id": f"SOAK-{number}", "received_at": said, "text": f"{words} Số {number}.",
        "ticket": {"status": "open", "field": "Hạ tầng đô thị", "address": f"Phường {dice.choice(run.unit_names)}"},
    }, ensure_ascii=False).encode()
    at = str(int(time.time()))
    message = f"soak_{number}"
    signed = hmac.new(KEY, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return [("content-type", "application/json"), ("webhook-id", message), ("webhook-timestamp", at),
            ("webhook-signature", "v1," + base64.b64encode(signed).decode())], body


async def hotline(run, until, said):
    dice, client, number = random.Random(1), Client(run.port), 0
    while time.monotonic() < until:
        number += 1
        headers, body = delivery(f"{os.getpid()}-{number}", dice.choice(said), dice, run)
        check = as_json(lambda answer: answer["status"] == "recorded" and answer["n_new"] == 1)
        answered, _ = await timed(run, client, "delivery", "POST", "/hooks/tong-dai", check, headers, body)
        run.n_acknowledged += answered is not None
        await asyncio.sleep(dice.expovariate(TICKETS_PER_S))


async def newspaper(run, until, said):
    dice = random.Random(2)
    while time.monotonic() < until:
        await asyncio.sleep(dice.expovariate(ARTICLES_PER_S))
        run.articles.append((len(run.articles) + 1, time.time(), dice.choice(said)))


async def press(run, reader, writer):
    """The newspaper's server."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ")[1].decode()
            status, kind, body = "200 OK", "text/html; charset=utf-8", ""
            if path == "/rss":
                kind = "application/rss+xml; charset=utf-8"
                items = "".join(
                    f"<item><title>Tin số {n}: {said[:60]}</title><link>http://{host(run)}/bai/{n}</link>"
                    f"<pubDate>{time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime(at))}</pubDate></item>"
                    for n, at, said in reversed(run.articles[-40:]))
                body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Báo Mới</title>{items}</channel></rss>"
            elif path.startswith("/bai/") and int(path[5:]) <= len(run.articles):
                n, _, said = run.articles[int(path[5:]) - 1]
                body = (f"<!doctype html><html lang=vi><head><title>Tin số {n}</title></head><body><article>"
                        f"<h1>Tin số {n}: {said[:60]}</h1>" + f"<p>{said}</p>" * 6 + "</article></body></html>")
            else:
                status = "404 Not Found"
            body = body.encode()
            writer.write(f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


def host(run):
    return f"127.0.0.1:{run.feed_port}"


async def officer(run, until):
    """Signs in, renames concerns and looks at what there is to do."""
    client, dice = Client(run.port), random.Random(3)
    here = [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")]
    form = urlencode({"ten": "an", "mat_khau": PASSWORD}).encode()
    answered, _ = await timed(run, client, "sign in", "POST", "/dang-nhap", lambda _: None, here, form, 303)
    if not answered:
        return
    cookie = [("cookie", answered["set-cookie"].split(";")[0])]
    while time.monotonic() < until:
        concern = dice.choice(run.concerns[:5])
        path = f"/ban-lam-viec/van-de/{concern}"
        _, words = await timed(run, client, "desk", "GET", path, page("</main>"), cookie)
        seen = re.search(r'name="viec" value="ten"><input type="hidden" name="thay" value="([^"]+)"', words.decode())
        if seen:
            change = {"viec": "ten", "thay": seen[1], "ten": f"Tên thử lần {run.n_edits + 1}", "ly_do": "thử tải"}
            answered, _ = await timed(run, client, "edit", "POST", path + "/sua", lambda _: None, here + cookie,
                                      urlencode(change).encode(), 303)
            run.n_edits += answered is not None
        elif words:
            run.complain(f"{path} has no form to rename it")
        for kind, path in (("board", "/ban-lam-viec"), ("press", "/bao-chi"), ("requests", "/yeu-cau"), ("alerts", "/canh-bao")):
            await timed(run, client, kind, "GET", path, page("</main>"), cookie)
        await asyncio.sleep(EDIT_EVERY_S)


async def figures(run):
    """All of /metrics as a table."""
    client = Client(run.metrics_port)
    _, _, text = await client.ask("GET", "/metrics")
    client.close()
    lines = [line.rsplit(" ", 1) for line in text.decode().splitlines() if line and line[0] != "#"]
    return {name: float(value) for name, value in lines}


LAGS = {
    "index": "langnghe_index_lag_writes",
    "pages waiting": "langnghe_queue_pages_waiting",
    "webhooks waiting": 'langnghe_outbox_messages{way="webhook",state="waiting"}',
    "mail waiting": 'langnghe_outbox_messages{way="mail",state="waiting"}',
}


def resident_kb(run, part="VmRSS"):
    """Memory that is resident: all of it, what the program allocated (RssAnon) or what it has open of files (RssFile)."""
    status = Path(f"/proc/{run.process.pid}/status").read_text()
    return int(re.search(rf"{part}:\s+(\d+)", status)[1])


async def watch(run, until):
    """Memory every second, queues every five."""
    tick = 0
    while time.monotonic() < until:
        if run.process.poll() is not None:
            run.complain(f"the program ended with {run.process.returncode}")
            return
        run.memory.append((time.monotonic(), resident_kb(run)))
        run.allocated.append((time.monotonic(), resident_kb(run, "RssAnon")))
        if tick % 5 == 0:
            told = await figures(run)
            for name, metric in LAGS.items():
                run.lags[name].append(told.get(metric, 0.0))
        tick += 1
        await asyncio.sleep(1)


def slope(points):
    """Least squares, in kB a second."""
    n = len(points)
    mean_t, mean_v = sum(t for t, _ in points) / n, sum(v for _, v in points) / n
    above = sum((t - mean_t) * (v - mean_v) for t, v in points)
    below = sum((t - mean_t) ** 2 for t, _ in points)
    return above / below if below else 0.0


def minutes(points):
    """Means of whole minutes, in MB."""
    kb = [kb for _, kb in points]
    return [sum(kb[n:n + 60]) / 60 / 1024 for n in range(0, len(kb) - 59, 60)]


def share(values, q):
    return sorted(values)[min(len(values) - 1, int(len(values) * q))] * 1000


def table(run, title):
    print(f"\n{title}\n\n| kind | answers | p50 ms | p95 ms | p99 ms | slowest ms |\n|---|---:|---:|---:|---:|---:|")
    for kind, times in sorted(run.times.items(), key=lambda one: -len(one[1])):
        print(f"| {kind} | {len(times)} | {share(times, .5):.1f} | {share(times, .95):.1f} | {share(times, .99):.1f} "
              f"| {max(times) * 1000:.1f} |")
    sys.stdout.flush()


LUA = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args) n200, n503, other, without = 0, 0, 0, 0 end
function response(status, headers, body)
  if status == 200 then n200 = n200 + 1
  elseif status == 503 then
    n503 = n503 + 1
    if not headers["retry-after"] then without = without + 1 end
  else other = other + 1 end
end
function done(summary, latency, requests)
  local all = {0, 0, 0, 0}
  for _, thread in ipairs(threads) do
    for i, name in ipairs({"n200", "n503", "other", "without"}) do all[i] = all[i] + thread:get(name) end
  end
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %.1f %.1f\\n", all[1], all[2], all[3], all[4],
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3))
end
"""


async def overload(run, said):
    """Five times as many readers at once as there are places, none of whom waits; meanwhile a supervisor and
    the hotline are answered."""
    print(f"\nOverload: 640 connections without a pause for {OVERLOAD_S} s (128 places for pages)", flush=True)
    script = run.folder / "overload.lua"
    script.write_text(LUA)
    before = await figures(run)
    wrk = await asyncio.create_subprocess_exec(
        "wrk", "-t", "2", "-c", "640", "-d", f"{OVERLOAD_S}s", "--timeout", "20s", "-s", str(script),
        f"http://127.0.0.1:{run.port}/", stdout=asyncio.subprocess.PIPE)
    until = time.monotonic() + OVERLOAD_S - 1
    run.times.clear()
    supervisor, hotline_client, dice, number, memory = Client(run.port), Client(run.port), random.Random(5), 0, []
    while time.monotonic() < until:
        await timed(run, supervisor, "livez", "GET", "/livez", lambda body: must(body == b"ok\n", "not ok"))
        number += 1
        headers, body = delivery(f"{os.getpid()}-o{number}", dice.choice(said), dice, run)
        answered, _ = await timed(run, hotline_client, "delivery", "POST", "/hooks/tong-dai",
                                  as_json(lambda answer: answer["status"] == "recorded"), headers, body)
        run.n_acknowledged += answered is not None
        memory.append(resident_kb(run))
        await asyncio.sleep(0.5)
    out = (await wrk.communicate())[0].decode()
    ended = time.monotonic()
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+)", out)
    n_ok, n_away, n_other, n_without, n_broken = map(int, found.groups()[:5])
    print(f"answered 200: {n_ok / OVERLOAD_S:.0f}/s, 503: {n_away / OVERLOAD_S:.0f}/s, other: {n_other}, 503 without "
          f"Retry-After: {n_without}, broken connections: {n_broken}; p50 {found[6]} ms, p99 {found[7]} ms; memory "
          f"at most {max(memory) / 1024:.0f} MB")
    if n_other or n_without or n_broken or not n_away or not n_ok:
        run.complain("the overload was not answered as it must be")
    table(run, "Meanwhile")
    run.times.clear()
    client, in_a_row = Client(run.port), 0
    while in_a_row < 10 and time.monotonic() < ended + 60:
        began = time.monotonic()
        status, _, _ = await client.ask("GET", "/")
        is_well = status == 200 and time.monotonic() - began < 0.25
        in_a_row = in_a_row + 1 if is_well else 0
        if in_a_row == 1:
            recovered = began - ended
    if in_a_row < 10:
        run.complain("no recovery within a minute")
    else:
        print(f"recovered after {max(0.0, recovered) * 1000:.0f} ms: from then on ten pages in a row within 250 ms")
    told = await figures(run)
    metric = 'langnghe_http_requests_turned_away_total{class="page"}'
    if told[metric] - before[metric] != n_away:
        print(f"note: the program counted {told[metric] - before[metric]:.0f} turned away, wrk {n_away} before it stopped reading")


async def settle(run):
    """What was acknowledged is in the record, and every queue empties."""
    client, end = Client(run.port), time.monotonic() + 120
    while True:
        told = await figures(run)
        behind = {name: told.get(metric, 0.0) for name, metric in LAGS.items() if told.get(metric, 0.0) > 0}
        if not behind:
            break
        if time.monotonic() > end:
            run.complain(f"still waiting after two minutes: {behind}")
            break
        await asyncio.sleep(2)
    client.close()
    return told


async def main():
    folder = Path(tempfile.mkdtemp(prefix="langnghe-soak-"))
    run = Run(folder)
    try:
        said = texts()
        server = await asyncio.start_server(lambda r, w: press(run, r, w), "127.0.0.1", 0)
        run.feed_port = server.sockets[0].getsockname()[1]
        prepare(run, run.feed_port)
        start(run)
        client = Client(run.port)
        _, _, units = await client.ask("GET", "/api/v1/units")
        units = json.loads(units)
        run.units = [unit["code"] for unit in units]
        run.unit_names = [unit["name"] for unit in units]
        _, _, digests = await client.ask("GET", "/api/v1/digests?unit=city")
        run.concerns = sorted(set(re.findall(r'"concern":\s*"([^"]+)"', digests.decode())))
        must(run.units and run.concerns, "the sample city has no digest")
        _, _, first = await client.ask("GET", "/")
        run.style = re.search(r'rel="stylesheet" href="([^"]+)"', first.decode())[1]
        n_before = (await figures(run))['langnghe_record_rows{table="mentions"}']
        load = os.getloadavg()
        print(f"machine: {os.cpu_count()} cores, load {load[0]:.1f} {load[1]:.1f} before; {SECONDS} s, {N_READERS} readers, "
              f"{TICKETS_PER_S}/s tickets, {ARTICLES_PER_S}/s articles, {n_before:.0f} mentions of 35 days", flush=True)
        cpu_before = cpu_s(run)
        until = time.monotonic() + SECONDS
        tasks = [reader(run, seed, until) for seed in range(N_READERS)]
        await asyncio.gather(*tasks, hotline(run, until, said), newspaper(run, until, said), officer(run, until), watch(run, until))
        load = os.getloadavg()
        cpu = cpu_s(run) - cpu_before
        table(run, f"Mixed load for {SECONDS} s; load of the machine after it {load[0]:.1f} {load[1]:.1f}, "
                   f"{cpu:.0f} CPU-s of the program")
        steady = run.memory[int(len(run.memory) * WARM_UP):]
        growth = slope(steady)
        print(f"\nmemory: {steady[0][1] / 1024:.0f} MB after the warm-up, {steady[-1][1] / 1024:.0f} MB at the end, at most "
              f"{max(kb for _, kb in run.memory) / 1024:.0f} MB; slope {growth:.1f} kB/s")
        steady = run.allocated[int(len(run.allocated) * WARM_UP):]
        print(f"of it allocated (the rest are files that are open, the index and the program): {steady[0][1] / 1024:.0f} MB, "
              f"{steady[-1][1] / 1024:.0f} MB; slope {slope(steady):.1f} kB/s")
        print("allocated, mean of each minute: " + ", ".join(f"{mb:.0f}" for mb in minutes(run.allocated)) + " MB")
        if SECONDS >= 300 and growth > GROWTH_MAX_KB_S:
            run.complain(f"memory grows by {growth:.1f} kB/s")
        print("queues, at most: " + ", ".join(f"{name} {max(lags):.0f}" for name, lags in run.lags.items()))
        if OVERLOAD_S:
            await overload(run, said)
        told = await settle(run)
        n_new = told['langnghe_record_rows{table="mentions"}'] - n_before
        n_digests = told['langnghe_record_rows{table="digests"}']
        print(f"\n{run.n_acknowledged} tickets acknowledged, {len(run.articles)} articles printed, {n_new:.0f} mentions more "
              f"in the record; {run.n_edits} edits; {n_digests:.0f} digests")
        if n_new < run.n_acknowledged:
            run.complain("a ticket was acknowledged and is not in the record")
        errors = (folder / "log").read_text()
        if " ERROR " in errors:
            run.complain("the log holds errors:\n" + errors[-2000:])
    finally:
        if run.process and run.process.poll() is None:
            run.process.terminate()
            if run.process.wait(60) != 0:
                run.complain(f"stopped with {run.process.returncode}")
        shutil.rmtree(folder, ignore_errors=True)
    return run.wrong


def cpu_s(run):
    fields = Path(f"/proc/{run.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


wrong = asyncio.run(main())
if wrong:
    sys.exit(f"{len(wrong)} things were wrong, the first: {wrong[0]}")
print("soak: nothing was wrong")
