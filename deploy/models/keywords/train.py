"""The keyword model: speaks the words, trains the network, quantises and checks it.

The network has KWS20's shape and 8-bit weights. It hears one second of sound and
tells ten words, other words, and silence apart. Four commands:

  train     speak, train, quantise, and write every file beside this script
  generate  write clips of held-out voices
  evaluate  run the integer network on WAV files and report accuracy
  report    accuracy by held-out group, and the confusion table

Seed: 78000 for everything. Only `train` needs torch; `evaluate` needs numpy alone.

Packages (Debian 12, main):

  apt-get install -y --no-install-recommends python3-torch python3-numpy espeak-ng \\
    flite festival festlex-cmu festvox-kallpc16k festvox-kdlpc16k \\
    festvox-us-slt-hts festvox-italp16k festvox-itapc16k festvox-suopuhe-mv \\
    festvox-suopuhe-lj festvox-czech-dita festvox-czech-krb festvox-czech-machac \\
    festvox-czech-ph festvox-ca-ona-hts festvox-ru freetts default-jre-headless

The command that made the files of this directory:

  /usr/bin/python3 deploy/models/keywords/train.py train

words.py has the words, voices.py the synthesisers and the split, sounds.py makes windows of sound,
network.py is the network in integers, learning.py trains.
"""

from __future__ import annotations

import argparse
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np

from network import LAYERS, logits_of, model_text
from sounds import WINDOW, Choice, Conditions, Surroundings, make_surroundings, to_bytes, windows_for
from voices import RATE, RECORDED_ENGLISH, Clip, speak_all
from words import LABELS, OTHER

HERE = Path(__file__).resolve().parent
SEED = 78000

# One window's random stream is seeded by (seed, role, index).
ROLE_TRAINING = 0
ROLE_HELD_OUT = 1
ROLE_REPORT = 2

VARIED = Conditions(varied=True)  # what training hears
# What held-out windows are made under, where nothing else is said.
USUAL = Conditions(snr=(5.0, 40.0), speeds=(0.9, 1.1))

# The committed clips: of each group one clip of each label, with noise so many decibels below.
HELD_OUT_GROUPS = (
    ("voice", "espeak-ng", None, np.inf),
    ("voice", "festival", "ked_diphone", 30.0),
    ("voice", "flite", "rms", 20.0),
    ("freetts", "freetts", "kevin16", 20.0),
    ("voice", "espeak-ng", None, 10.0),
)


def select(clips: list[Clip], side: str, engine: str | None = None, voice: str | None = None) -> list[Clip]:
    return [c for c in clips if c.side == side and engine in (None, c.engine) and voice in (None, c.voice)]


def held_out_surroundings(clips: list[Clip], seed: int) -> Surroundings:
    """Rooms and noises that training never heard."""
    return make_surroundings(np.random.default_rng([seed, ROLE_HELD_OUT]), select(clips, "voice"), 100, 12)


# ---------------------------------------------------------------------------
# Held-out clips


def write_wave(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())


def read_wave(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise SystemExit(f"{path} is not mono, 16 bits, {RATE} Hz")
        samples = np.frombuffer(file.readframes(WINDOW), dtype="<i2")
    if len(samples) != WINDOW:
        raise SystemExit(f"{path} has {len(samples)} samples; a clip has {WINDOW}")
    return samples


def read_clips(directory: Path) -> tuple[np.ndarray, np.ndarray]:
    """Windows and labels (what stands before the first "-") in byte order of the names."""
    paths = sorted(directory.glob("*.wav"), key=lambda path: path.name.encode())
    if not paths:
        raise SystemExit(f"no WAV files in {directory}")
    labels = [LABELS.index(path.name.split("-")[0]) for path in paths]
    return np.stack([read_wave(path) for path in paths]), np.array(labels, dtype=np.uint8)


def generate(clips: list[Clip], out: Path, rounds: int, seed: int) -> None:
    """`rounds` times a clip of each label for each group, with inputs.npy and labels.npy."""
    out.mkdir(parents=True, exist_ok=True)
    for path in out.glob("*.wav"):
        path.unlink()
    around = held_out_surroundings(clips, seed)
    for group, (side, engine, voice, snr) in enumerate(HELD_OUT_GROUPS):
        choice = Choice(select(clips, side, engine, voice))
        under = Conditions(snr=(snr, snr), clean=0.0)
        seeds = (seed, ROLE_HELD_OUT, group)
        windows, labels, names = windows_for(choice, around, seeds, rounds * len(LABELS), under)
        for index, (window, label, name) in enumerate(zip(windows, labels, names)):
            number = group + 1 + index // len(LABELS) * len(HELD_OUT_GROUPS)
            write_wave(out / f"{LABELS[label]}-{name.replace('+', '_')}-{number}.wav", window)
    windows, labels = read_clips(out)
    np.save(out / "inputs.npy", np.ascontiguousarray(to_bytes(windows)))
    np.save(out / "labels.npy", labels)


# ---------------------------------------------------------------------------
# Report


def accuracy(directory: Path, choice: Choice, around: Surroundings, seeds: tuple, count: int,
             under: Conditions) -> tuple[float, np.ndarray]:
    """Percent right, and the confusion table (rows: what was said)."""
    windows, labels, _ = windows_for(choice, around, seeds, count, under)
    found = logits_of(directory, to_bytes(windows)).argmax(axis=1)
    table = np.zeros((len(LABELS), len(LABELS)), dtype=int)
    np.add.at(table, (labels, found), 1)
    return 100.0 * np.trace(table) / table.sum(), table


def report_groups() -> list[tuple[str, tuple, Conditions]]:
    """(name, what `select` is asked, conditions) of each line of the report."""
    voices = ("voice",)
    lines = [
        ("voices trained on, new windows", ("train",), USUAL),
        ("held-out voices", voices, USUAL),
        ("- espeak-ng, held-out variants", ("voice", "espeak-ng"), USUAL),
        ("- festival ked_diphone (English)", ("voice", "festival", "ked_diphone"), USUAL),
        ("- flite rms (English)", ("voice", "flite", "rms"), USUAL),
        ("- festival lp_diphone (Italian)", ("voice", "festival", "lp_diphone"), USUAL),
        ("held-out wave generator: Klatt", ("klatt",), USUAL),
        ("held-out synthesiser: FreeTTS", ("freetts",), USUAL),
    ]
    lines.append(("held-out voices, no noise", voices, replace(USUAL, snr=(np.inf, np.inf))))
    for snr in (30, 20, 10, 5, 0, -5):
        lines.append((f"held-out voices, noise {snr} dB below", voices, replace(USUAL, snr=(snr, snr), clean=0.0)))
    for offset in (0.0, 0.1, 0.2, 0.3, -0.1, -0.2, -0.3):
        lines.append((f"held-out voices, {offset:+.1f} s from the middle", voices,
                      replace(USUAL, offset=offset)))
    return lines


def print_confusion(table: np.ndarray) -> None:
    print("| said \\ heard | " + " | ".join(LABELS) + " |")
    print("|---" * (len(LABELS) + 1) + "|")
    for label, row in zip(LABELS, table):
        print(f"| {label} | " + " | ".join(str(n) if n else "" for n in row) + " |")


def report(directory: Path, clips: list[Clip], count: int, seed: int) -> None:
    around = held_out_surroundings(clips, seed)
    print(f"| Windows ({count} each) | Accuracy |\n|---|---:|")
    tables = {}
    for number, (name, asked, under) in enumerate(report_groups()):
        choice = Choice(select(clips, *asked))
        percent, tables[name] = accuracy(directory, choice, around, (seed, ROLE_REPORT, number), count, under)
        print(f"| {name} | {percent:.1f} % |", flush=True)
    for name in ("held-out voices", "held-out synthesiser: FreeTTS"):
        print(f"\n{name}:\n")
        print_confusion(tables[name])


# ---------------------------------------------------------------------------
# Commands


def windows_maker(clips: list[Clip]):
    """make(first, count) -> inputs and labels of the training windows from number `first`."""
    known = select(clips, "train")
    print(f"{len(clips)} spoken clips, {len(known)} for training", flush=True)
    around = make_surroundings(np.random.default_rng([SEED, ROLE_TRAINING]), known, 300, 40)
    choice = Choice(known, RECORDED_ENGLISH)

    def make(first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        windows, labels, _ = windows_for(choice, around, (SEED, ROLE_TRAINING, first), count, VARIED, each=3,
                                        turns=LABELS + (OTHER,))
        return to_bytes(windows), labels

    return make


def write_network(out: Path, tensors: list[np.ndarray], shifts: list[int]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for index in range(len(LAYERS)):
        np.save(out / f"weights_{index}.npy", np.ascontiguousarray(tensors[2 * index]))
        np.save(out / f"bias_{index}.npy", tensors[2 * index + 1])
    (out / "model.yaml").write_text(model_text(shifts, SEED), encoding="utf-8")


def command_train(args: argparse.Namespace) -> None:
    from learning import fit

    clips = speak_all(args.cache, SEED)
    fit(windows_maker(clips), SEED, args.float_windows, args.quantised_windows,
        lambda tensors, shifts: write_network(args.out, tensors, shifts))
    generate(clips, args.out / "heldout", 1, SEED)
    evaluate(args.out, args.out / "heldout", args.out / "heldout")


def evaluate(model: Path, clips: Path, out: Path) -> None:
    windows, labels = read_clips(clips)
    logits = logits_of(model, to_bytes(windows))
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "logits.npy", logits)
    print(f"accuracy: {100.0 * np.mean(logits.argmax(axis=1) == labels):.1f} % of {len(labels)} clips")


def command_generate(args: argparse.Namespace) -> None:
    generate(speak_all(args.cache, SEED), args.out, args.rounds, args.seed)


def command_evaluate(args: argparse.Namespace) -> None:
    evaluate(args.model, args.clips, args.out)


def command_report(args: argparse.Namespace) -> None:
    report(args.model, speak_all(args.cache, SEED), args.count, args.seed)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The keyword model: train and check.")
    commands = parser.add_subparsers(required=True)
    spoken = argparse.ArgumentParser(add_help=False)
    spoken.add_argument("--cache", type=Path, default=Path("/tmp/keyword-clips"), help="where spoken clips are kept")
    model = argparse.ArgumentParser(add_help=False)
    model.add_argument("--model", type=Path, default=HERE, help="the folder of model.yaml")

    train = commands.add_parser("train", parents=[spoken], help="train and write every file")
    train.add_argument("--out", type=Path, default=HERE)
    train.add_argument("--float-windows", type=int, default=2_000_000)
    train.add_argument("--quantised-windows", type=int, default=600_000)
    train.set_defaults(run=command_train)

    clips = commands.add_parser("generate", parents=[spoken], help="write held-out clips")
    clips.add_argument("--rounds", type=int, default=1, help="so many times 60 clips")
    clips.add_argument("--out", type=Path, required=True)
    clips.add_argument("--seed", type=int, default=SEED)
    clips.set_defaults(run=command_generate)

    check = commands.add_parser("evaluate", parents=[model], help="run the integer network on WAV files")
    check.add_argument("--clips", type=Path, required=True)
    check.add_argument("--out", type=Path, required=True, help="where logits.npy goes")
    check.set_defaults(run=command_evaluate)

    table = commands.add_parser("report", parents=[spoken, model], help="accuracy by held-out group")
    table.add_argument("--count", type=int, default=960)
    table.add_argument("--seed", type=int, default=SEED)
    table.set_defaults(run=command_report)
    return parser.parse_args()


def main() -> None:
    args = parse_arguments()
    args.run(args)


if __name__ == "__main__":
    main()
