#!/bin/bash
# The life of the packages, run inside a freshly made Debian 12 that systemd has booted, by test_package_life.py. Each step
# says what it does; the first that fails ends it. /packages holds the packages, /packages/newer the same with a higher
# version, /packages/old.db a store of an earlier program.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

step() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*"; exit 1; }
system() { runuser -u synergy-mesh -- synergy "$@"; }  # as the user of the system's mesh
wearer() { runuser -l wearer -c "$*"; }
install() { apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
processes=(broker store monitor planner dispatcher gateway)
of_devices=(executor/glasses executor/earbud executor/watch executor/ring accelerator/glasses accelerator/earbud
  accelerator/watch accelerator/ring)
ready() { system health --wait 60 "${processes[@]}" "${of_devices[@]}"; }

step "install, with what an ordinary user's mesh needs beside it"
apt-get update -qq
install /packages/*.deb supervisor sqlite3 wget man-db bash-completion
dpkg --audit
getent passwd synergy-mesh
[[ $(stat -c '%U %a' /var/lib/synergy-mesh) == "synergy-mesh 700" ]] || fail "the state folder is not the mesh's alone"
[[ $(systemctl is-active synergy-mesh.target) == inactive ]] || fail "the mesh of the system runs unasked"
for program in /usr/bin/synergy*; do
  man -w "${program##*/}" >/dev/null || fail "$program has no manual page"  # minbase keeps those of this package
done
for program in synergy synergy-mesh; do
  # bash-completion loads it as it would at the first Tab
  bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader "$1"; complete -p "$1"' - "$program" ||
    fail "bash does not complete $program"
done

step "an ordinary user runs a mesh"
useradd -m wearer
wearer synergy-mesh up
wearer synergy submit /usr/share/synergy-mesh/apps/digits.yaml
wearer synergy results digits --wait --labels /usr/share/synergy-mesh/models/digits/heldout/labels.npy
# shellcheck disable=SC2016  # the wearer's shell expands it
page=$(wearer 'wget -q -O - "$(cut -d "#" -f 1 "$(synergy run-folder)/gateway.url")"')
[[ $page == *'main.js'* ]] || fail "there is no page: $page"
wearer "python3 -c 'import synergy_mesh; print(synergy_mesh.__file__)'"
wearer synergy-mesh down

step "the system runs one, under systemd"
systemctl enable --now synergy-mesh.target
ready
systemctl list-units --no-pager --plain --no-legend 'synergy-*'
system submit /usr/share/synergy-mesh/apps/digits.yaml
system results digits --wait
echo "ring: $(systemctl show -P MainPID synergy-executor@ring)"

step "a process that is killed is started again"
before=$(systemctl show -P MainPID synergy-dispatcher)
kill -KILL "$before"
for _ in {1..100}; do
  now=$(systemctl show -P MainPID synergy-dispatcher)
  [[ $now == "$before" || $now == 0 ]] || break
  sleep 0.2
done
[[ $now != "$before" && $now != 0 ]] || fail "the dispatcher is not started again"
ready

step "a device leaves and comes back"
systemctl stop synergy-executor@ring synergy-accel-emulator@ring
system devices
systemctl start synergy-executor@ring synergy-accel-emulator@ring
ready

step "another body: a generator gives the target its services"
sed '/id: ring/d' /usr/share/synergy-mesh/bodies/four-78000.yaml >/etc/synergy-mesh/body.yaml
systemctl stop synergy-mesh.target
systemctl daemon-reload
systemctl start synergy-mesh.target
system health --wait 60 "${processes[@]}" executor/watch accelerator/watch
[[ $(systemctl is-active synergy-executor@ring) == inactive ]] || fail "the ring has a service, and is not on the body"
cp /usr/share/synergy-mesh/bodies/four-78000.yaml /etc/synergy-mesh/body.yaml
systemctl daemon-reload
systemctl restart synergy-mesh.target
ready

step "upgrade, with a database of an earlier program"
systemctl stop synergy-mesh.target
rm -f /var/lib/synergy-mesh/mesh.db*
runuser -u synergy-mesh -- cp /packages/old.db /var/lib/synergy-mesh/mesh.db
system store check --json /var/lib/synergy-mesh/mesh.db
echo '# a line of the administrator' >>/etc/synergy-mesh/environment
systemctl start synergy-mesh.target
ready
broker=$(systemctl show -P MainPID synergy-broker)
install /packages/newer/*.deb
[[ $(dpkg-query -W -f '${Version}' synergy-mesh) == *+newer ]] || fail "not upgraded"
grep -q 'a line of the administrator' /etc/synergy-mesh/environment || fail "the administrator's file was replaced"
[[ $(systemctl show -P MainPID synergy-broker) != "$broker" ]] || fail "the old programs run on"
ready
system apps
system stop digits
systemctl stop synergy-mesh.target
system store check --json
runs=$(sqlite3 -readonly /var/lib/synergy-mesh/mesh.db 'select count(*) from run_history where app = "digits"')
((runs > 30)) || fail "runs of before are gone: $runs are left"

step "remove keeps the database"
systemctl start synergy-mesh.target
ready
apt-get remove -y -qq synergy-mesh >/dev/null
left=$(find /proc -maxdepth 1 -user synergy-mesh)
[[ -z $left ]] || fail "processes run on: $left"
[[ ! -e /usr/bin/synergy && ! -e /usr/share/synergy-mesh ]] || fail "files of the package are left"
[[ -e /var/lib/synergy-mesh/mesh.db && -e /etc/synergy-mesh/body.yaml ]] || fail "remove took the state"

step "purge takes it"
apt-get purge -y -qq synergy-mesh python3-synergy-mesh >/dev/null
left=$(find / -xdev \( -path /proc -o -path /packages -o -path /life.sh -o -path /var/lib/apt -o -path /var/log -o -path /home \) -prune \
  -o -iname '*synergy*' -print)
[[ -z $left ]] || fail "left behind: $left"
[[ -z $(dpkg-query -W -f '${Package} ' 'synergy*' 'python3-synergy*' 2>/dev/null) ]] || fail "dpkg still knows it"

step "the life of the packages is complete"
