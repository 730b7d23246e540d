#!/usr/bin/env bash
# Builds the page: its own files as they are, and the libraries it uses, fetched by npm as the lock file says, each with its
# licence. What is there already and up to date is left alone. See --help.
set -euo pipefail
unset CDPATH

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source=$root/services/gateway/page
libraries=(htm preact uplot)

usage() {
  cat <<'TEXT'
Usage: deploy/page.sh [FOLDER]

Builds the page of the gateway into FOLDER (default: build/release/share/dashboard). Needs npm and, the first time and
after the lock file has changed, the network. deploy/mesh up does it where npm is.
TEXT
}

die() {
  echo "page: $*" >&2
  exit 1
}

# Of all that the page is made of, this script included.
digest() {
  (cd "$source" && find . -type f -not -path './node_modules/*' -print0 | sort -z | xargs -0 sha256sum -- "$root/deploy/page.sh") |
    sha256sum | cut -d ' ' -f 1
}

# The libraries into FOLDER.npm, where they are kept from one build to the next.
fetch_libraries() {
  cmp -s "$source/package-lock.json" "$modules/fetched" && return
  command -v npm >/dev/null || die "npm is not there; install it (apt-get install npm), then run: deploy/page.sh"
  rm -f "$modules/fetched"
  cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$modules"
  (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=0 --loglevel=error >npm.log 2>&1) || {
    head -n 3 "$modules/npm.log" >&2
    die "npm could not fetch the page's libraries (all it said is in $modules/npm.log); is the network there?"
  }
  cp "$source/package-lock.json" "$modules/fetched"
}

copy_page() {
  local library
  rm -rf "$folder.new"
  mkdir -p "$folder.new/vendor" "$folder.new/licences"
  (cd "$source" && tar -c --exclude=node_modules --exclude='package*.json' --exclude=.npmrc --exclude=README.md .) | tar -x -C "$folder.new"
  cp "$modules/node_modules/htm/preact/standalone.module.js" "$folder.new/vendor/preact.js"
  cp "$modules/node_modules/uplot/dist/"{uPlot.iife.min.js,uPlot.min.css} "$folder.new/vendor"
  for library in "${libraries[@]}"; do
    cp "$modules/node_modules/$library/LICENSE" "$folder.new/licences/$library.txt"
  done
  echo "$1" >"$folder.new/licences/.built"
  rm -rf "$folder"
  mv -T "$folder.new" "$folder"
}

case ${1:-} in
  -h | --help) usage; exit ;;
  -*) usage >&2; exit 2 ;;
esac
folder=$(realpath -m -- "${1:-$root/build/release/share/dashboard}")
modules=$folder.npm
mkdir -p "$modules"
exec 9>"$modules/lock"
flock 9  # several meshes may start at once
now=$(digest)
[[ $(cat "$folder/licences/.built" 2>/dev/null) == "$now" ]] && exit
fetch_libraries
copy_page "$now"
echo "page: built in $folder"
