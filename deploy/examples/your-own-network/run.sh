#!/usr/bin/env bash
# Your own network: from a training script of eighty lines (numpy, no framework) to an app that runs.
source "$(dirname "$0")/../common.sh"
own_deploy
say "Draw pictures, train, write the weights"
mkdir "$SYNERGY_DEPLOY/models/shapes"
cp "$here/model.yaml" "$SYNERGY_DEPLOY/models/shapes/"
/usr/bin/python3 "$here/train.py" "$SYNERGY_DEPLOY/models/shapes"
say "Is everything as it must be? The model, its files, the app on this body"
synergy check "$SYNERGY_DEPLOY/models/shapes" "$here/shapes.yaml" "$here/body.yaml" --body "$here/body.yaml" --deploy "$SYNERGY_DEPLOY"
synergy model show shapes
say "The emulator's outputs are those that the script computed, to the bit"
synergy classify shapes --images "$SYNERGY_DEPLOY/models/shapes/images.npy" --labels "$SYNERGY_DEPLOY/models/shapes/labels.npy" \
  --outputs "$SYNERGY_DEPLOY/models/shapes/outputs.npy"
start "$here/body.yaml"
say "The same pictures, seen by the glasses"
synergy submit "$here/shapes.yaml"
synergy results shapes --wait --labels "$SYNERGY_DEPLOY/models/shapes/labels.npy"
