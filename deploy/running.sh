# shellcheck shell=bash
# The running half of deploy/mesh, which sources this file: up, down, leave, join, ps, logs.
#
# What runs is known from the locks that the processes hold (`synergy running`), never from files that bear process
# ids: those may be empty, out of date, or of another mesh.

room=$((4 * 1024 * 1024))  # bytes that a mesh needs to start: database, logs, sockets

# The folder as the command line finds it, too: SYNERGY_RUN_DIR, or the default.
choose_run_folder() {
  require_build
  SYNERGY_RUN_DIR=$("$bin/synergy" run-folder 2>/dev/null) ||
    die "the programs in $bin are older than this script, or can not be started${root:+; run: deploy/mesh build}"
  SYNERGY_STORE=$(realpath -m -- "${SYNERGY_STORE:-$SYNERGY_RUN_DIR/mesh.db}")
  export SYNERGY_RUN_DIR SYNERGY_STORE
}

# `NAME PID` a line: who runs in the run folder. With a number from 1 to 4, only those who end in that stage of down or
# before it: who uses others ends before them, as in supervisord's configuration.
running() {
  "$bin/synergy" running | awk -v stage="${1:-5}" '
    NR > 1 && (($1 == "supervisord" ? 5 : $1 == "broker" ? 4 : $1 == "store" ? 3 : $1 == "monitor" ? 2 : 1) <= stage)'
}

# `broker (12), store (34)`, of such lines.
named() {
  awk '{ printf "%s%s (%s)", (NR > 1 ? ", " : ""), $1, $2 }' <<<"$1"
}

supervisor_pid() {
  local pid
  pid=$(running | awk '$1 == "supervisord" { pid = $2 } END { print pid }') || exit
  [[ -n $pid ]] && echo "$pid"
}

control() {
  supervisorctl -c "$SYNERGY_RUN_DIR/supervisord.conf" "$@"
}

# Newest first: each warning and error once, and of words that have no level (of a crash) each process's last.
show_trouble() {
  echo "mesh: last words of the processes that are not well (more: deploy/mesh logs):" >&2
  "$bin/synergy" logs --level warn 2>/dev/null | tac | awk '
    { key = $2 == "|" ? $1 : $3 " " $4 }
    !seen[key]++ && ++lines <= 8' >&2 || true
}

# --- up ----------------------------------------------------------------------------------------------------------

require_nothing_runs() {
  local now pid
  now=$(running) || exit
  [[ -n $now ]] || return 0
  if pid=$(supervisor_pid); then
    die "a mesh is running in $SYNERGY_RUN_DIR already (supervisord, process $pid); stop it with: $me down"
  fi
  die "processes of a mesh whose supervisor is gone are still running in $SYNERGY_RUN_DIR: $(named "$now"); end them with: $me down"
}

require_room() {
  local folder=$1 reason
  rm -f "$folder"/.room.*  # of one that was killed while it looked
  reason=$( (head -c "$room" /dev/zero >"$folder/.room.$$") 2>&1) || {
    rm -f "$folder/.room.$$"
    die "a mesh needs $((room / 1024 / 1024)) MiB to start, which $folder does not take (${reason##*: }); make room, or choose another folder with SYNERGY_RUN_DIR"
  }
  rm -f "$folder/.room.$$"
}

# The run folder, made if need be, private, with room, and nobody else at work in it.
prepare_run_folder() {
  command -v supervisord >/dev/null || die "supervisord is missing, which starts and watches the processes; install it: apt-get install supervisor"
  local missing
  mapfile -t missing < <(missing_programs)
  ((${#missing[@]} == 0)) || die "these programs are missing in $bin: ${missing[*]}${root:+; run: deploy/mesh build}"
  "$bin/synergy" run-folder --make >/dev/null || exit
  ((${#SYNERGY_RUN_DIR} <= 80)) || # a socket's path has 107 bytes at most, and supervisord adds to its own
    die "the run folder's path is too long for sockets ($SYNERGY_RUN_DIR); set SYNERGY_RUN_DIR to a shorter one"
  exec 9<"$SYNERGY_RUN_DIR"
  flock -n 9 || die "another $me up is at work in $SYNERGY_RUN_DIR; wait for it, or stop it with: $me down"
  require_nothing_runs
  require_room "$SYNERGY_RUN_DIR"
  local store
  store=$(dirname -- "$SYNERGY_STORE")
  [[ $store == "$SYNERGY_RUN_DIR" || ! -d $store ]] || require_room "$store"
}

# The page, where npm is. The mesh runs as well without it, so nothing that is wrong with the page ends `up`.
build_page() {
  local folder
  folder=$(dirname -- "$bin")/share/dashboard
  if command -v npm >/dev/null; then
    "$root/deploy/page.sh" "$folder" || echo "mesh: the mesh starts without a new page; to build one: deploy/page.sh"
  elif [[ ! -e $folder/index.html ]]; then
    echo "mesh: there is no page, because npm is not there; to have it: apt-get install nodejs npm, then deploy/page.sh"
  fi
}

# The body with what was asked for in place of what its file says.
change_body() {
  local link=$1 scale=$2 changed=$SYNERGY_RUN_DIR/body.yaml own
  # A link file that the body names as seen from its own folder is to be found from the run folder, too.
  own=$(sed -nE "s/^link:[[:space:]]*['\"]?([^'\"#]*[^'\"#[:space:]]).*/\1/p" "$SYNERGY_BODY")
  if [[ -z $link && ($own == */* || $own == *.yaml) ]]; then
    link=$(cd "$(dirname -- "$SYNERGY_BODY")" && realpath -m -- "$own")
  fi
  {
    grep -vE "^(${link:+link}${link:+${scale:+|}}${scale:+time_scale}):" "$SYNERGY_BODY" || (($? == 1))  # 1: no line is left
    [[ -z $link ]] || echo "link: '${link//\'/\'\'}'"
    [[ -z $scale ]] || echo "time_scale: $scale"
  } >"$changed" || die "$changed can not be written"
  SYNERGY_BODY=$changed
}

# The logs of this life begin; those of the two before are kept.
turn_logs() {
  local logs=$SYNERGY_RUN_DIR/logs
  if [[ -d $logs && -n $(ls -A "$logs") ]]; then
    rm -rf "$logs.2"
    [[ ! -e $logs.1 ]] || mv -T "$logs.1" "$logs.2"
    mv -T "$logs" "$logs.1"
  fi
  mkdir -p "$logs"
}

wait_until_ready() {
  local verdict="" waited
  for waited in $(seq 3 3 30); do
    verdict=$("$bin/synergy" health --wait 3 "$@" 2>&1) && return
    # A process that ended with an error is started again, but what it said will not change by waiting.
    if ((waited == 30)) || ! supervisor_pid >/dev/null || grep -qsE ' error .* stop error=' "$SYNERGY_RUN_DIR"/logs/*.log; then
      break
    fi
  done
  echo "$verdict" >&2
  supervisor_pid >/dev/null || echo "mesh: supervisord has ended; its log is $SYNERGY_RUN_DIR/logs/supervisord.log" >&2
  return 1
}

up() {
  local body=$default_body deploy="" link="" scale=""
  while (($#)); do
    case $1 in
      --body) [[ $# -ge 2 ]] || usage_error "--body needs a file"; body=$2; shift 2 ;;
      --deploy) [[ -d ${2:-}/devices ]] || usage_error "--deploy needs a folder with devices/, links/, models/"; deploy=$2; shift 2 ;;
      --link) [[ -n ${2:-} && $2 != *$'\n'* ]] || usage_error "--link needs the name of a link or its file"; link=$2; shift 2 ;;
      --time-scale) [[ ${2:-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage_error "--time-scale needs a number"; scale=$2; shift 2 ;;
      --policy) [[ $# -ge 2 ]] || usage_error "--policy needs a name"; export SYNERGY_POLICY=$2; shift 2 ;;
      --objective) [[ $# -ge 2 ]] || usage_error "--objective needs a name"; export SYNERGY_OBJECTIVE=$2; shift 2 ;;
      --listen) [[ -n ${2:-} && $2 != *[[:space:]]* ]] || usage_error "--listen needs an address, or ADDRESS:PORT"; export SYNERGY_LISTEN=$2; shift 2 ;;
      --keep) [[ $# -ge 2 ]] || usage_error "--keep needs a length of time, e.g. 30d"; export SYNERGY_KEEP=$2; shift 2 ;;
      --residency) [[ $# -ge 2 ]] || usage_error "--residency needs a name"; export SYNERGY_RESIDENCY=$2; shift 2 ;;
      *) usage_error "unknown option '$1' for up" ;;
    esac
  done
  choose_run_folder
  [[ -f $body ]] || die "there is no body file '$body'; those that come with the mesh: $(cd "$data/bodies" && echo *.yaml)"
  SYNERGY_BODY=$(realpath -- "$body")
  export SYNERGY_BODY
  # The rule of `synergy solve`, which plans from the same files.
  if [[ -n $deploy ]]; then
    SYNERGY_DEPLOY=$(realpath -- "$deploy")
  elif [[ -z $deploy_is_chosen && -d $(dirname -- "$SYNERGY_BODY")/../devices ]]; then
    SYNERGY_DEPLOY=$(realpath -- "$(dirname -- "$SYNERGY_BODY")/..")
  fi
  [[ $link != */* && $link != *.yaml ]] || link=$(realpath -m -- "$link")
  prepare_run_folder
  [[ -z ${with_page:-} || -z $root ]] || build_page
  [[ -z $link$scale ]] || change_body "$link" "$scale"
  local compose=$data/compose.yaml
  if [[ ! -e $compose || $SYNERGY_BODY != "$(realpath -- "$default_body")" ]]; then
    compose=$SYNERGY_RUN_DIR/compose.yaml
  fi
  # The committed file is the default body's (a test holds them equal); checking the body is part of writing one.
  "$bin/synergy" compose --body "$SYNERGY_BODY" -o "$SYNERGY_RUN_DIR/compose.yaml"
  "$bin/synergy" supervisor --compose "$compose" --programs "$bin" -o "$SYNERGY_RUN_DIR/supervisord.conf"
  local names processes
  names=$("$bin/synergy" processes --compose "$compose") || exit
  mapfile -t processes <<<"$names"
  turn_logs
  # Interrupted from here on: stop what was started. The demo has a trap of its own that does the same.
  [[ -n $(trap -p INT) ]] || trap 'down >/dev/null; exit 130' INT TERM HUP
  # Without SIGINT while it starts, of which it would make a traceback; the trap is run when it has started. Its log has
  # local times: those of UTC, as in all others (`synergy logs` reads it so).
  (trap '' INT && cd "$SYNERGY_RUN_DIR" && exec env TZ=UTC supervisord -c "$SYNERGY_RUN_DIR/supervisord.conf" 9<&-) ||
    die "supervisord did not start; see above, and $SYNERGY_RUN_DIR/logs"
  wait_until_ready "${processes[@]}" || {
    show_trouble
    down
    die "the mesh did not become ready"
  }
  exec 9<&-
  echo "mesh: ${#processes[@]} processes are ready (body $(basename -- "$body" .yaml), run folder $SYNERGY_RUN_DIR)"
  # Only this user can read the file: whoever has the address may change the mesh.
  [[ ! -r $SYNERGY_RUN_DIR/gateway.url || -z ${with_page:-} ]] || echo "mesh: see and change it at $(<"$SYNERGY_RUN_DIR/gateway.url")"
  # Apps of an earlier life go on at once: what a person should know of their inputs.
  local apps go_on
  apps=$("$bin/synergy" apps 2>/dev/null) || return 0
  go_on=$(awk '$2 == "running" || $2 == "waiting" { print $1 }' <<<"$apps" | paste -sd ' ')
  [[ -z $go_on ]] || echo "mesh: apps go on from before: $go_on (synergy stop APP ends one)"
  sed -n 's/^WARNING/mesh: &/p' <<<"$apps"
}

# --- down --------------------------------------------------------------------------------------------------------

# signal NUMBER LINES: to each process of these lines. One that has ended meanwhile is what was wanted.
signal() {
  local number=$1 name pid
  while read -r name pid; do
    [[ -z $pid ]] || kill -s "$number" "$pid" 2>/dev/null || true
  done <<<"$2"
}

# supervisord ends the processes one after the other, each in order: a large mesh takes a minute. It is killed when for
# 30 s nobody has ended, or after 180 s; the processes are then ended here.
end_supervisor() {
  local pid=$1 before="" now quiet=0 waited
  kill -s TERM "$pid" 2>/dev/null || true  # it may have ended meanwhile; the list tells
  for ((waited = 0; waited < 900 && quiet < 150; ++waited)); do
    sleep 0.2
    now=$(running) || exit
    grep -qx "supervisord  *$pid" <<<"$now" || return 0
    if [[ $now == "$before" ]]; then quiet=$((quiet + 1)); else quiet=0; fi
    before=$now
  done
  echo "mesh: supervisord (process $pid) does not stop in order and is killed" >&2
  kill -s KILL "$pid" 2>/dev/null || true
}

# TERM to each process that ends in this stage of down; KILL to those that have not drained after 5 s, as supervisord does.
end_stage() {
  local stage=$1 now waited
  for ((waited = 0; waited < 100; ++waited)); do
    now=$(running "$stage") || exit
    [[ -n $now ]] || return 0
    if ((waited == 0)); then signal TERM "$now"; fi
    if ((waited == 50)); then
      echo "mesh: killed, because they did not end in order: $(named "$now")" >&2
    fi
    if ((waited >= 50)); then signal KILL "$now"; fi
    sleep 0.1
  done
  return 1
}

down() {
  choose_run_folder
  local pid now stage killed
  now=$(running) || exit
  if [[ -z $now ]]; then
    echo "mesh: nothing is running in $SYNERGY_RUN_DIR"
    return
  fi
  supervisor_pid >/dev/null || echo "mesh: the supervisor is gone; its processes are ended one by one"
  for killed in 0 1 2; do  # before the processes, which it would start again
    pid=$(supervisor_pid) || break
    ((killed == 0)) || sleep 0.2
    end_supervisor "$pid"
  done
  for stage in 1 2 3 4 5; do end_stage "$stage" || break; done
  now=$(running) || exit
  [[ -z $now ]] || die "could not end: $(named "$now"); see ps -o pid,stat,wchan:32,cmd -p PID for what they wait for"
  rm -f "$SYNERGY_RUN_DIR"/gateway.url "$SYNERGY_RUN_DIR"/bus.publish "$SYNERGY_RUN_DIR"/bus.subscribe "$SYNERGY_RUN_DIR"/supervisor.sock "$SYNERGY_RUN_DIR"/supervisord.pid
  echo "mesh: stopped"
}

# --- looking at it, and devices that come and go -----------------------------------------------------------------

require_supervisor() {
  local now
  ! supervisor_pid >/dev/null || return 0
  now=$(running) || exit
  [[ -n $now ]] || die "no mesh is running in $SYNERGY_RUN_DIR; start one with: $me up"
  die "the mesh in $SYNERGY_RUN_DIR runs without its supervisor, which starts and ends processes; make it whole with: $me down, then $me up"
}

# What supervisord says of its processes, `NAME STATE ...` a line.
states() {
  local code=0
  control status || code=$?
  ((code == 0 || code == 3))  # 3: some process is down, which the table shows
}

# leave or join: the two processes of a device.
device() {
  local action=$1 device=$2 table name state chosen=()
  choose_run_folder
  require_supervisor
  table=$(states) || die "supervisord does not answer: $table; make the mesh whole with: $me down, then $me up"
  for name in "executor-$device" "accelerator-$device"; do
    state=$(awk -v name="$name" '$1 == name { print $2 }' <<<"$table")
    [[ -n $state ]] ||
      die "there is no device '$device'; those there are: $(sed -n 's/^executor-\([^ ]*\) .*/\1/p' <<<"$table" | paste -sd ' ')"
    case $action-$state in
      stop-RUNNING | stop-STARTING | stop-BACKOFF) chosen+=("$name") ;;
      start-STOPPED | start-EXITED | start-FATAL | start-BACKOFF) chosen+=("$name") ;;
    esac
  done
  if ((${#chosen[@]} == 0)); then
    [[ $action == start ]] || die "device '$device' has left already; it comes back with: $me join $device"
    die "device '$device' is there already; it leaves with: $me leave $device"
  fi
  control "$action" "${chosen[@]}" || die "not all processes of device '$device' obeyed; see $me ps"
}

ps_() {
  choose_run_folder
  local now pid whole=0
  now=$(running) || exit
  [[ -n $now ]] || die "no mesh is running in $SYNERGY_RUN_DIR; start one with: $me up"
  if ! pid=$(supervisor_pid); then
    whole=1
    echo "mesh: the supervisor is gone: a process that ends is not started again. $me down ends those below; then $me up"
  elif ! states; then
    whole=1
    echo "mesh: supervisord (process $pid) does not answer. $me down ends it and those below; then $me up"
  fi
  ((whole == 0)) || "$bin/synergy" running
  echo
  "$bin/synergy" services || whole=1
  return "$whole"
}

logs() {
  choose_run_folder
  exec "$bin/synergy" logs "$@"
}
