#!/usr/bin/env bash
# Makes what the crawl bench compares with: Scrapy and trafilatura, pinned, in .tools/bench, and nginx.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v nginx >/dev/null && [ ! -x /usr/sbin/nginx ]; then
  echo "bench: installing nginx-light"
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends nginx-light >/dev/null
fi
venv=.tools/bench/peers
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
# lxml_html_clean: justext, which trafilatura falls back on, does not ask for it any more.
"$venv/bin/python" -c 'import scrapy, trafilatura' 2>/dev/null ||
  "$venv/bin/python" -m pip install -q --disable-pip-version-check \
    scrapy==2.19.0 trafilatura==2.3.1 lxml==6.1.3 lxml_html_clean==0.4.6
