"""Training of the keyword network; the only part that needs torch.

First in real numbers, with each convolution's outputs normalised; then the
normalisation becomes part of the weights, one output shift is fixed for each
layer, and training goes on with everything rounded as the device rounds it.
"""

from __future__ import annotations

import copy
import math
import multiprocessing
from collections.abc import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F

from network import LAYERS
from sounds import CHANNELS
from voices import RATE
from words import LABELS, OTHER

BATCH = 128
# A process makes so many windows at once, and never is further ahead than three such chunks.
CHUNK = 12 * BATCH
WORKERS = 2
Chunk = tuple[np.ndarray, np.ndarray]
# What is handed over of a network: bytes in the order of `parameters`, and output shifts.
Keep = Callable[[list[np.ndarray], list[int]], None]
KEEP_EVERY = 100 * CHUNK


def produce(make: Callable[[int, int], Chunk], starts: range, queue) -> None:
    for start in starts:
        queue.put(make(start, CHUNK))


def chunks(make: Callable[[int, int], Chunk], first: int, count: int) -> Iterator[Chunk]:
    """Chunks first, first + CHUNK ... in order; other processes make them in turn."""
    context = multiprocessing.get_context("fork")
    queues = [context.Queue(maxsize=3) for _ in range(WORKERS)]
    workers = []
    for number, queue in enumerate(queues):
        starts = range(first + number * CHUNK, first + count, WORKERS * CHUNK)
        workers.append(context.Process(target=produce, args=(make, starts, queue), daemon=True))
        workers[-1].start()
    for number in range(math.ceil(count / CHUNK)):
        yield queues[number % WORKERS].get()
    for worker in workers:
        worker.join()


def first_filters() -> torch.Tensor:
    """A start for the first layer: 25 frequencies in four phases, as the ear spaces them."""
    layer = LAYERS[0]
    count = layer.out_channels // 4
    mel = np.linspace(2595 * math.log10(1 + 90 / 700), 2595 * math.log10(1 + 6500 / 700), count)
    hertz = 700 * (10 ** (mel / 2595) - 1)
    time = (np.arange(CHANNELS) - (CHANNELS - 1) / 2) / RATE
    edges = np.minimum(1, np.minimum(np.arange(CHANNELS) + 1, CHANNELS - np.arange(CHANNELS)) / 24)
    filters = [edges * np.cos(2 * np.pi * f * time + phase * np.pi / 2) for f in hertz for phase in range(4)]
    return torch.tensor(np.stack(filters) / 8.0, dtype=torch.float32)[:, :, None]


def second_filters() -> torch.Tensor:
    """A start for the second layer: the four phases of a frequency weigh alike, which makes them its loudness."""
    layer = LAYERS[1]
    weight = torch.randn(layer.out_channels, layer.in_channels // 4, layer.kernel)
    return weight.repeat_interleave(4, dim=1) * math.sqrt(0.5 / math.prod(layer.weight_shape()[1:]))


class Network:
    """Weights and biases in layer order, and while in real numbers the normalisations."""

    def __init__(self) -> None:
        self.parameters, self.norms = [], []
        for index, layer in enumerate(LAYERS):
            shape = layer.weight_shape()
            weight = torch.randn(shape) * math.sqrt(2.0 / math.prod(shape[1:]))
            if index < 2:
                weight = (first_filters, second_filters)[index]()
            elif layer.is_linear:
                weight *= 0.3
            self.parameters += [weight.requires_grad_(), torch.zeros(layer.out_channels).requires_grad_()]
            if not layer.is_linear:
                norm = torch.nn.BatchNorm1d(layer.out_channels, momentum=0.02)
                torch.nn.init.constant_(norm.weight, 0.35)
                torch.nn.init.constant_(norm.bias, 0.05)
                self.norms.append(norm)
        self.shifts: list[int] | None = None

    def trained(self) -> list[torch.Tensor]:
        return self.parameters + [p for norm in self.norms for p in norm.parameters()]

    def absorb_norms(self) -> None:
        """Each normalisation becomes part of its layer's weights and bias."""
        with torch.no_grad():
            for index, norm in enumerate(self.norms):
                weight, bias = self.parameters[2 * index : 2 * index + 2]
                factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
                weight *= factor[:, None, None]
                bias.copy_(norm.bias + (bias - norm.running_mean) * factor)
        self.norms = []

    def fix_shifts(self) -> None:
        """The least shift that spans nearly all of a layer's weights; 0 for the last."""
        self.shifts = []
        for weight, bias in zip(self.parameters[0::2], self.parameters[1::2]):
            most = torch.quantile(weight.detach().abs().flatten(), 0.999).item()
            largest = max(most, bias.detach().abs().max().item())
            self.shifts.append(min(max(math.ceil(math.log2(largest)), -15), 15))
        self.shifts[-1] = 0

    def quantised(self) -> list[np.ndarray]:
        steps = [2.0**shift / 128 for shift in self.shifts for _ in ("weight", "bias")]
        return [(quantise(p.detach(), step) / step).numpy().astype(np.int8)
                for p, step in zip(self.parameters, steps)]

    def hand_over(self, keep: Keep) -> None:
        """The network as it would be if training ended now."""
        now = copy.deepcopy(self)
        if now.shifts is None:
            now.absorb_norms()
            now.fix_shifts()
        keep(now.quantised(), now.shifts)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for index, layer in enumerate(LAYERS):
            weight, bias = self.parameters[2 * index : 2 * index + 2]
            if self.shifts is not None:
                step = 2.0 ** self.shifts[index] / 128
                weight, bias = quantise(weight, step), quantise(bias, step)
            if layer.is_linear:
                return F.linear(x.flatten(1), weight, bias)
            if layer.pool == "max":
                x = F.max_pool1d(x, 2)
            elif layer.pool == "avg":
                x = F.avg_pool1d(x, 2)
                # The inputs follow a ReLU, so truncation toward zero is floor.
                x = x if self.shifts is None else floor_through(x * 128) / 128
            x = F.conv1d(x, weight, bias, padding=layer.pad)
            x = self.norms[index](x) if self.norms else x
            x = x.clamp(0.0, 127 / 128)
            x = x if self.shifts is None else floor_through(x * 128 + 0.5) / 128
        raise AssertionError("the last layer is linear")


def floor_through(x: torch.Tensor) -> torch.Tensor:
    """floor, with the gradient of the identity."""
    return x + (x.floor() - x).detach()


def quantise(x: torch.Tensor, step: float) -> torch.Tensor:
    """x as a signed byte times step; gradients pass where the byte does not clip."""
    return floor_through((x / step + 0.5).clamp(-128.0, 127.0)) * step


def run_stage(network: Network, make: Callable[[int, int], Chunk], first: int, count: int, peak_rate: float,
              keep: Keep) -> None:
    """Adam with a one-cycle learning rate over `count` new windows; hands the network over now and then."""
    optimiser = torch.optim.Adam(network.trained(), lr=peak_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, peak_rate, total_steps=math.ceil(count / CHUNK) * (CHUNK // BATCH), pct_start=0.15)
    # Other words are the most various, so that training has twice as many of them; each counts for less.
    weights = torch.tensor([0.6 if label == OTHER else 1.0 for label in LABELS])
    kind = "float" if network.shifts is None else "quantised"
    losses, right = [], []
    for number, (inputs, labels) in enumerate(chunks(make, first, count), 1):
        x = torch.from_numpy(inputs).float() / 128
        y = torch.from_numpy(labels.astype(np.int64))
        for part in torch.randperm(len(x)).split(BATCH):
            logits = network.forward(x[part])
            loss = F.cross_entropy(logits, y[part], weight=weights)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            # The last layer has no output shift, so its weights stay within a byte.
            with torch.no_grad():
                for parameter in network.parameters[-2:]:
                    parameter.clamp_(-1.0, 127 / 128)
            losses.append(loss.item())
            right.append((logits.argmax(1) == y[part]).float().mean().item())
        if number % 10 == 0:
            print(f"{kind} {number * CHUNK}/{count}: loss {np.mean(losses):.4f}, "
                  f"right {100 * np.mean(right):.1f} %", flush=True)
            losses, right = [], []
        if number * CHUNK % KEEP_EVERY == 0:
            network.hand_over(keep)
    network.hand_over(keep)


def fit(make: Callable[[int, int], Chunk], seed: int, float_windows: int, quantised_windows: int, keep: Keep) -> None:
    """Trains on windows that `make(first, count)` gives; `keep` gets the network on the way and at the end."""
    torch.set_num_threads(1)  # sums are then added in the same order on every run
    torch.manual_seed(seed)
    network = Network()
    run_stage(network, make, 0, float_windows, 3e-3, keep)
    network.absorb_norms()
    network.fix_shifts()
    print("output shifts:", network.shifts)
    run_stage(network, make, float_windows, quantised_windows, 8e-4, keep)
