#!/usr/bin/env bash
# Installs what `make test` needs and is not there yet. Debian packages by apt (as root or through
# sudo), checkers into .tools, browser drivers by npm.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.tools/bin:$PATH"

packages=(
  wordpress wordpress-theme-twentytwentytwo mariadb-server php-cli php-mysql php-xml php-mbstring
  chromium fonts-noto-core nginx-light opensmtpd poppler-utils wrk libfaketime mandoc systemd strace
  postgresql
)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
command -v node >/dev/null || missing+=(nodejs npm)
# A part of the Bluesky server is compiled: a compiler and the headers of node.
command -v g++ >/dev/null || missing+=(g++)
command -v make >/dev/null || missing+=(make)
[ -d /usr/include/node ] || missing+=(libnode-dev)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
if ((${#missing[@]})); then
  echo "tools: installing ${missing[*]}"
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# Of Prometheus only the tool that checks rules, without the service.
if [ ! -x .tools/bin/promtool ]; then
  unpacked=$(mktemp -d)
  (cd "$unpacked" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .)
  mkdir -p .tools/bin && cp "$unpacked/usr/bin/promtool" .tools/bin/
  rm -r "$unpacked"
fi

[ -x .tools/bin/python ] || python3 -m venv .tools
.tools/bin/python -m pip install -q --disable-pip-version-check typos==1.52.0 warcio==1.8.1 standardwebhooks==1.1.0 \
  pypdf==7.1.0 schemathesis==4.32.5 feedparser==6.0.14 icalendar==7.3.0 geojson-validator==0.7.0 \
  pyarrow==26.0.1 frictionless==5.21.0 three==0.8.0

command -v cargo-nextest >/dev/null || cargo install --locked --quiet cargo-nextest

# A part of the Bluesky server and a checker are compiled, each on one core: side by side.
# With the headers of node that are installed: fetching others would need another host.
[ -d tests/peers/node_modules ] || npm_config_nodedir=/usr npm --prefix tests/peers ci --silent --no-audit --no-fund &
peers=$!
# Unoptimised: it runs for a second, and is built anew on every clean machine.
command -v cargo-deny >/dev/null || cargo install --debug --locked --quiet --root .tools cargo-deny@0.20.2
[ -d tests/browser/node_modules ] || npm --prefix tests/browser ci --silent --no-audit --no-fund
[ -d tests/peers/prism/node_modules ] || npm --prefix tests/peers/prism ci --silent --no-audit --no-fund
[ -d tests/peers/idp/node_modules ] || npm --prefix tests/peers/idp ci --silent --no-audit --no-fund --ignore-scripts
wait "$peers"
