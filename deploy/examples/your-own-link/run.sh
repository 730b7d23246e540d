#!/usr/bin/env bash
# Your own link: what a link would change is known before anybody builds it, and a mesh that has it is as fast as was said.
source "$(dirname "$0")/../common.sh"
begin
say "Are the files as they must be?"
synergy check "$here/link.yaml" "$here/body.yaml" "$here/digits.yaml" --body "$here/body.yaml"
say "Over Bluetooth: without a mesh, by the plan"
synergy solve --body "$here/body.yaml" --app "$here/digits.yaml" --link ble-2m
say "Through the skin"
synergy solve --body "$here/body.yaml" --app "$here/digits.yaml"
start "$here/body.yaml"
say "Ten digits a second, over the link of link.yaml"
synergy submit "$here/digits.yaml"
synergy results digits --wait --labels "$heldout/digits/heldout/labels.npy"
