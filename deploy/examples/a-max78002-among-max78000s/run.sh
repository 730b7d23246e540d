#!/usr/bin/env bash
# A MAX78002 among MAX78000s: a network with depthwise layers goes where it can be computed, and another one around it.
source "$(dirname "$0")/../common.sh"
start "$here/body.yaml"
say "EfficientNetV2, which only a MAX78002 computes, and digits"
synergy submit "$here/pictures.yaml" "$here/digits.yaml"
say "Who computes what, and why"
synergy plan
synergy results pictures --wait
synergy results digits --wait --labels "$heldout/digits/heldout/labels.npy"
