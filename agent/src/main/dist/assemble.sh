#!/usr/bin/env bash
# Puts together the agent as it runs, in a directory of its own that is never changed again.
# assemble.sh BUILD_DIRECTORY JAR_NAME STARTED TRAIN CLASS_PATH
#   STARTED     when the build began: what changes in the sources after that is not in it
#   TRAIN       true: makes the AOT caches on the real start paths (of an agent that registers, publishes, prepares and is
#               scraped, and of `acceld top` on it), which halves the start; false: does without
#   CLASS_PATH  where the fake control plane for the training is
set -euo pipefail
build=$1
jar=$2
started=$3
train=$4
class_path=$5
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
  if ! "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$class_path" dev.acceld.fake.training.TrainingRun \
    "$java" @"$dist/jvm.options" -Xmx128m "-Djna.boot.library.path=$dist/native" "-XX:AOTCacheOutput=$dist/acceld.aot" \
    -cp "$dist/lib/agent.jar" dev.acceld.agent.cli.Main run --machine=h100x8 \
    -- "$java" @"$dist/jvm.options" "-Djna.boot.library.path=$dist/native" "-XX:AOTCacheOutput=$dist/top.aot" -Dacceld.terminal=40x132 -Dacceld.top.training=true \
    -cp "$dist/lib/agent.jar" dev.acceld.agent.cli.Main top > "$log" 2>&1 || [ ! -s "$dist/acceld.aot" ] || [ ! -s "$dist/top.aot" ]; then
    tail -20 "$log"
    echo "training the AOT cache failed, see $log" >&2
    exit 1
  fi
fi
touch -d "$started" "$dist/.complete"
dist_publish "$build/dist"
