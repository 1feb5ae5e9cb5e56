#!/usr/bin/env bash
# Runs the builder on a JDK 25, whatever JDK Maven itself runs on: the JDK is what the image's runtime is linked from.
# builder.sh CLASSPATH ARGUMENTS...
set -euo pipefail
class_path=$1
shift
java=$("$(dirname "$0")/../../../../../agent/bin/jdk25")/bin/java
exec "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$class_path" dev.acceld.image.Main "$@"
