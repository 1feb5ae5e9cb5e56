# TREE DEV OPEN COMMAND: in a mount namespace of its own, runs a command on a simulated machine's /sys and /dev while a process has
# one of its device files open. DEV is an empty directory.
set -eu
tree=$1 dev=$2 open=$3
shift 3
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$dev"
cp -R "$tree/dev/." "$dev"
for node in null zero full random urandom; do
  : > "$dev/$node"
  mount --bind "/dev/$node" "$dev/$node"
done
mount --rbind "$tree/sys" /sys
mount --rbind "$dev" /dev
sleep 300 < "$open" &
"$@" < /dev/null
