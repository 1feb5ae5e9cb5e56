#!/usr/bin/env bash
# Completes target/dist: the agent's own jar, JNA's native part, the JVM options, and the AOT cache, trained
# on the real start path (an agent that registers, publishes, prepares and is scraped).
set -euo pipefail
target=$1
jar=$2
dist=$target/dist
rm -f "$dist/.complete" "$dist/acceld.aot"
cp "$target/$jar.jar" "$dist/lib/agent.jar"
cp "$(dirname "$0")/jvm.options" "$dist/jvm.options"
case $(uname -m) in aarch64) arch=linux-aarch64 ;; *) arch=linux-x86-64 ;; esac
mkdir -p "$dist/native"
cp "$target/jna/com/sun/jna/$arch/"*.so "$dist/native/"

java=$("$(dirname "$0")/../../../bin/jdk25")/bin/java
log=$target/aot-training.log
if "$java" @"$dist/jvm.options" -Xmx128m "-Djna.boot.library.path=$dist/native" "-XX:AOTCacheOutput=$dist/acceld.aot" \
  -cp "$dist/lib/agent.jar" dev.acceld.agent.cli.Main demo > "$log" 2>&1 && [ -s "$dist/acceld.aot" ]; then
  touch "$dist/.complete"
else
  tail -20 "$log"
  echo "training the AOT cache failed, see $log" >&2
  exit 1
fi
