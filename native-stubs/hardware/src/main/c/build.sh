#!/bin/sh
# Builds the simulated NVML and the simulated nvidia-smi: build.sh OUTPUT_DIRECTORY. Does nothing when the result is newer than every source.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
compiler=${CC:-cc}
case $(uname -m) in
  x86_64 | amd64) arch=x86_64 ;;
  aarch64 | arm64) arch=aarch64 ;;
  *) echo "native-stubs/hardware: the simulated NVML is for 64-bit x86 and ARM, this machine is $(uname -m)" >&2; exit 1 ;;
esac
out=$1/native/linux-$arch/libnvidia-ml.so.1
smi=$1/native/linux-$arch/nvidia-smi
if [ -f "$out" ] && [ -f "$smi" ] && [ -z "$(find "$here" -newer "$out" -type f)" ]; then
  exit 0
fi
if ! command -v "$compiler" >/dev/null 2>&1; then
  echo "native-stubs/hardware: no C compiler '$compiler' found; install one (Debian: apt-get install gcc libc6-dev) or set CC" >&2
  exit 1
fi
mkdir -p "$(dirname "$out")"
# One order of the sources, no paths, no build id: the same bytes on every build.
cd "$here"
"$compiler" -std=gnu11 -O2 -fPIC -shared -fvisibility=hidden -pthread -Wall -Wextra \
  -o "$out.new" carve.c edit.c events.c fields.c gpm.c identity.c mig.c model.c partition.c processes.c readings.c reliability.c session.c state.c \
  topology.c \
  -Wl,-soname,libnvidia-ml.so.1 -Wl,-z,defs -Wl,--build-id=none -Wl,-s -ldl
# Static, for containers without a C library. Where there is no static one to link with, it runs in the others only.
build_smi() {
  "$compiler" -std=gnu11 -O2 -Wall -Wextra "$@" -o "$smi.new" smi.c reset.c edit.c -Wl,--build-id=none -Wl,-s
}
build_smi -static 2>/dev/null || build_smi
mv "$smi.new" "$smi"
mv "$out.new" "$out"
