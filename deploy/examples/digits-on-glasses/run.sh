#!/usr/bin/env bash
# Digits on glasses: sensor, model and display on one device. Nothing travels.
source "$(dirname "$0")/../common.sh"
start "$here/body.yaml"
say "Ten digits a second, fifty in all"
synergy submit "$here/digits.yaml"
synergy results digits --wait --labels "$heldout/digits/heldout/labels.npy"
say "Where it runs, and what it costs"
synergy plan
