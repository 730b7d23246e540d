# shellcheck shell=bash
# What the examples share. Each starts a mesh of its own, in a run folder of its own, and stops it at the end, whatever happens.
#
# An example's script: `source "$(dirname "$0")/../common.sh"`, then `start BODY_FILE`, commands of `synergy`, and nothing else. `own_deploy`
# before them all gives it a deploy folder of its own, for models that deploy/ does not have.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$here/../.." && pwd)  # bodies, models: deploy/ of a checkout, or share/synergy-mesh where the mesh is installed
if [[ -e $data/mesh ]]; then
  bin=${SYNERGY_BIN:-$data/../build/release/bin} mesh=$data/mesh
else
  bin=${SYNERGY_BIN:-$data/../../bin} mesh=$data/../../bin/synergy-mesh
fi
# For the scripts that source this file.
# shellcheck disable=SC2034
heldout=$data/models

synergy() {
  "$bin/synergy" "$@"
}

say() {
  printf '\n== %s\n' "$*"
}

# The folder of all that an example writes, removed at its end.
begin() {
  [[ -z ${made:-} ]] || return 0
  if [[ ! -x $bin/synergy ]]; then
    echo "nothing is built yet; run: deploy/mesh build" >&2
    exit 1
  fi
  made=$(mktemp -d "${TMPDIR:-/tmp}/synergy-example.XXXXXX")
  export SYNERGY_RUN_DIR=$made/run
  mkdir "$SYNERGY_RUN_DIR"
  unset SYNERGY_STORE SYNERGY_DEPLOY
  trap stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# A deploy folder with the devices and links of deploy/, and no models yet. Every command finds it.
own_deploy() {
  begin
  export SYNERGY_DEPLOY=$made/deploy
  mkdir -p "$SYNERGY_DEPLOY/models"
  ln -s "$data/devices" "$data/links" "$SYNERGY_DEPLOY"
}

start() {
  begin
  "$mesh" up --body "$1" --deploy "${SYNERGY_DEPLOY:-$data}" >"$made/up.log" || {
    cat "$made/up.log" >&2
    exit 1
  }
  synergy devices
}

stop() {
  trap - EXIT
  "$mesh" down >/dev/null || return
  rm -rf "$made"
}
