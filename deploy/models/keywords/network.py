"""The keyword network: its layers, model.yaml, and its arithmetic in integers (numpy only).

It has KWS20's shape: eight 1-D convolutions over time and a linear layer. After the
second convolution no layer has more than 64 channels, since a MAX78002 pads no 1-D
convolution of more than 64.

Number formats: an activation byte a stands for a/128; a weight byte w of a layer
with output shift s stands for w/128 * 2^s, a bias byte likewise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sounds import CHANNELS, GAIN, STEPS
from voices import RATE
from words import LABELS


@dataclass(frozen=True)
class Layer:
    """One layer: what it computes and where the device keeps its data."""

    name: str
    in_channels: int
    out_channels: int
    kernel: int | None  # None: a linear layer over the flattened input
    processors: int
    output_processors: int
    in_offset: int
    out_offset: int
    pad: int = 0
    pool: str | None = None  # "max" or "avg": 2 steps, stride 2, before the convolution

    @property
    def is_linear(self) -> bool:
        return self.kernel is None

    def weight_shape(self) -> tuple[int, ...]:
        shape = (self.out_channels, self.in_channels)
        return shape if self.is_linear else (*shape, self.kernel)


ALL = 0xFFFFFFFFFFFFFFFF
WIDE = 0x000FFFFFFFFFFFFF  # 100 channels: 52 processors, twice
A, B = 0x0000, 0x2000

LAYERS = (
    Layer("conv1", CHANNELS, 100, 1, ALL, WIDE, A, B),
    Layer("conv2", 100, 64, 3, WIDE, ALL, B, A),
    Layer("conv3", 64, 64, 3, ALL, ALL, A, B, 1, "max"),
    Layer("conv4", 64, 64, 3, ALL, ALL, B, A),
    Layer("conv5", 64, 64, 3, ALL, ALL, A, B, 1, "max"),
    Layer("conv6", 64, 64, 3, ALL, ALL, B, A),
    Layer("conv7", 64, 64, 3, ALL, ALL, A, B, 1, "avg"),
    Layer("conv8", 64, 64, 6, ALL, ALL, B, A, 1, "max"),
    Layer("fc", 256, len(LABELS), None, ALL, (1 << len(LABELS)) - 1, A, B),
)


# ---------------------------------------------------------------------------
# Integer arithmetic. Sums of products of bytes are far below 2^53, so that
# float64 matrix products are exact, and much faster than integer ones.


def pool_integer(x: np.ndarray, kind: str) -> np.ndarray:
    """Two steps to one; the average is truncated toward zero."""
    even = x[:, :, 0 : x.shape[2] // 2 * 2 : 2]
    odd = x[:, :, 1::2]
    if kind == "max":
        return np.maximum(even, odd)
    return np.trunc((even + odd) / 2)


def convolve_integer(x: np.ndarray, weights: np.ndarray, pad: int) -> np.ndarray:
    """Correlation with zero padding: (N, C, T) -> (N, O, T')."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    kernel = weights.shape[2]
    steps = x.shape[2] - kernel + 1
    return sum(np.matmul(weights[:, :, tap], x[:, :, tap : tap + steps]) for tap in range(kernel))


def scale_integer(total: np.ndarray, shift: int) -> np.ndarray:
    """floor(total * 2^shift / 128 + 0.5), clipped to a signed byte."""
    return np.clip(np.floor(total * 2.0**shift / 128 + 0.5), -128, 127)


def run_integer(
    inputs: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray], shifts: list[int]
) -> np.ndarray:
    """The raw int32 outputs of the network for int8 inputs (N, channels, steps)."""
    x = inputs.astype(np.float64)
    for layer, weight, bias, shift in zip(LAYERS, weights, biases, shifts):
        weight = weight.astype(np.float64)
        offset = 128 * bias.astype(np.float64)
        if layer.is_linear:
            return (x.reshape(len(x), -1) @ weight.T + offset).astype(np.int32)
        if layer.pool:
            x = pool_integer(x, layer.pool)
        total = convolve_integer(x, weight, layer.pad) + offset[:, np.newaxis]
        x = np.maximum(scale_integer(total, shift), 0)
    raise AssertionError("the last layer is linear")


def load_network(directory: Path) -> tuple[list[np.ndarray], list[np.ndarray], list[int]]:
    """Weights and biases from the .npy files, output shifts from model.yaml."""
    weights = [np.load(directory / f"weights_{i}.npy") for i in range(len(LAYERS))]
    biases = [np.load(directory / f"bias_{i}.npy") for i in range(len(LAYERS))]
    text = (directory / "model.yaml").read_text(encoding="utf-8")
    shifts = [int(s) for s in re.findall(r"output_shift: (-?\d+)", text)]
    if len(shifts) != len(LAYERS):
        raise SystemExit("model.yaml does not give one output_shift for each layer")
    return weights, biases, shifts


def logits_of(directory: Path, inputs: np.ndarray) -> np.ndarray:
    """The network's outputs, in batches to bound the memory."""
    network = load_network(directory)
    batches = [inputs[i : i + 100] for i in range(0, len(inputs), 100)]
    return np.concatenate([run_integer(batch, *network) for batch in batches])


# ---------------------------------------------------------------------------
# model.yaml


def layer_line(index: int, layer: Layer, shift: int) -> str:
    """One layer of model.yaml."""
    fields = [f"name: {layer.name}"]
    if layer.is_linear:
        fields += ["op: linear", "flatten: true"]
    else:
        fields.append("op: conv1d")
        if layer.pool:
            fields += [f"{layer.pool}_pool: 2", "pool_stride: 2"]
        fields.append(f"kernel_size: {layer.kernel}")
        if layer.pad:
            fields.append(f"pad: {layer.pad}")
        fields.append("activate: relu")
    fields += [
        f"out_channels: {layer.out_channels}",
        f"processors: 0x{layer.processors:016x}",
        f"output_processors: 0x{layer.output_processors:016x}",
        f"in_offset: 0x{layer.in_offset:04x}",
        f"out_offset: 0x{layer.out_offset:04x}",
    ]
    if layer.is_linear:
        fields.append("output_width: 32")
    fields += [f"output_shift: {shift}", f"weights: weights_{index}.npy", f"bias: bias_{index}.npy"]
    return "  - {" + ", ".join(fields) + "}"


def model_text(shifts: list[int], seed: int) -> str:
    """The whole of model.yaml."""
    labels = ", ".join(f'"{label}"' for label in LABELS)
    lines = [
        "# yaml-language-server: $schema=../../schemas/model.schema.json",
        "# The keyword model: layers, device placement and scales (written by train.py).",
        "name: keywords",
        "about: Ten spoken words, other words, and silence, from a second of sound; a network of KWS20's shape.",
        f"source: trained by deploy/models/keywords/train.py, seed {seed}",
        f"input: {{channels: {CHANNELS}, height: {STEPS}, width: 1, sensor: microphone, "
        f"sound: {{rate: {RATE}, gain: {GAIN}}}}}",
        "result: argmax",
        f"labels: [{labels}]",
        "layers:",
    ]
    lines += [layer_line(i, layer, s) for i, (layer, s) in enumerate(zip(LAYERS, shifts))]
    return "\n".join(lines) + "\n"
