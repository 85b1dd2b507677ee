#!/usr/bin/env bash
# Makes a libtorch 2.4.0 for the CPU, which is what rust-bert 0.23 wants, out of the Python package of
# torch: about 800 MB are fetched, 520 MB kept. Linux on x86-64 only.
#
#   tests/libtorch.sh FOLDER
#
# The package is built for CUDA. Its CPU library runs without CUDA once the two libraries it names and
# never calls are there, so empty ones take their place; libtorch.so, which would load the CUDA half, is
# replaced by one that needs the CPU half alone. Built with the old C++ ABI: LIBTORCH_CXX11_ABI=0.
set -euo pipefail

version=2.4.0
if [ $# -ne 1 ]; then
  echo "usage: tests/libtorch.sh FOLDER" >&2
  exit 64
fi
folder="$1"
if [ "$(cat "$folder/build-version" 2>/dev/null || true)" = "$version" ]; then
  echo "libtorch $version is in $folder"
  exit 0
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
  --python-version 3.11 --platform manylinux1_x86_64 --dest "$work" "torch==$version"
wheel=("$work"/torch-*.whl)
python3 - "${wheel[0]}" "$work" <<'PY'
import sys, zipfile
wheel, into = sys.argv[1:]
wanted = ("torch/include/", "torch/lib/libtorch_cpu.so", "torch/lib/libc10.so", "torch/lib/libgomp-")
with zipfile.ZipFile(wheel) as package:
    package.extractall(into, [name for name in package.namelist() if name.startswith(wanted)])
PY
rm -f "${wheel[0]}"

lib="$work/torch/lib"
echo 'void langnghe_never_called(void) {}' > "$work/empty.c"
stand_in() { # file, further options of the linker …
  local name="$1"; shift
  cc -shared -fPIC -Wl,-soname,"$name" -o "$lib/$name" "$work/empty.c" "$@"
}
stand_in libcudart.so.12
stand_in libcupti.so.12
stand_in libtorch.so -L"$lib" -Wl,--no-as-needed -ltorch_cpu -Wl,--allow-shlib-undefined

rm -rf "$folder"
mkdir -p "$folder"
mv "$work/torch/include" "$work/torch/lib" "$folder/"
# Last, so that an interrupted run is begun again.
echo "$version" > "$folder/build-version"
echo "libtorch $version made in $folder"
