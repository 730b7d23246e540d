# shellcheck shell=bash
# What `mesh doctor` can say without a built program, which deploy/mesh sources: packages and build. The rest, of the
# machine and of the mesh that runs, says `synergy doctor`, which prints these findings before its own.

found=()  # VERDICT:CHECK:SAYS:REMEDY

add_finding() {
  found+=("$1:$2:${3//:/;}:${4:-}")
}

find_packages() {
  local missing=() package
  command -v dpkg-query >/dev/null || {
    add_finding warning packages "this is no Debian system, and what is missing can not be told" "see the list in README.md"
    return
  }
  for package in "${build_packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    add_finding ok packages "all that building and running needs are installed"
  elif command -v supervisord >/dev/null && [[ -x $bin/synergy ]]; then
    add_finding warning packages "missing for building: ${missing[*]}" "apt-get install ${missing[*]} (deploy/mesh build does it)"
  else
    add_finding problem packages "missing: ${missing[*]}" "apt-get install ${missing[*]} (deploy/mesh build does it)"
  fi
}

# A source that is newer than every program was not built; tests are none of a program.
newer_source() {
  local newest=$1 folder
  for folder in accel-emulator bus schemas services store; do
    [[ -d $root/$folder ]] || continue
    find "$root/$folder" -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.sql' \) -newer "$newest" -print -quit
  done | head -n 1
}

find_build() {
  local said missing program newest="" newer=""
  if [[ ! -x $bin/synergy ]]; then
    add_finding problem build "nothing is built in $bin" "deploy/mesh build"
    return
  fi
  said=$("$bin/synergy" --version 2>&1) || {
    add_finding problem build "$bin/synergy can not be started (${said//$'\n'/ })" "deploy/mesh build"
    return
  }
  mapfile -t missing < <(missing_programs)
  newest=$bin/synergy
  for program in "$bin"/synergy-*; do
    [[ ! $program -nt $newest ]] || newest=$program
  done
  [[ $bin != "$root"/build/* ]] || newer=$(newer_source "$newest")
  if ((${#missing[@]})); then
    add_finding problem build "these programs are missing in $bin, ${missing[*]}" "deploy/mesh build"
  elif [[ -n $newer ]]; then
    add_finding warning build "${newer#"$root"/} was changed since the programs were built" "deploy/mesh build"
  else
    add_finding ok build "version $said in $bin"
  fi
}

# As `synergy doctor` does, where there is none.
print_findings() {
  local json=$1 finding verdict check says remedy problems=0 warnings=0 rows=()
  for finding in "${found[@]}"; do
    IFS=: read -r verdict check says remedy <<<"$finding"
    [[ $verdict != problem ]] || problems=$((problems + 1))
    [[ $verdict != warning ]] || warnings=$((warnings + 1))
    if [[ -n $json ]]; then
      says=${says//\\/\\\\}
      rows+=("{\"verdict\":\"$verdict\",\"check\":\"$check\",\"says\":\"${says//\"/\\\"}\",\"remedy\":\"$remedy\"}")
    else
      printf '%-7s  %-8s  %s\n' "$verdict" "$check" "$says${remedy:+; $remedy}"
    fi
  done
  if [[ -n $json ]]; then
    (IFS=,; echo "{\"problems\":$problems,\"warnings\":$warnings,\"findings\":[${rows[*]}]}")
  else
    echo "$problems problems, $warnings warnings; all other checks need the programs"
  fi
  ((problems == 0))
}

doctor() {
  local json="" arguments=() finding
  while (($#)); do
    case $1 in
      --json) json=yes ;;
      *) usage_error "unknown option '$1' for doctor" ;;
    esac
    shift
  done
  if [[ -n $root ]]; then  # an installed mesh has its packages by apt, and nothing to build
    find_packages
    find_build
  fi
  if ! "$bin/synergy" doctor --help >/dev/null 2>&1; then
    print_findings "$json"
    return
  fi
  for finding in "${found[@]}"; do arguments+=(--found "$finding"); done
  exec "$bin/synergy" doctor ${json:+--json} "${arguments[@]}"
}
