"""Other throats for a spoken word: its resonances move, its pitch stays.

The smooth part of each short spectrum (what the throat does) is stretched along the
frequencies, unevenly, and the rest (what the vocal cords do) left alone. With a
change of speed, which moves both, every clip becomes a clip of many speakers.
"""

from __future__ import annotations

import numpy as np

RATE = 16000
FRAME = 512
HOP = FRAME // 2
SMOOTH = 24  # coefficients of the cepstrum that are the throat's
SLOPES = np.sqrt(np.hanning(FRAME + 1)[:-1])  # twice in a row, frames that overlap by half add up to 1


def warped_places(factor: float, rng: np.random.Generator) -> np.ndarray:
    """For each frequency of the new spectrum the place in the old one, in bins."""
    low, high = factor * rng.uniform(0.93, 1.07), factor * rng.uniform(0.93, 1.07)
    new = np.array([0, 800 * low, 2500 * high, 8000])
    hertz = np.linspace(0, RATE / 2, FRAME // 2 + 1)
    return np.interp(hertz, new, [0, 800, 2500, 8000]) / (RATE / FRAME)


def other_throat(word: np.ndarray, factor: float, rng: np.random.Generator) -> np.ndarray:
    """The word with its resonances about `factor` times as high; above 1 a shorter throat."""
    count = -(-len(word) // HOP) + 1
    padded = np.zeros((count + 1) * HOP)
    padded[HOP : HOP + len(word)] = word
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP] * SLOPES
    spectra = np.fft.rfft(frames)
    cepstra = np.fft.irfft(np.log(np.abs(spectra) + 1.0))
    cepstra[:, SMOOTH : FRAME - SMOOTH + 1] = 0.0
    smooth = np.fft.rfft(cepstra).real
    places = warped_places(factor, rng)
    below = np.minimum(places.astype(int), FRAME // 2 - 1)
    part = places - below
    moved = smooth[:, below] * (1 - part) + smooth[:, below + 1] * part
    changed = np.fft.irfft(spectra * np.exp(np.clip(moved - smooth, -4, 4))) * SLOPES
    out = np.zeros((count + 1) * HOP)
    out[: count * HOP] = changed[:, :HOP].ravel()
    out[HOP:] += changed[:, HOP:].ravel()
    return out[HOP : HOP + len(word)]
