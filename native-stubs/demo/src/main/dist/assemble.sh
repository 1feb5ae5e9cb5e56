#!/usr/bin/env bash
# Puts the demo and the benchmarks beside the agent that this build has made, and makes both what agent/bin/acceld runs.
# assemble.sh BUILD_DIRECTORY JAR_NAME
set -euo pipefail
build=$1
jar=$2
root=$(cd "$(dirname "$0")/../../../../.." && pwd)
. "$root/agent/src/main/dist/dists.sh"

own=$root/agent/target/dist
if [ "$build" -ef "$run/demo" ]; then own=$run/agent/dist; fi
dist_new
agent=$(readlink -f "$own")
cp -al "$agent"/* "$dist/" # the same files: the AOT cache holds for them only
cp "$build/$jar.jar" "$dist/lib/demo.jar" # in one directory with the agent's: that cache wants it so
for library in "$build/lib"/*.jar; do
  case ${library##*/} in agent-*) continue ;; esac
  if [ ! -e "$dist/lib/${library##*/}" ]; then cp "$library" "$dist/lib/"; fi
done
touch -r "$agent/.complete" "$dist/.complete"
if [ "$own" = "$run/agent/dist" ]; then rm "$own"; fi # nobody runs the agent of such a build by itself
dist_publish "$run/current"
