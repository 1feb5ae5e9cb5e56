#!/usr/bin/env bash
# emulated.sh QEMU ROOT SCRATCH COMMAND...: runs a program of an arm64 file tree as on an arm64 machine. SCRATCH is /tmp in there.
#
# To be called in a user and a mount namespace of its own (unshare --user --map-root-user --mount): what starts arm64 programs
# is registered for this namespace only (binfmt_misc, Linux 6.7 or newer), so that every execve works as it does on a node,
# and nothing is left on the machine. Ends up as the command itself, which so gets the signals.
set -euo pipefail
qemu=$1 root=$2 scratch=$3
shift 3
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind "$scratch" "$root/tmp"
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
# An ELF file of 64 bits, little-endian, for machine 183 (AArch64); F: the emulator is opened here, outside of the root.
magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
printf ':qemu-aarch64:M::%s:%s:%s:F\n' "$magic" "$mask" "$qemu" > /proc/sys/fs/binfmt_misc/register
exec chroot "$root" "$@"
