"""Ours and Scrapy with trafilatura on the same pages from the same nginx, in one run.

    python3 crawl.py ROOT WORK PAGES

CPU seconds are those of the whole process of each with its start, measured from outside alike; nginx
runs on a port and from a folder of its own and is stopped by its process id.
"""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

HOSTS = 32
root, work, n_pages = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.2.1", 0))
        return probe.getsockname()[1]


def start_nginx(port):
    listens = "\n".join(f"    listen 127.0.2.{host + 1}:{port};" for host in range(HOSTS))
    temp = "\n".join(f"  {kind}_temp_path {work}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (work / "nginx.conf").write_text(
        f"pid {work}/nginx.pid;\nerror_log {work}/error.log;\nworker_processes 1;\ndaemon off;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\n  access_log off;\n  sendfile on;\n{temp}\n"
        f"  types {{ text/html html; }}\n  charset utf-8;\n  keepalive_requests 100000;\n"
        f"  server {{\n{listens}\n    root {work}/www;\n  }}\n}}\n"
    )
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    # nginx started as root reads as another account.
    os.chmod(work, 0o755)
    server = subprocess.Popen([nginx, "-c", str(work / "nginx.conf"), "-e", str(work / "error.log")])
    for _ in range(200):
        try:
            socket.create_connection(("127.0.2.1", port), timeout=1).close()
            return server
        except OSError:
            time.sleep(0.05)
    server.terminate()
    sys.exit("nginx does not answer: " + (work / "error.log").read_text())


def measure(name, command):
    started = time.monotonic()
    child = subprocess.Popen(command, cwd=work, stdout=subprocess.PIPE, text=True)
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{name} failed with {child.returncode}: {said}")
    cpu = (used.ru_utime + used.ru_stime) * 1000 / n_pages
    # Each says its own peak (VmHWM): ru_maxrss would count this process before it became the other.
    peak = int(re.search(r"peak (\d+) kB", said)[1]) / 1024
    print(f"{name:<24} {n_pages} pages: {cpu:6.2f} CPU-s per 1,000 pages, {n_pages / wall:5.0f} pages/s, {peak:5.1f} MB peak | {said.strip()}", flush=True)
    return cpu, peak, n_pages / wall


port = free_port()
server = start_nginx(port)
try:
    ours = measure("langnghe", [str(root / "target/release/examples/bench_fetch"), str(n_pages), str(port)])
    peer = measure("Scrapy + trafilatura", [str(root / ".tools/bench/peers/bin/python"), str(root / "tests/bench/spider.py"), str(n_pages), str(port)])
finally:
    server.terminate()
    server.wait()
print(f"ratio: {peer[0] / ours[0]:.1f} x less CPU, {peer[1] / ours[1]:.1f} x less memory, {ours[2] / peer[2]:.1f} x the pages a second")
