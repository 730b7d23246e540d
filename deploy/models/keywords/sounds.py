"""From spoken words to the windows the network hears: rooms, noise, levels, offsets.

A window is 16384 samples of 16 kHz and 16 bits. `windows_for` makes them; all that
is random in one is drawn from a generator of its own. `to_bytes` turns windows into
the network's signed bytes by the rule of `sound` in `model.yaml`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from throats import other_throat
from voices import RATE, Clip
from words import LABELS, OTHER, SILENCE

CHANNELS = 128
STEPS = 128
WINDOW = CHANNELS * STEPS
GAIN = 16
# Words of two syllables or more: a short piece of one is no keyword, whereas "rai" may be "right".
LONGER = ("forward", "backward", "louder", "quieter", "camera")
NOISES = ("white", "pink", "brown", "hum", "fan", "clicks", "babble")
TRANSFORM = 24576  # a window and half a second of echo


def to_bytes(windows: np.ndarray, gain: int = GAIN) -> np.ndarray:
    """int16 (N, 16384) to int8 (N, channels, steps); value (c, t) is sample t*128 + c."""
    s = windows.astype(np.int64)
    peak = np.abs(s).max(axis=1, keepdims=True)
    loudest = (254 * s + peak) // np.maximum(2 * peak, 1)
    limited = (2 * gain * s + 256) // 512
    v = np.where(peak * gain >= 32512, loudest, limited)
    return v.astype(np.int8).reshape(-1, STEPS, CHANNELS).transpose(0, 2, 1)


@dataclass
class Surroundings:
    """Rooms (with the microphone in them) as spectra, and noises of some seconds each."""

    rooms: np.ndarray  # complex64 (count, TRANSFORM/2 + 1)
    noises: dict[str, np.ndarray]  # float32 (count, samples), root mean square 1


def make_room(rng: np.random.Generator) -> np.ndarray:
    """A direct sound, a decaying echo, and a microphone that favours some frequencies."""
    echo = np.zeros(TRANSFORM - WINDOW)
    echo[0] = 1.0
    if rng.random() < 0.7:
        decay = rng.uniform(0.03, 0.45)  # seconds to -60 dB
        length = min(int(decay * RATE), len(echo))
        tail = rng.normal(size=length) * 10 ** (-3 * np.arange(length) / (decay * RATE))
        tail[: rng.integers(16, 160)] = 0.0
        ratio = 10 ** (rng.uniform(-18, 0) / 20)
        tail *= ratio / max(np.sqrt(np.sum(tail**2)), 1e-6)
        echo[:length] += tail
    spectrum = np.fft.rfft(echo, TRANSFORM)
    hertz = np.maximum(np.fft.rfftfreq(TRANSFORM, 1 / RATE), 1.0)
    points = np.array([20, 100, 300, 900, 2500, 5000, 8000])
    curve = np.cumsum(rng.normal(0, 3.0, len(points)))
    curve = curve - curve[2:5].mean()
    decibels = np.interp(np.log(hertz), np.log(points), np.clip(curve, -12, 12))
    low, high = rng.uniform(20, 250), rng.uniform(3300, 8000)
    decibels -= 10 * np.log10(1 + (low / hertz) ** 4)
    decibels -= 10 * np.log10(1 + (hertz / high) ** 8)
    return (spectrum * 10 ** (decibels / 20)).astype(np.complex64)


def make_noise(kind: str, rng: np.random.Generator, clips: list[Clip], length: int) -> np.ndarray:
    time = np.arange(length) / RATE
    if kind == "babble":
        sound = np.zeros(length)
        for _ in range(60):
            word = clips[rng.integers(len(clips))].samples[:length]
            at = rng.integers(length - len(word) + 1)
            sound[at : at + len(word)] += word * rng.uniform(0.3, 1.0)
    elif kind == "hum":
        base = rng.choice([50, 60, 100, 120]) * rng.uniform(0.99, 1.01)
        sound = sum(rng.uniform(0, 1) / n * np.sin(2 * np.pi * (base * n * time + rng.random()))
                    for n in range(1, 20))
        sound = sound + rng.normal(0, rng.uniform(0.01, 0.3), length)
    elif kind == "clicks":
        sound = rng.normal(0, 0.02, length)
        for _ in range(rng.integers(3, 40)):
            at, size = rng.integers(length), rng.integers(5, 800)
            burst = rng.normal(size=size) * np.exp(-np.arange(size) / (size / 5)) * rng.uniform(0.1, 1)
            sound[at : at + size] += burst[: length - at]
    else:
        slope = {"white": 0.0, "pink": -0.5, "brown": -1.0, "fan": -0.7}[kind]
        hertz = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 30.0)
        spectrum = np.fft.rfft(rng.normal(size=length)) * hertz**slope
        if kind == "fan":
            for _ in range(rng.integers(1, 5)):
                centre, width = rng.uniform(80, 3000), rng.uniform(3, 60)
                spectrum *= 1 + rng.uniform(2, 15) * np.exp(-(((hertz - centre) / width) ** 2))
        sound = np.fft.irfft(spectrum, length)
        if rng.random() < 0.4:  # it comes and goes
            sound = sound * (1 + rng.uniform(0, 0.9) * np.sin(2 * np.pi * (rng.uniform(0.3, 5) * time + rng.random())))
    return (sound / np.sqrt(np.mean(sound**2))).astype(np.float32)


def make_surroundings(rng: np.random.Generator, clips: list[Clip], rooms: int, noises: int) -> Surroundings:
    length = 4 * WINDOW
    return Surroundings(
        np.stack([make_room(rng) for _ in range(rooms)]),
        {kind: np.stack([make_noise(kind, rng, clips, length) for _ in range(noises)]) for kind in NOISES},
    )


@dataclass(frozen=True)
class Conditions:
    """What a window is made under."""

    snr: tuple[float, float] = (2.0, 40.0)  # decibels, speech over noise, drawn between; infinity is no noise
    clean: float = 0.12  # the share of windows without noise
    speeds: tuple[float, float] = (0.75, 1.35)  # a clip is played so much longer
    varied: bool = False  # whether clips get other throats and an uneven speed, too
    offset: float | None = None  # seconds from the window's middle to the word's; None: drawn, word in the window


def place(echoed: np.ndarray, length: int, rng: np.random.Generator, offset: float | None) -> np.ndarray:
    """A word of `length` samples and its echo in a window: wholly in it at random, or its middle at `offset`."""
    window = np.zeros(WINDOW)
    if offset is None:
        at = int(rng.integers(-400, max(WINDOW - length, 0) + 400))
    else:
        at = (WINDOW - length) // 2 + round(offset * RATE)
    first, last = max(at, 0), min(at + len(echoed), WINDOW)
    window[first:last] = echoed[first - at : last - at]
    return window


def stretch(word: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Played slower (above 1) or faster, which lowers or raises voice and throat; factors from part to part."""
    times = np.concatenate([[0.0], np.cumsum(factors)]) * (len(word) - 1) / len(factors)
    places = np.interp(np.arange(int(times[-1])), times, np.linspace(0, len(word) - 1, len(times)))
    return np.interp(places, np.arange(len(word)), word)


def uneven(factor: float, rng: np.random.Generator) -> np.ndarray:
    """Speeds of five parts of a word, about `factor`."""
    return factor * np.exp(rng.normal(0, 0.1, 5))


def part_of(word: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A piece that is too short to tell the word."""
    length = int(len(word) * rng.uniform(0.2, 0.4))
    at = rng.integers(len(word) - length + 1)
    piece = word[at : at + length].copy()
    edge = min(80, length // 2)
    piece[:edge] *= np.linspace(0, 1, edge)
    piece[-edge:] *= np.linspace(1, 0, edge)
    return piece


def noise_for(around: Surroundings, rng: np.random.Generator) -> np.ndarray:
    """A window of one or two kinds of noise, root mean square about 1."""
    total = np.zeros(WINDOW)
    for _ in range(1 if rng.random() < 0.6 else 2):
        bank = around.noises[NOISES[rng.integers(len(NOISES))]]
        at = rng.integers(bank.shape[1] - WINDOW + 1)
        total += bank[rng.integers(len(bank)), at : at + WINDOW]
    return total


def to_samples(sound: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """16 bits, with the small constant offset of a cheap microphone, clipped."""
    if rng.random() < 0.3:
        sound = sound + rng.uniform(-60, 60)
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)


def silent_window(around: Surroundings, rng: np.random.Generator) -> np.ndarray:
    """Noise of any loudness down to none at all."""
    level = rng.uniform(-95, -8)
    sound = noise_for(around, rng) * 32767 * 10 ** (level / 20)
    return to_samples(sound, rng) if rng.random() > 0.03 else np.zeros(WINDOW, dtype=np.int16)


def spoken(clip: Clip, rng: np.random.Generator, piece: bool, under: Conditions) -> np.ndarray:
    """The clip at some speed, short enough for a window; or a piece of it."""
    word = clip.samples.astype(np.float64)
    longer = np.exp(rng.uniform(*np.log(under.speeds)))
    if under.varied and rng.random() < 0.75:
        # Playing it longer lowers the resonances as well: of the whole change a part is undone, or added.
        wanted = np.exp(rng.uniform(np.log(0.8), np.log(1.28)))
        word = other_throat(word, float(np.clip(wanted * longer, 0.8, 1.25)), rng)
    word = stretch(word, uneven(longer, rng) if under.varied and rng.random() < 0.6 else np.array([longer]))
    if clip.label == "sentence":
        at = rng.integers(max(len(word) - WINDOW, 0) + 1)
        return word[at : at + WINDOW]
    if piece:
        return part_of(word, rng)
    return word if len(word) <= WINDOW - 400 else stretch(word, np.array([(WINDOW - 400) / len(word)]))


def heard(echoed: np.ndarray, length: int, around: Surroundings, rng: np.random.Generator,
          under: Conditions) -> np.ndarray:
    """One window of what a microphone gives: the word somewhere, at some loudness, with noise."""
    sound = place(echoed, length, rng, under.offset)
    level = 32767 * 10 ** (rng.uniform(-34, 0) / 20)
    sound *= level / max(np.abs(sound).max(), 1e-9)
    if rng.random() < 0.08:  # too loud for the microphone
        sound = np.clip(sound * rng.uniform(1, 3), -level, level)
    snr = np.inf if under.snr[0] == np.inf or rng.random() < under.clean else rng.uniform(*under.snr)
    # The loudness of the speech is that of its loudest half.
    steps = np.sort(np.mean(sound.reshape(-1, 256) ** 2, axis=1))
    loudest = max(length // 512, 1)
    sound += noise_for(around, rng) * np.sqrt(steps[-loudest:].mean()) * 10 ** (-snr / 20)
    return to_samples(sound, rng)


def echo(word: np.ndarray, around: Surroundings, rng: np.random.Generator) -> np.ndarray:
    """The word in a room, through a microphone."""
    room = around.rooms[rng.integers(len(around.rooms))]
    return np.fft.irfft(np.fft.rfft(word, TRANSFORM) * room, TRANSFORM)


class Choice:
    """Draws clips so that every engine, voice family and label counts alike; `favoured` voices count twice."""

    def __init__(self, clips: list[Clip], favoured: Collection[str] = ()) -> None:
        self.favoured = favoured
        self.by_label: dict[str, dict[str, list[Clip]]] = {}
        for clip in clips:
            family = clip.engine if clip.engine in ("espeak-ng", "klatt") else clip.voice
            self.by_label.setdefault(clip.label, {}).setdefault(family, []).append(clip)

    def draw(self, label: str, rng: np.random.Generator) -> Clip:
        families = self.by_label[label]
        names = sorted(families)
        weights = np.array([2.0 if n in self.favoured else 1.0 for n in names])
        # espeak-ng's voices are many: as many chances as all other families together.
        weights[[n == "espeak-ng" for n in names]] = max(len(names) - 1, 1)
        family = families[names[rng.choice(len(names), p=weights / weights.sum())]]
        return family[rng.integers(len(family))]

    def windows(self, label: str, count: int, around: Surroundings, rng: np.random.Generator,
                under: Conditions = Conditions()) -> tuple[list[np.ndarray], str]:
        """`count` windows of one clip with that label in one room, and the voice it has."""
        if label == SILENCE:
            return [silent_window(around, rng) for _ in range(count)], "noise"
        kind, piece = label, False
        if label == OTHER:
            chance = rng.random()
            if chance < 0.2 and "sentence" in self.by_label:
                kind = "sentence"
            elif chance < 0.35:
                kind, piece = LONGER[rng.integers(len(LONGER))], True
        clip = self.draw(kind, rng)
        word = spoken(clip, rng, piece, under)
        echoed = echo(word, around, rng)
        return [heard(echoed, len(word), around, rng, under) for _ in range(count)], f"{clip.engine}_{clip.voice}"


def windows_for(choice: Choice, around: Surroundings, seed: tuple, count: int, under: Conditions = Conditions(),
                each: int = 1, turns: Sequence[str] = LABELS) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """`count` windows, their labels (which take `turns`), and their voices; `each` windows of one clip in a row.
    Each clip has a random stream of its own."""
    windows, labels, names = [], [], []
    for index in range(math.ceil(count / each)):
        rng = np.random.default_rng([*seed, index])
        label = turns[index % len(turns)]
        made, name = choice.windows(label, each, around, rng, under)
        windows += made
        labels += [LABELS.index(label)] * each
        names += [name] * each
    return np.stack(windows[:count]), np.array(labels[:count], dtype=np.uint8), names[:count]
