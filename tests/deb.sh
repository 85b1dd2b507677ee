#!/usr/bin/env bash
# Installs the newest package of target/debian, runs what it installed as its user with its configuration, and
# purges it. Root only: it changes the machine, and puts it back.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(id -u)" != 0 ]; then
  echo "deb-test: SKIPPED, nothing was tested: dpkg needs root"
  exit 0
fi
if dpkg-query -W -f '${Status}' langnghe 2>/dev/null | grep -q installed || [ -e /var/lib/langnghe ]; then
  echo "deb-test: langnghe is on this machine already; not touched" >&2
  exit 1
fi
package=$(ls -t target/debian/langnghe_*.deb | head -n 1)
work=$(mktemp -d)
server=
clean_up() {
  [ -z "$server" ] || kill -TERM "$server" 2>/dev/null || true
  dpkg --purge langnghe >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT

dpkg --info "$package" | sed -n '/Package:/,$p'
dpkg --install "$package" || apt-get install -y -qq --no-install-recommends -f
for file in /usr/bin/langnghe /etc/langnghe/langnghe.toml /usr/lib/systemd/system/langnghe.service \
  /usr/lib/sysusers.d/langnghe.conf /usr/share/man/man1/langnghe.1.gz \
  /usr/share/bash-completion/completions/langnghe; do
  # Debian 12 has /lib and /usr/lib as one.
  [ -e "$file" ] || { echo "deb-test: $file was not installed" >&2; exit 1; }
done
getent passwd langnghe >/dev/null || { echo "deb-test: no user langnghe" >&2; exit 1; }
langnghe --version

# As systemd does by the unit: the folder of the state, the user, the command line.
install -d -o langnghe -g langnghe -m 750 /var/lib/langnghe
start=$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/langnghe.service)
runuser -u langnghe -- $start --listen 127.0.0.1:0 >"$work/out" 2>"$work/log" &
server=$!
for _ in $(seq 300); do
  grep -q '^http' "$work/out" && break
  kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
  sleep 0.2
done
site=$(head -n 1 "$work/out"); site=${site%/}
curl -sf --max-time 20 "$site/readyz"; echo
curl -sf --max-time 20 -o /dev/null "$site/"
runuser -u langnghe -- langnghe --config /etc/langnghe/langnghe.toml --data /var/lib/langnghe doctor || [ $? = 2 ]
# The child of runuser is the program.
kill -TERM "$(cat "/proc/$server/task/$server/children")"
wait "$server"; server=
[ -s /var/lib/langnghe/record.sqlite ]

dpkg --remove langnghe
[ -s /var/lib/langnghe/record.sqlite ] || { echo "deb-test: a removal took the record" >&2; exit 1; }
[ -s /etc/langnghe/langnghe.toml ] || { echo "deb-test: a removal took the settings" >&2; exit 1; }
dpkg --purge langnghe
for place in /var/lib/langnghe /etc/langnghe /usr/bin/langnghe /usr/share/doc/langnghe; do
  [ ! -e "$place" ] || { echo "deb-test: $place is left" >&2; exit 1; }
done
echo "deb-test: installed, ran, removed and purged $package"
