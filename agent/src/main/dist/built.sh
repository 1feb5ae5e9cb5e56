# shellcheck shell=bash
# Sourced by the programs in agent/bin, with $here (the agent's module) and $jdk set: builds what is missing.
root=$(dirname "$here")
. "$here/src/main/dist/dists.sh"

# built_hold [trained]: sets dist to a complete build of the sources as they are, which stays there while this process
# lives. trained: one with an AOT cache.
built_hold() {
  fresh "${1:-}" && return
  exec 6>> "$run/build.lock"
  if ! flock -n 6; then
    local began=$SECONDS
    until flock -w 5 6; do
      echo "acceld: waiting for another build to finish ($((SECONDS - began)) s)" >&2
    done
  fi
  if ! fresh "${1:-}"; then
    build "${1:-}"
    if ! fresh "${1:-}"; then
      dist_hold || dist=
      if [ -n "$dist" ]; then
        echo "acceld: the sources changed during the build; running the finished build" >&2
      else
        echo "acceld: the build produced no program in $run" >&2
        exit 1
      fi
    fi
  fi
  exec 6>&-
}

fresh() {
  dist_hold || return 1
  if { [ "${1:-}" = trained ] && [ ! -f "$dist/acceld.aot" ]; } || [ -n "$(find "$root/pom.xml" \
    "$root"/{device-probes,device-probes/libtpu-api,dra-plugin,dra-plugin/kubelet-api,agent,native-stubs/*}/{pom.xml,src/main} -newer "$dist/.complete" -print -quit)" ]; then
    dist_release
    return 1
  fi
}

# Builds the modules that acceld and its demo are made of, without tests and checks, in directories of its own (.run): a Maven that
# works on this tree at the same time is not disturbed. The first build trains the AOT cache, too; later ones are to be quick.
build() {
  local train=false said=0
  if [ "${1:-}" = trained ]; then
    train=true
  elif [ ! -e "$run/current" ]; then
    train=true
    echo "acceld: first build of this tree: about a minute of processor time, plus the downloads of Maven" >&2
  fi
  local log=$run/build.log
  : > "$log"
  follow "$log" 6>&- &
  local follower=$!
  trap 'kill $follower 2> /dev/null; exit 130' INT
  (cd "$root" && JAVA_HOME=$jdk MAVEN_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${MAVEN_OPTS:-}" exec ./mvnw -B -Dacceld.quick -Dacceld.train=$train -Dstyle.color=never \
    -pl native-stubs/demo -am package < /dev/null > "$log" 2>&1 6>&-) || said=$?
  kill $follower 2> /dev/null || true
  wait $follower 2> /dev/null || true
  trap - INT
  if [ $said -ne 0 ]; then
    grep -E '^\[ERROR\]' "$log" | head -15 >&2 || tail -15 "$log" >&2
    echo "acceld: the build failed; all of its output is in $log" >&2
    exit 1
  fi
}

# follow LOG: says what Maven is doing, until it is stopped: on a terminal in one line that counts the seconds, elsewhere in
# a line every few seconds.
follow() {
  local began=$SECONDS end='\n' pause=4
  if [ -t 2 ]; then end='\033[K\r' pause=1; fi
  while sleep $pause && kill -0 $$; do
    printf "acceld: building, %d s: %s$end" $((SECONDS - began)) "$(doing "$1")" >&2
  done
}

doing() {
  local goal module fetched
  read -r module goal <<< "$(sed -n 's/^\[INFO\] --- \([a-z-]*\):[^:]*:\([A-Za-z-]*\) ([^)]*) @ \(.*\) ---$/\3 \1:\2/p' "$1" | tail -1)"
  fetched=$(grep -c '^Downloaded from' "$1") && [ "$(tail -1 "$1" | cut -c1-8)" = Download ] && goal=download
  case $module:$goal in
    : | :download) echo -n "starting Maven" ;;
    *:download) echo -n "downloading for $module" ;;
    *:compiler:compile) echo -n "compiling $module" ;;
    hardware:exec:exec) echo -n "compiling the simulated NVML" ;;
    kubelet-api:protobuf:* | libtpu-api:protobuf:*) echo -n "generating the gRPC classes" ;;
    agent:exec:exec) echo -n "assembling; at the first build also training the start-up cache" ;;
    demo:exec:exec) echo -n "assembling the demo" ;;
    *) echo -n "${module/#acceld/preparing}" ;;
  esac
  [ "$fetched" = 0 ] || echo -n " ($fetched files downloaded)"
}
