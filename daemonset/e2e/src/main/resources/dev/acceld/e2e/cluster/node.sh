#!/bin/bash
# pid 1 of a node: makes the node's root, keeps the components running, and ends, with all of them, when its
# standard input does. What the components are started with is in run/NAME.sh, written before this starts.
set -eu
root=$HOME_DIR/root
mkdir -p "$root" "$HOME_DIR/upper" "$HOME_DIR/work"

# The tree is shared by all clusters: what this one writes goes to a layer of its own.
mount -t overlay overlay -o "lowerdir=$TREE,upperdir=$HOME_DIR/upper,workdir=$HOME_DIR/work" "$root"
mount --make-private "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755,dev tmpfs "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
while read -r name major minor; do
  mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done <<'DEVICES'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
kmsg 1 11
tty 5 0
fuse 10 229
DEVICES
ln -s /proc/self/fd "$root/dev/fd"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t mqueue mqueue "$root/dev/mqueue"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"

mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
for c in $CGROUPS; do
  mkdir "$root/sys/fs/cgroup/$c"
  case $c in
    systemd) mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/$c" ;;
    *) mount -t cgroup -o "$c" cgroup "$root/sys/fs/cgroup/$c" ;;
  esac
done

# One short path each, whatever the cache's is: socket paths end at 107 characters.
bind() {
  mkdir -p "$1" "$root$2"
  mount --bind "$1" "$root$2"
}
bind "$HOME_DIR/run" /e2e/run
bind "$LOG_DIR" /e2e/log
bind "$PKI_DIR" /e2e/pki
bind "$HOME_DIR/etcd" /data/etcd
bind "$HOME_DIR/containerd" /data/containerd
bind "$HOME_DIR/kubelet" /data/kubelet
bind "$HOME_DIR/load" /e2e/load
bind "$CONTROL_PLANE" /opt/kubernetes
bind "$KUBELET" /opt/kubelet
bind "$CONTROLLERS" /opt/controllers

# The kubelet sets these for the whole machine: it gets copies. The boot id changes when the "node" reboots.
mkdir "$root/run/proc"
for file in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
  kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  copy=$root/run/proc/${file//\//-}
  cat "/proc/sys/$file" > "$copy"
  mount --bind "$copy" "$root/proc/sys/$file"
done
echo "$BOOT_ID" > "$root/run/proc/boot_id"
mount --bind "$root/run/proc/boot_id" "$root/proc/sys/kernel/random/boot_id"

mkdir -p "$root/.machine"
cd "$root"
pivot_root . .machine
cd /
umount -l /.machine
mount --make-rshared /
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root

hostname "$NODE"
ip link set lo up
if [ "$ADDRESS" = "$FIRST_ADDRESS" ]; then
  ip link add uplink type veth peer name nowhere # no way out: a cluster fetches nothing
  ip link set uplink up
  ip link set nowhere up
  ip addr add "$ADDRESS/24" dev uplink
  ip route add default via 10.77.0.1 dev uplink
  ip addr add 10.96.0.1/32 dev lo # the Service `kubernetes`, without a kube-proxy
else
  # The other end is node 1's, which lets everybody through.
  touch /e2e/run/unwired
  until ip link show to-node-1 > /dev/null 2>&1; do
    sleep 0.1
  done
  ip link set to-node-1 up
  ip addr add "$ADDRESS/32" dev to-node-1
  ip route add default via "$FIRST_ADDRESS" dev to-node-1 onlink
fi
grep -q "$NODE" /etc/hosts || echo "$ADDRESS $NODE" >> /etc/hosts
mkdir -p /etc/cni/net.d /etc/cdi /run/cdi
cp /e2e/run/network.conflist /etc/cni/net.d/10-bridge.conflist

# Runs a component, and again a second after its end, unless run/hold.NAME is there.
keep() {
  while :; do
    if [ -e "/e2e/run/hold.$1" ]; then
      sleep 0.2
      continue
    fi
    bash "/e2e/run/$1.sh" >> "/e2e/log/$1.log" 2>&1 < /dev/null &
    echo $! > "/e2e/run/$1.pid"
    wait $! || true
    rm -f "/e2e/run/$1.pid"
    echo "--- $1 ended $(date -Is)" >> "/e2e/log/$1.log"
    [ -e "/e2e/run/hold.$1" ] || sleep 1
  done
}
for component in $COMPONENTS; do
  keep "$component" < /dev/null &
done
touch /e2e/run/entered

# Whoever started this holds the other end. When that process is gone, killed even, so is the cluster.
while read -r _; do :; done
