#!/usr/bin/env bash
# Puts together what runs, in a directory of its own, and makes it the current build when it is complete: processes that
# run from an earlier build do not notice. assemble.sh BUILD_DIRECTORY JAR_NAME STARTED TRAIN
#   STARTED  when the build began: what changes in the sources after that is not in it
#   TRAIN    true: makes the AOT cache on the real start path (an agent that registers, publishes, prepares and is
#            scraped), which halves the start; false: does without
set -euo pipefail
build=$1
jar=$2
started=$3
train=$4
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
. "$here/dists.sh"

dist_new
cp -R "$build/lib" "$dist/lib"
cp "$build/$jar.jar" "$dist/lib/agent.jar"
cp "$here/jvm.options" "$dist/jvm.options"
case $(uname -m) in aarch64) arch=linux-aarch64 ;; *) arch=linux-x86-64 ;; esac
mkdir "$dist/native"
cp "$build/jna/com/sun/jna/$arch/"*.so "$dist/native/"

if [ "$train" = true ]; then
  java=$("$here/../../../bin/jdk25")/bin/java
  log=$build/aot-training.log
  if ! "$java" @"$dist/jvm.options" -Xmx128m "-Djna.boot.library.path=$dist/native" "-XX:AOTCacheOutput=$dist/acceld.aot" \
    -cp "$dist/lib/agent.jar" dev.acceld.agent.cli.Main demo > "$log" 2>&1 || [ ! -s "$dist/acceld.aot" ]; then
    tail -20 "$log"
    echo "training the AOT cache failed, see $log" >&2
    exit 1
  fi
fi
touch -d "$started" "$dist/.complete"
if [ "$build" -ef "$root/agent/target" ]; then
  dist_publish "$run/current" "$build/dist"
else
  dist_publish "$run/current"
fi
