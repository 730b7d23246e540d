#!/usr/bin/env bash
# A device leaves: the mesh plans again, no run is lost; the device comes back.
source "$(dirname "$0")/../common.sh"
start "$data/bodies/four-78000.yaml"
say "Digits without an end"
synergy submit "$here/digits.yaml"
sleep 3
synergy results digits | grep '^runs on'
say "The watch, which computes a part, is taken off"
"$mesh" leave watch
sleep 3
synergy apps
say "The watch is put on again"
"$mesh" join watch
sleep 3
synergy stop digits
say "Every run has one outcome; plan by plan"
synergy results digits --wait
synergy history
