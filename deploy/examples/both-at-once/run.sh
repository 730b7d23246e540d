#!/usr/bin/env bash
# Both at once: two apps with two sensors share four devices. Who comes second would be told what that costs the first, if it cost anything.
source "$(dirname "$0")/../common.sh"
start "$data/bodies/four-78000.yaml"
say "Digits: ten a second"
synergy submit "$here/digits.yaml"
say "Keywords beside them: five a second"
synergy submit "$here/keywords.yaml"
synergy results digits --wait --labels "$heldout/digits/heldout/labels.npy"
synergy results keywords --wait --labels "$heldout/keywords/heldout/labels.npy"
say "The plans that were made, newest first"
synergy history
