# shellcheck shell=bash
# Where the builds of this source tree put what runs, and how they spare what is running. Sourced, with $root set.
#
#   .run/dist/ID           one build: lib, native, jvm.options, acceld.aot; never changed once .complete is there
#   .run/current           link to the newest build of the agent and the demo: what the launcher runs
#   agent/target/dist      link to the newest agent, without the demo, that Maven's own command line made: what the image is made from
#   .run/agent/dist        the same for a build that the launcher began, until the demo is beside it
#   .run/swap.lock         taken shared to pick a build, exclusively to move a link or to delete a build
#   .run/dist/ID/.in-use   locked by everything that runs from the build, which is deleted when nothing does
run=$root/.run

# Picks the newest build and keeps it from being deleted while this process, or what it execs, lives. Sets dist; fails
# when there is no complete build.
dist_hold() {
  [ -d "$run" ] || mkdir -p "$run"
  exec 8>> "$run/swap.lock"
  flock -s 8
  dist=$(readlink -f "$run/current") || dist=
  local found=1
  if [ -n "$dist" ] && [ -f "$dist/.complete" ]; then
    exec 7< "$dist/.in-use"
    flock -s 7
    found=0
  fi
  exec 8>&-
  return $found
}

# Lets go of what dist_hold picked.
dist_release() { exec 7>&-; }

# A directory of its own for a new build. Sets dist.
dist_new() {
  mkdir -p "$run/dist"
  exec 8>> "$run/swap.lock"
  flock -s 8
  dist=$(mktemp -d "$run/dist/$(date -u +%Y%m%dT%H%M%SZ)-XXXXXX")
  chmod 755 "$dist"
  : > "$dist/.in-use"
  exec 7< "$dist/.in-use"
  flock -s 7
  exec 8>&-
}

# dist_publish LINK...: makes the links point at $dist, each at one stroke, and deletes the builds that nobody needs.
dist_publish() {
  exec 8>> "$run/swap.lock"
  flock -x 8
  local link
  for link; do
    ln -sfnr "$dist" "$link.new.$$"
    if [ -d "$link" ] && [ ! -L "$link" ]; then
      rm -rf "$link" # from before the builds had directories of their own
    fi
    mv -T "$link.new.$$" "$link"
  done
  local old
  for old in "$run"/dist/*; do
    if [ "$old" -ef "$run/current" ] || [ "$old" -ef "$root/agent/target/dist" ] || [ "$old" -ef "$run/agent/dist" ]; then
      continue
    fi
    if [ ! -e "$old/.in-use" ] || flock -n -x "$old/.in-use" true; then
      rm -rf "$old"
    fi
  done
  exec 8>&-
}
