"""The synthesisers that speak for the keyword model, and which voices are held out.

Every clip comes from a synthesiser of Debian 12's main section:

  espeak-ng    formants; English accents times voice variants (a throat each)
  klatt        espeak-ng's other wave generator, Klatt's; its variants are named klatt*
  festival     recorded speech in pieces: diphones, unit selection, and HTS models
  flite        diphones (kal16) and models of recorded speech (awb, rms, slt)
  freetts      diphones (kevin16), by a program in Java

Sides:
  train       what the network learns from
  voice       held-out voices of the synthesisers trained on
  klatt       espeak-ng with a wave generator never trained on
  freetts     a synthesiser never trained on
"""

from __future__ import annotations

import multiprocessing
import subprocess
import tempfile
import wave
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import words
from words import KEYWORDS, OTHER, OTHER_WORDS, SENTENCES

RATE = 16000

ACCENTS = ("en", "en-us", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd",
           "en-029", "en-us-nyc")
VARIANTS = Path("/usr/lib/x86_64-linux-gnu/espeak-ng-data/voices/!v")
# One variant group in HELD_OUT_MODULUS (chosen by a checksum of its name) is held out.
HELD_OUT_MODULUS = 5

FLITE = ("kal16", "awb", "rms", "slt")
FLITE_HELD_OUT = {"rms"}

# Voices of people who speak English: few, and most like whom the model is for.
RECORDED_ENGLISH = ("kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts", *FLITE)

FREETTS = ("kevin16",)
FREETTS_JARS = ("freetts", "cmu_us_kal", "cmulex", "en_us", "cmudict04")


@dataclass(frozen=True)
class FestivalVoice:
    """How a voice of festival is spoken with."""

    spelling: dict[str, list[str]] | None = None  # of the keywords; None: English
    others: tuple[str, ...] = tuple(OTHER_WORDS)
    encoding: str = "utf-8"
    slowest: float = 2.0  # how much longer it may speak; diphone voices say a lone word fast
    pitch: tuple[float, float] | None = None  # hertz, for voices whose pitch festival's regression sets


LATIN_1 = "iso-8859-1"
FINNISH = FestivalVoice(words.FINNISH, tuple(words.LATIN_OTHER), LATIN_1)
CZECH = FestivalVoice(words.CZECH, tuple(words.LATIN_OTHER), slowest=1.3)
FESTIVAL = {
    "kal_diphone": FestivalVoice(pitch=(90, 150)),
    "ked_diphone": FestivalVoice(pitch=(80, 140)),
    "cmu_us_slt_arctic_hts": FestivalVoice(slowest=1.3),
    "lp_diphone": FestivalVoice(words.ITALIAN, tuple(words.LATIN_OTHER), LATIN_1),
    "pc_diphone": FestivalVoice(words.ITALIAN_BOTH, tuple(words.LATIN_OTHER), LATIN_1),
    "hy_fi_mv_diphone": FINNISH,
    "suo_fi_lj_diphone": FINNISH,
    "czech_dita": CZECH,
    "czech_krb": CZECH,
    "czech_machac": CZECH,
    "czech_ph": CZECH,
    "upc_ca_ona_hts": FestivalVoice(words.CATALAN, tuple(words.LATIN_OTHER), LATIN_1, slowest=1.3),
    "msu_ru_nsh_clunits": FestivalVoice(words.RUSSIAN, tuple(words.RUSSIAN_OTHER), slowest=1.3),
}
FESTIVAL_HELD_OUT = {"ked_diphone", "lp_diphone"}


@dataclass(frozen=True)
class Clip:
    """One spoken word, without the silence around it: 16 kHz, 16 bits, loudest 30000."""

    side: str
    engine: str
    voice: str
    label: str  # a keyword, "other", or "sentence"
    samples: np.ndarray


def variant_side(variant: str) -> str:
    """Variants of one name ("iven", "iven2") share a side; the rule looks at the name alone."""
    group = variant.rstrip("0123456789") if len(variant) > 2 else variant
    if group == "klatt":
        return "klatt"
    return "voice" if zlib.crc32(group.encode()) % HELD_OUT_MODULUS == 0 else "train"


def resample(samples: np.ndarray, rate: int) -> np.ndarray:
    """To 16 kHz through the spectrum, which drops what lies above 8 kHz."""
    if rate == RATE:
        return samples
    count = len(samples) * RATE // rate
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    padded = np.zeros(count // 2 + 1, dtype=complex)
    padded[: len(spectrum)] = spectrum
    return np.fft.irfft(padded, count)


def trim(samples: np.ndarray, rate: int) -> np.ndarray | None:
    """The word alone at 16 kHz, or None where the synthesiser gave no sound."""
    samples = resample(samples.astype(np.float64), rate)
    if len(samples) < 800:
        return None
    # The energy of 10 ms steps decides, so that a single click does not.
    steps = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    energy = np.sqrt(np.mean((steps - steps.mean()) ** 2, axis=1))
    # Recorded voices have the noise of their recordings before and after the word.
    floor = np.clip(2 * np.percentile(energy, 5), 0.015 * energy.max(), 0.04 * energy.max())
    loud = np.flatnonzero(energy > floor)
    if energy.max() < 20 or len(loud) < 5:
        return None
    samples = samples[max(loud[0] - 1, 0) * 160 : (loud[-1] + 2) * 160]
    samples = samples - samples.mean()
    return np.rint(samples * (30000 / np.abs(samples).max())).astype(np.int16)


def read_wave(path: Path) -> np.ndarray | None:
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return trim(samples, file.getframerate())


Said = list[tuple[str, str]]  # (label, text)


def words_for(rng: np.random.Generator, others: tuple[str, ...], keywords: int, other: int) -> Said:
    """Each keyword `keywords` times and `other` other words."""
    said = [(word, word) for word in KEYWORDS for _ in range(keywords)]
    return said + [(OTHER, str(word)) for word in rng.choice(others, other)]


# ---------------------------------------------------------------------------
# One function for each synthesiser: what its voice (or variant) says


def speak_espeak(variant: str, rng: np.random.Generator) -> list[Clip]:
    """The variant with every accent; speed, pitch and the sentence's end at random."""
    side = variant_side(variant)
    engine = "klatt" if side == "klatt" else "espeak-ng"
    clips = []
    for accent in ACCENTS:
        said = words_for(rng, tuple(OTHER_WORDS), 1, 9)
        said.append(("sentence", SENTENCES[rng.integers(len(SENTENCES))]))
        for label, text in said:
            text += ("", ".", "!", "?")[rng.integers(4)]
            command = ["espeak-ng", "-v", f"{accent}+{variant}", "-s", str(rng.integers(110, 230)),
                       "-p", str(rng.integers(15, 90)), "--stdout", text]
            sound = subprocess.run(command, capture_output=True, check=True).stdout
            samples = trim(np.frombuffer(sound[44 : len(sound) // 2 * 2], dtype="<i2"), 22050)
            if samples is not None:
                clips.append(Clip(side, engine, f"{accent}+{variant}", label, samples))
    return clips


def speak_flite(voice: str, rng: np.random.Generator) -> list[Clip]:
    side = "voice" if voice in FLITE_HELD_OUT else "train"
    clips = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.wav"
        said = words_for(rng, tuple(OTHER_WORDS), 40, 240)
        for label, text in said + [("sentence", text) for text in SENTENCES]:
            command = ["flite", "-voice", voice, "--setf", f"duration_stretch={rng.uniform(0.8, 1.5):.3f}"]
            if voice == "kal16":
                command += ["--setf", f"int_f0_target_mean={rng.uniform(85, 150):.1f}"]
            subprocess.run(command + ["-t", text, "-o", str(path)], check=True)
            samples = read_wave(path)
            if samples is not None:
                clips.append(Clip(side, "flite", voice, label, samples))
    return clips


def festival_commands(voice: str, said: Said, rng: np.random.Generator, folder: str) -> list[str]:
    """For each text the Scheme that has the voice say it into a file."""
    how = FESTIVAL[voice]
    commands = []
    for index, (_, text) in enumerate(said):
        lines = [f"(Parameter.set 'Duration_Stretch {rng.uniform(0.8, how.slowest):.3f})"]
        if how.pitch:
            mean = rng.uniform(*how.pitch)
            lines.append(f"(set! int_lr_params '((target_f0_mean {mean:.1f}) (target_f0_std {mean / 8:.1f})"
                         " (model_f0_mean 170) (model_f0_std 34)))")
        lines.append(f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{folder}/{index}.wav" \'riff)')
        commands.append("\n".join(lines) + "\n")
    return commands


def run_festival(voice: str, commands: list[str], folder: Path) -> None:
    """Where festival crashes in a word (pc does, now and then), it goes on with the next."""
    program = folder / "say.scm"
    first = 0
    while first < len(commands):
        program.write_text(f"(voice_{voice})\n" + "".join(commands[first:]), encoding=FESTIVAL[voice].encoding)
        done = subprocess.run(["festival", "-b", str(program)], capture_output=True)
        if done.returncode == 0:
            return
        said = next(i for i in range(first, len(commands) + 1) if not (folder / f"{i}.wav").exists())
        if said == first == 0 or said == len(commands):
            raise SystemExit(f"festival's {voice} says nothing: {done.stderr.decode(errors='replace')}")
        first = said + 1


def speak_festival(voice: str, rng: np.random.Generator) -> list[Clip]:
    """Voices of other languages say the keywords in a spelling of theirs, thus with an accent."""
    how = FESTIVAL[voice]
    side = "voice" if voice in FESTIVAL_HELD_OUT else "train"
    said = words_for(rng, how.others, 40, 320)
    if how.spelling is None:
        said += [("sentence", text) for text in SENTENCES]
    else:
        said = [(label, str(rng.choice(how.spelling.get(text, [text])))) for label, text in said]
    clips = []
    with tempfile.TemporaryDirectory() as folder:
        run_festival(voice, festival_commands(voice, said, rng, folder), Path(folder))
        for index, (label, _) in enumerate(said):
            path = Path(folder) / f"{index}.wav"
            samples = read_wave(path) if path.exists() else None
            if samples is not None:
                clips.append(Clip(side, "festival", voice, label, samples))
    return clips


def speak_freetts(voice: str, rng: np.random.Generator) -> list[Clip]:
    """Its command varies neither speed nor pitch, but the end of a sentence changes the melody."""
    said = [(word, word + end) for word in KEYWORDS for end in ("", ".", "!", "?")]
    said += [(OTHER, str(word)) for word in rng.permutation(OTHER_WORDS)]
    jars = ":".join(f"/usr/share/java/{jar}.jar" for jar in FREETTS_JARS)
    clips = []
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.txt"
        lines.write_text("\n".join(text for _, text in said) + "\n", encoding="ascii")
        subprocess.run(["java", "-cp", jars, "com.sun.speech.freetts.FreeTTS", "-voice", voice,
                        "-dumpMultiAudio", f"{folder}/.wav", "-lines", str(lines)], check=True, capture_output=True)
        for index, (label, _) in enumerate(said):
            samples = read_wave(Path(folder) / f"{index}.wav")
            if samples is not None:
                clips.append(Clip("freetts", "freetts", voice, label, samples))
    return clips


# ---------------------------------------------------------------------------

Speaker = tuple[Callable[[str, np.random.Generator], list[Clip]], str]


def speakers() -> list[Speaker]:
    variants = sorted(path.name for path in VARIANTS.iterdir())
    return ([(speak_festival, voice) for voice in FESTIVAL] + [(speak_flite, voice) for voice in FLITE]
            + [(speak_freetts, voice) for voice in FREETTS] + [(speak_espeak, variant) for variant in variants])


def say(job: tuple[Speaker, int]) -> list[Clip]:
    """All that one voice says, from a random stream of its own."""
    (speak, voice), seed = job
    clips = speak(voice, np.random.default_rng([seed, zlib.crc32(f"{speak.__name__} {voice}".encode())]))
    print(f"{speak.__name__} {voice}: {len(clips)} clips", flush=True)
    return clips


def speak_all(cache: Path, seed: int) -> list[Clip]:
    """Everything all synthesisers say; kept in `cache`, since speaking takes minutes."""
    path = cache / f"clips-{seed}.npz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with multiprocessing.Pool() as pool:
            said = [c for clips in pool.imap(say, [(speaker, seed) for speaker in speakers()]) for c in clips]
        np.savez(path, names=np.array([[c.side, c.engine, c.voice, c.label] for c in said]),
                 lengths=np.array([len(c.samples) for c in said]),
                 samples=np.concatenate([c.samples for c in said]))
    stored = np.load(path)
    parts = np.split(stored["samples"], np.cumsum(stored["lengths"])[:-1])
    return [Clip(*map(str, names), part) for names, part in zip(stored["names"], parts)]
