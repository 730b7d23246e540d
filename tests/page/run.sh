#!/usr/bin/env bash
# Runs the page's tests. Ends with 77 (CTest: skipped) where what they need is not there.
#   run.sh unit                          those of its pure parts, by node alone
#   run.sh browser FOLDER FILE...        those in chromium, on the page built into FOLDER/share/dashboard
#   run.sh mesh FOLDER                   the same on a real mesh, of the programs in SYNERGY_BIN
#   run.sh recording FOLDER              the page of a recording of a real mesh, likewise
#   run.sh pictures FOLDER ADDRESS OUT   no tests: pictures of a running mesh, or of a recording, for the documents
set -euo pipefail
unset CDPATH

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

skip() {
  echo "SKIPPED: the page's tests did not run: $*" >&2
  exit 77
}

command -v node >/dev/null || skip "node is not there (apt-get install nodejs)"
(($(node -p 'process.versions.node.split(".")[0]') >= 18)) || skip "node $(node --version) is older than 18"

unit() {
  node --test "$here"/unit/*.test.js
}

# playwright-core and axe-core, as the lock file says, into a folder of the build; one at a time.
fetch_modules() (
  modules=$1
  mkdir -p "$modules"
  exec 9>"$modules/lock"
  flock 9
  ! cmp -s "$here/package-lock.json" "$modules/fetched" || exit 0
  cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$modules"
  (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=0 --loglevel=error >npm.log 2>&1) ||
    skip "npm could not fetch playwright-core and axe-core ($(tail -n 1 "$modules/npm.log"))"
  cp "$here/package-lock.json" "$modules/fetched"
)

# The page, the browser and what drives it, in FOLDER, for who is started next.
prepare() {
  local folder=$1
  command -v npm >/dev/null || skip "npm is not there (apt-get install npm)"
  SYNERGY_CHROMIUM=$(command -v chromium) || skip "chromium is not there (apt-get install chromium)"
  "$root/deploy/page.sh" "$folder/share/dashboard" || skip "the page could not be built"
  fetch_modules "$folder/share/page-tests"
  SYNERGY_PAGE=$folder/share/dashboard
  SYNERGY_PAGE_MODULES=$folder/share/page-tests
  export SYNERGY_CHROMIUM SYNERGY_PAGE SYNERGY_PAGE_MODULES
}

browser() {
  prepare "$1"
  shift
  node --test --test-concurrency=1 "${@/#/$here/browser/}"
}

mesh() {
  [[ -x ${SYNERGY_BIN:?}/synergy-gateway ]] || skip "there is no gateway in $SYNERGY_BIN"
  browser "$1" mesh.test.js
}

recording() {
  [[ -x ${SYNERGY_BIN:?}/synergy ]] || skip "there is no synergy in $SYNERGY_BIN"
  browser "$1" recording.test.js
}

usage() {
  echo "usage: run.sh unit | browser FOLDER FILE... | mesh FOLDER | recording FOLDER | pictures FOLDER ADDRESS OUT" >&2
  exit 2
}

case ${1:-} in
  unit) unit ;;
  browser) (($# >= 3)) || usage; browser "$(realpath -m -- "$2")" "${@:3}" ;;
  mesh) (($# == 2)) || usage; mesh "$(realpath -m -- "$2")" ;;
  recording) (($# == 2)) || usage; recording "$(realpath -m -- "$2")" ;;
  pictures) (($# == 4)) || usage; prepare "$(realpath -m -- "$2")"; mkdir -p "$4"; node "$here/pictures.js" "$3" "$4" ;;
  *) usage ;;
esac
