#!/usr/bin/env bash
# Three paced apps: each says how often it wants to run, and no more often than that its runs start, although the mesh could.
source "$(dirname "$0")/../common.sh"
start "$data/bodies/four-78000.yaml"
say "What would the third cost the others? Asked before it is there"
synergy submit "$here/digits.yaml" "$here/keywords.yaml"
synergy submit "$here/pictures.yaml" --dry-run
say "All three"
synergy submit "$here/pictures.yaml"
synergy apps
say "How busy that leaves each device"
synergy explain
say "What came of them"
synergy results digits --wait --labels "$heldout/digits/heldout/labels.npy"
synergy results keywords --wait --labels "$heldout/keywords/heldout/labels.npy"
synergy results pictures --wait
