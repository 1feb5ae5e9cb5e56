#!/bin/bash
# Puts itself into control groups of the cluster's own, then becomes the process that holds its namespaces.
# Environment: NAME (of the groups), CGROUPS (controllers of this machine), HOME_DIR; the rest is for node.sh.
set -euo pipefail
for c in $CGROUPS; do
  group=/sys/fs/cgroup/$c/$NAME
  mkdir -p "$group"
  if [ -f "$group/cpuset.cpus" ]; then # empty in a new group, and then nothing may enter it
    cat "/sys/fs/cgroup/$c/cpuset.cpus" > "$group/cpuset.cpus"
    cat "/sys/fs/cgroup/$c/cpuset.mems" > "$group/cpuset.mems"
  fi
  echo $$ > "$group/cgroup.procs"
done
exec unshare --mount --net --uts --ipc --cgroup --pid --fork --kill-child --propagation private \
  bash "$HOME_DIR/run/node.sh"
