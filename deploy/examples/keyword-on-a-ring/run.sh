#!/usr/bin/env bash
# A keyword on a ring: sensor, model and motor on one device.
source "$(dirname "$0")/../common.sh"
start "$here/body.yaml"
say "Thirty words of held-out voices"
synergy submit "$here/keywords.yaml"
synergy results keywords --wait --labels "$heldout/keywords/heldout/labels.npy"
say "How long a small battery would last at that"
synergy plan
