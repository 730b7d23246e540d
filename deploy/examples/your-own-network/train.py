#!/usr/bin/env python3
"""A network of your own, from nothing: pictures, training, weights. Needs numpy only, and takes a second or two.

    train.py FOLDER

Draws circles, squares, crosses and triangles of 16 x 16 pixels. The network (model.yaml beside this script) has a layer
of eight fixed edge filters and one linear layer, which is trained: least squares on what the first layer puts out, so
there is one best answer, and the same weights come out on every run. All that the device computes is computed here in
the same whole numbers.

Writes into FOLDER: the weights (int8), and held-out pictures with their labels and the outputs that they must give.
"""
import pathlib
import sys

import numpy as np

SIDE, CLASSES = 16, ["circle", "square", "cross", "triangle"]
TRAINED_ON, HELD_OUT = 1600, 80

#: Lines that lie, stand, rise and fall; and the same, dark on light.
EDGES = np.array([[[-1, -1, -1], [2, 2, 2], [-1, -1, -1]],
                  [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]],
                  [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]],
                  [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]])
FILTERS = np.concatenate([EDGES, -EDGES]) * 10


def draw(kind, rng):
    """One picture: light strokes on black, somewhere, of some size, with noise."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(float)
    size = rng.uniform(4, 6)
    y, x = y - rng.uniform(size + 0.5, SIDE - 1.5 - size), x - rng.uniform(size + 0.5, SIDE - 1.5 - size)
    distance = {"circle": np.abs(np.hypot(x, y) - size),
                "square": np.abs(np.maximum(np.abs(x), np.abs(y)) - size),
                "cross": np.minimum(np.abs(x - y), np.abs(x + y)) + 9 * (np.maximum(np.abs(x), np.abs(y)) > size),
                "triangle": np.abs(np.maximum(y - size / 2, np.abs(x) * 1.7 - y - size / 2) - size / 3)}[kind]
    picture = rng.uniform(170, 255) * np.clip(1.5 - distance, 0, 1) + rng.normal(0, 8, (SIDE, SIDE))
    return np.clip(picture, 0, 255).astype(np.uint8)


def pictures(count, seed):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(CLASSES)
    return np.stack([draw(CLASSES[label], rng) for label in labels]), labels.astype(np.int32)


def first_layer(images):
    """As the device computes it: a convolution without padding, floor(sum / 128 + 1/2), and nothing below 0."""
    windows = np.lib.stride_tricks.sliding_window_view(images.astype(np.int64) - 128, (3, 3), axis=(1, 2))
    sums = np.einsum("nyxij,cij->ncyx", windows, FILTERS)
    return np.clip((sums + 64) >> 7, 0, 127)


def pooled(features):
    """The largest of each 4 x 4 window, every third row and column; then one vector a picture."""
    windows = np.lib.stride_tricks.sliding_window_view(features, (4, 4), axis=(2, 3))[:, :, ::3, ::3]
    return windows.max(axis=(4, 5)).reshape(len(features), -1)


def train(vectors, labels):
    """The linear layer: least squares to +1 for the right class and -1 for the others, then rounded to bytes."""
    wanted = np.where(labels[:, None] == np.arange(len(CLASSES)), 1.0, -1.0)
    squares = vectors.T @ vectors + 1000 * np.eye(vectors.shape[1])
    weights = np.linalg.solve(squares.astype(float), vectors.T @ wanted).T
    return np.ascontiguousarray(np.rint(weights * 127 / np.abs(weights).max()), dtype=np.int8)


def main(folder):
    images, labels = pictures(TRAINED_ON, seed=1)
    weights = train(pooled(first_layer(images)), labels)
    images, labels = pictures(HELD_OUT, seed=2)
    outputs = pooled(first_layer(images)) @ weights.T.astype(np.int64)
    np.save(folder / "edges.npy", FILTERS[:, None].astype(np.int8))
    np.save(folder / "shapes.npy", weights)
    np.save(folder / "images.npy", images)
    np.save(folder / "labels.npy", labels)
    np.save(folder / "outputs.npy", outputs.astype("<i4"))
    print(f"{TRAINED_ON} pictures learnt; right of {HELD_OUT} others: {100 * np.mean(outputs.argmax(axis=1) == labels):.1f} %")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
