#!/usr/bin/env bash
# Builds the image of ops/Containerfile over a base that debootstrap makes here, runs it, looks at it, stops it
# and runs it again on the same volume. Root only; needs podman and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(id -u)" != 0 ]; then
  echo "container-test: SKIPPED, nothing was tested: debootstrap needs root"
  exit 0
fi
missing=()
for tool in podman debootstrap; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
[ ${#missing[@]} = 0 ] || { echo "container-test: apt-get install ${missing[*]}" >&2; exit 1; }
[ -x target/release/langnghe ] || { echo "container-test: run cargo build --release first" >&2; exit 1; }

work=$(mktemp -d)
# An image store of its own: the machine's is not touched, and nothing is left.
# runc where it is: crun refuses machines with both kinds of cgroups.
runtime=$(command -v runc || command -v crun)
podman() {
  command podman --root "$work/store" --runroot "$work/run" --storage-driver vfs --cgroup-manager cgroupfs \
    --runtime "$runtime" "$@"
}
clean_up() {
  podman rm --all --force --time 0 >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT

# What stands for debian:bookworm-slim.
debootstrap --variant=minbase bookworm "$work/base" >"$work/base.log" 2>&1 || { tail -n 20 "$work/base.log" >&2; exit 1; }
tar -C "$work/base" -c . | podman import - localhost/debian:bookworm-slim >/dev/null
rm -rf "$work/base"
printf 'unqualified-search-registries = ["localhost"]\nshort-name-mode = "permissive"\n' > "$work/names.conf"
export CONTAINERS_REGISTRIES_CONF="$work/names.conf"

podman build --pull=never --isolation chroot --network host --build-arg PROGRAM=given -f ops/Containerfile -t langnghe .
run() {
  podman run --detach --network host --log-driver k8s-file --volume langnghe:/var/lib/langnghe \
    --ulimit "nofile=$(ulimit -Hn):$(ulimit -Hn)" --ulimit nproc=4096:4096 --name "$1" langnghe "${@:2}" >/dev/null
}
wait_for_site() {
  for _ in $(seq 150); do
    site=$(podman logs "$1" 2>/dev/null | grep -m1 -oE 'http://[0-9.]+:[0-9]+' || true)
    [ -z "$site" ] || return 0
    [ "$(podman inspect --format '{{.State.Running}}' "$1")" = true ] || break
    sleep 0.2
  done
  podman logs "$1" >&2
  exit 1
}
run first serve --listen 127.0.0.1:0
wait_for_site first
curl -sf --max-time 20 "$site/readyz"; echo
curl -sf --max-time 20 -o /dev/null "$site/"
[ "$(podman exec first id -un)" = langnghe ] || { echo "container-test: it runs as $(podman exec first id -un)" >&2; exit 1; }
podman exec first test -s /var/lib/langnghe/record.sqlite
podman stop --time 30 first >/dev/null
code=$(podman inspect --format '{{.State.ExitCode}}' first)
[ "$code" = 0 ] || { echo "container-test: it stopped with $code" >&2; podman logs first >&2; exit 1; }
run second serve --listen 127.0.0.1:0
wait_for_site second
curl -sf --max-time 20 "$site/readyz"; echo
podman stop --time 30 second >/dev/null
size=$(podman image inspect --format '{{.Size}}' langnghe)
echo "container-test: built ($((size / 1000000)) MB), ran as its user, stopped with 0, ran again on its volume"
