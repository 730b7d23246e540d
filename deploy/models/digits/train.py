"""The digit classifier: renders digits, trains the network, quantises and checks it.

The network has ConvNet5's shape and 8-bit weights. It is trained on pictures of
the digits 0-9 drawn with free fonts and ends in the MAX78000's integer
arithmetic. Three commands:

  train     render the pictures, train, quantise, and write every file beside
            this script: weights, biases, model.yaml and heldout/
  generate  write held-out pictures, drawn with fonts that training never saw
  evaluate  run the integer network on pictures (numpy only) and report accuracy

Seed: 78000 for everything. Only `train` needs torch.

Packages (Debian 12):

  apt-get install -y --no-install-recommends python3-torch python3-numpy \\
    python3-pil fonts-adf-baskervald fonts-adf-gillius fonts-adf-libris \\
    fonts-adf-universalis fonts-anonymous-pro fonts-arkpandora fonts-b612 \\
    fonts-beteckna fonts-cabin fonts-cantarell fonts-clear-sans fonts-comfortaa \\
    fonts-comic-neue fonts-courier-prime fonts-crosextra-caladea \\
    fonts-crosextra-carlito fonts-dejavu-core fonts-dejavu-extra \\
    fonts-dkg-handwriting fonts-dosis fonts-ebgaramond fonts-ecolier-court \\
    fonts-fantasque-sans fonts-firacode fonts-freefont-ttf fonts-georgewilliams \\
    fonts-gfs-artemisia fonts-gfs-didot fonts-gfs-neohellenic fonts-go fonts-hack \\
    fonts-humor-sans fonts-inconsolata fonts-inter fonts-jetbrains-mono \\
    fonts-junicode fonts-jura fonts-karla fonts-lato fonts-liberation2 \\
    fonts-linuxlibertine fonts-manrope fonts-mononoki fonts-national-park \\
    fonts-oldstandard fonts-open-sans fonts-opendyslexic fonts-paratype \\
    fonts-play fonts-prociono fonts-quattrocento fonts-quicksand \\
    fonts-roboto-slab fonts-roboto-unhinted fonts-sil-andika fonts-sil-charis \\
    fonts-sil-gentium-basic fonts-sora fonts-tlwg-laksaman-ttf fonts-tuffy \\
    fonts-urw-base35 fonts-vollkorn

The command that made the files of this directory, with those fonts and no others:

  /usr/bin/python3 deploy/models/digits/train.py train

Number formats: an activation byte a stands for a/128; a weight byte w of a layer
with output shift s stands for w/128 * 2^s, a bias byte likewise.
"""

from __future__ import annotations

import argparse
import functools
import math
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    import torch

HERE = Path(__file__).resolve().parent
SEED = 78000
HELD_OUT_COUNT = 100

SIDE = 28
# Glyphs are drawn and distorted at four times the size, then averaged down.
OVERSAMPLE = 4

# One picture's random stream is seeded by (seed, role, index), so the first 100
# of any number of held-out pictures are always the same 100.
ROLE_TRAINING = 0
ROLE_HELD_OUT = 1

# One family group in HELD_OUT_MODULUS (chosen by a checksum of its name) is held out.
HELD_OUT_MODULUS = 5

# Families whose glyphs at "0".."9" are not plain digits.
NOT_PLAIN_DIGITS = {"D050000L", "Linux Biolinum Keyboard O", "Linux Libertine Initials O"}

# Families derived from another design count as part of that design's group.
DERIVED_FROM = {
    "Aerial": "DejaVu",
    "Carlito": "Lato",
    "FreeMono": "Nimbus",
    "FreeSans": "Nimbus",
    "FreeSerif": "Nimbus",
    "Hack": "DejaVu",
    "Standard": "Nimbus",
    "Tymes": "DejaVu",
    "Veranda": "DejaVu",
    "sans": "DejaVu",
}

# Family group -> family -> font files.
FontTree = dict[str, dict[str, list[Path]]]


@dataclass(frozen=True)
class Layer:
    """One layer: what it computes and where the device keeps its data."""

    name: str
    in_channels: int
    out_channels: int
    processors: int
    output_processors: int
    in_offset: int
    out_offset: int
    pad: int | None = None  # None: a linear layer over the flattened input
    pool: str | None = None  # "max" or "avg": 2x2, stride 2, before the convolution

    @property
    def is_linear(self) -> bool:
        return self.pad is None


LAYERS = (
    Layer("conv1", 1, 60, 0x1, 0xFFFFFFFFFFFFFFF0, 0x0000, 0x2000, pad=1),
    Layer("conv2", 60, 60, 0xFFFFFFFFFFFFFFF0, 0xFFFFFFFFFFFFFFF0, 0x2000, 0x0000, 2, "max"),
    Layer("conv3", 60, 56, 0xFFFFFFFFFFFFFFF0, 0x0FFFFFFFFFFFFFF0, 0x0000, 0x2000, 1, "max"),
    Layer("conv4", 56, 12, 0x0FFFFFFFFFFFFFF0, 0x0000000000000FFF, 0x2000, 0x0000, 1, "avg"),
    Layer("fc", 192, 10, 0x0000000000000FFF, 0x00000000000003FF, 0x0000, 0x1000),
)


# ---------------------------------------------------------------------------
# Fonts and pictures


def family_group(family: str) -> str:
    """The name families of one design share: "DejaVu Sans Mono" -> "dejav".

    Five letters of the first word also join names such as OpenDyslexic and
    OpenDyslexicAlta. Joining too much is harmless; joining too little would let
    a relative of a held-out font into the training set.
    """
    first = family.split()[0]
    return DERIVED_FROM.get(first, first)[:5].lower()


def is_held_out(group: str) -> bool:
    """Depends on the name alone, so other installed fonts cannot move the split."""
    return zlib.crc32(group.encode()) % HELD_OUT_MODULUS == 0


def draws_digits(font: ImageFont.FreeTypeFont) -> bool:
    """Whether the font has ten different digits, none of them the missing-glyph box."""
    glyphs = [bytes(font.getmask(digit)) for digit in "0123456789"]
    missing = bytes(font.getmask("\U0010fffe"))
    return len(set(glyphs)) == 10 and missing not in glyphs


def find_fonts(directory: Path, held_out: bool) -> FontTree:
    """The usable fonts of one side of the split, in a fixed order."""
    found: FontTree = {}
    files = [p for p in sorted(directory.rglob("*")) if p.suffix in (".ttf", ".otf")]
    for path in files:
        try:
            font = ImageFont.truetype(str(path), 40, layout_engine=ImageFont.Layout.BASIC)
        except OSError:
            continue
        family = font.getname()[0] or path.stem
        group = family_group(family)
        if is_held_out(group) != held_out or family in NOT_PLAIN_DIGITS:
            continue
        if draws_digits(font):
            found.setdefault(group, {}).setdefault(family, []).append(path)
    if not found:
        raise SystemExit(f"no usable fonts under {directory}; see the packages in the docstring")
    return {group: found[group] for group in sorted(found)}


@functools.lru_cache(maxsize=None)
def draw_glyph(path: Path, digit: int) -> Image.Image:
    """A digit in white on black, cut to its bounding box."""
    font = ImageFont.truetype(str(path), 100, layout_engine=ImageFont.Layout.BASIC)
    canvas = Image.new("L", (300, 300))
    ImageDraw.Draw(canvas).text((100, 80), str(digit), font=font, fill=255)
    return canvas.crop(canvas.getbbox())


def place_glyph(glyph: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The glyph at a random size, angle, slant and position on the large canvas."""
    side = SIDE * OVERSAMPLE
    height = rng.uniform(14.5, 22.0) * OVERSAMPLE
    width = glyph.width * height / glyph.height * rng.uniform(0.85, 1.15)
    width = min(max(width, 1.0), 22.0 * OVERSAMPLE)
    glyph = glyph.resize((round(width), round(height)), Image.Resampling.BILINEAR)
    canvas = Image.new("L", (side, side))
    canvas.paste(glyph, ((side - glyph.width) // 2, (side - glyph.height) // 2))

    angle = math.radians(rng.uniform(-15.0, 15.0))
    slant = rng.uniform(-0.15, 0.15)
    dx, dy = rng.uniform(-2.0, 2.0, size=2) * OVERSAMPLE
    # The transform takes each output point back to a source point about the centre.
    c, s = math.cos(angle), math.sin(angle)
    a, b, d, e = c + slant * s, s - slant * c, -s, c
    mid = side / 2
    offset_x = mid - a * (mid + dx) - b * (mid + dy)
    offset_y = mid - d * (mid + dx) - e * (mid + dy)
    return canvas.transform(
        (side, side),
        Image.Transform.AFFINE,
        (a, b, offset_x, d, e, offset_y),
        resample=Image.Resampling.BILINEAR,
    )


def render(glyph: Image.Image, rng: np.random.Generator) -> np.ndarray:
    """One 28x28 picture (uint8): distorted strokes, blur, contrast and noise."""
    canvas = place_glyph(glyph, rng)
    if rng.random() < 0.3:
        canvas = canvas.filter(ImageFilter.MaxFilter(3))
    canvas = canvas.filter(ImageFilter.GaussianBlur(rng.uniform(0.0, 3.0)))
    small = np.asarray(canvas.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float64)
    # Thin strokes fade when averaged down: contrast is set from the brightest pixel.
    small /= small.max()
    background = rng.uniform(0.0, 40.0)
    foreground = rng.uniform(130.0, 255.0)
    picture = background + small * (foreground - background)
    picture += rng.normal(0.0, rng.uniform(0.0, 14.0), size=picture.shape)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def render_set(
    fonts: FontTree, count: int, seed: int, role: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures and labels; the digits take turns, the fonts are drawn at random."""
    groups = list(fonts.values())
    images = np.empty((count, SIDE, SIDE), dtype=np.uint8)
    labels = (np.arange(count) % 10).astype(np.uint8)
    for index in range(count):
        rng = np.random.default_rng([seed, role, index])
        # Group first, then family, then file: a family of many weights counts once.
        families = list(groups[rng.integers(len(groups))].values())
        files = families[rng.integers(len(families))]
        path = files[rng.integers(len(files))]
        images[index] = render(draw_glyph(path, int(labels[index])), rng)
    return images, labels


# ---------------------------------------------------------------------------
# The integer network (numpy only)


def pool_integer(x: np.ndarray, kind: str) -> np.ndarray:
    """2x2 pooling, stride 2; the average is truncated toward zero."""
    corners = [x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)]
    if kind == "max":
        return np.maximum.reduce(corners)
    total = np.add.reduce(corners)
    return np.sign(total) * (np.abs(total) // 4)


def convolve_integer(x: np.ndarray, weights: np.ndarray, pad: int) -> np.ndarray:
    """3x3 correlation with zero padding: (N,C,H,W) -> (N,O,H',W')."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    height, width = x.shape[2] - 2, x.shape[3] - 2
    total = np.zeros((x.shape[0], weights.shape[0], height, width), dtype=np.int32)
    for row in range(3):
        for column in range(3):
            window = x[:, :, row : row + height, column : column + width]
            total += np.einsum("nchw,oc->nohw", window, weights[:, :, row, column])
    return total


def scale_integer(total: np.ndarray, shift: int) -> np.ndarray:
    """floor(total * 2^shift / 128 + 0.5), clipped to a signed byte."""
    total = total.astype(np.int64)
    if shift >= 0:
        scaled = ((total << shift) + 64) >> 7
    else:
        scaled = (total + (1 << (6 - shift))) >> (7 - shift)
    return np.clip(scaled, -128, 127).astype(np.int32)


def run_integer(
    images: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray], shifts: list[int]
) -> np.ndarray:
    """The raw int32 outputs of the network for uint8 pictures (N,28,28)."""
    x = images.astype(np.int32)[:, np.newaxis] - 128
    for layer, weight, bias, shift in zip(LAYERS, weights, biases, shifts):
        weight = weight.astype(np.int32)
        offset = 128 * bias.astype(np.int32)
        if layer.is_linear:
            x = x.reshape(len(x), -1) @ weight.T + offset
            continue
        if layer.pool:
            x = pool_integer(x, layer.pool)
        total = convolve_integer(x, weight, layer.pad) + offset[:, np.newaxis, np.newaxis]
        x = np.maximum(scale_integer(total, shift), 0)
    return x


def load_network(directory: Path) -> tuple[list[np.ndarray], list[np.ndarray], list[int]]:
    """Weights and biases from the .npy files, output shifts from model.yaml."""
    weights = [np.load(directory / f"weights_{i}.npy") for i in range(len(LAYERS))]
    biases = [np.load(directory / f"bias_{i}.npy") for i in range(len(LAYERS))]
    text = (directory / "model.yaml").read_text(encoding="utf-8")
    shifts = [int(s) for s in re.findall(r"output_shift: (-?\d+)", text)]
    if len(shifts) != len(LAYERS):
        raise SystemExit("model.yaml does not give one output_shift for each layer")
    return weights, biases, shifts


def evaluate(directory: Path, images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """The outputs and the accuracy in percent, in batches to bound the memory."""
    weights, biases, shifts = load_network(directory)
    batches = [images[i : i + 100] for i in range(0, len(images), 100)]
    logits = np.concatenate([run_integer(b, weights, biases, shifts) for b in batches])
    return logits, 100.0 * float(np.mean(logits.argmax(axis=1) == labels))


# ---------------------------------------------------------------------------
# Training. torch is imported inside these functions, because the other commands
# have to run without it.


def floor_through(x: torch.Tensor) -> torch.Tensor:
    """floor, with the gradient of the identity."""
    return x + (x.floor() - x).detach()


def quantise(x: torch.Tensor, step: float) -> torch.Tensor:
    """x as a signed byte times step; gradients pass where the byte does not clip."""
    return floor_through((x / step + 0.5).clamp(-128.0, 127.0)) * step


def forward(
    images: torch.Tensor, parameters: list[torch.Tensor], shifts: list[int] | None
) -> torch.Tensor:
    """The network in real numbers; with shifts, rounded as the device rounds."""
    import torch.nn.functional as F

    x = images
    for index, layer in enumerate(LAYERS):
        weight, bias = parameters[2 * index : 2 * index + 2]
        if shifts is not None:
            step = 2.0 ** shifts[index] / 128
            weight, bias = quantise(weight, step), quantise(bias, step)
        if layer.is_linear:
            return F.linear(x.flatten(1), weight, bias)
        if layer.pool == "max":
            x = F.max_pool2d(x, 2)
        elif layer.pool == "avg":
            x = F.avg_pool2d(x, 2)
            # The inputs follow a ReLU, so truncation toward zero is floor.
            x = x if shifts is None else floor_through(x * 128) / 128
        x = F.conv2d(x, weight, bias, padding=layer.pad).clamp(0.0, 127 / 128)
        x = x if shifts is None else floor_through(x * 128 + 0.5) / 128
    return x


def initial_parameters() -> list[torch.Tensor]:
    """Weights at He's scale and zero biases, in layer order."""
    import torch

    parameters = []
    for layer in LAYERS:
        kernel = () if layer.is_linear else (3, 3)
        fan_in = layer.in_channels * math.prod(kernel)
        weight = torch.randn(layer.out_channels, layer.in_channels, *kernel)
        weight *= math.sqrt(2.0 / fan_in)
        parameters += [weight.requires_grad_(), torch.zeros(layer.out_channels).requires_grad_()]
    return parameters


def run_epochs(
    images: torch.Tensor,
    labels: torch.Tensor,
    parameters: list[torch.Tensor],
    shifts: list[int] | None,
    epochs: int,
    peak_rate: float,
) -> None:
    """Adam with a one-cycle learning rate over all the epochs of one stage."""
    import torch
    import torch.nn.functional as F

    batch = 64
    steps = epochs * math.ceil(len(images) / batch)
    optimiser = torch.optim.Adam(parameters, lr=peak_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, peak_rate, total_steps=steps)
    for epoch in range(epochs):
        losses = []
        for chosen in torch.randperm(len(images)).split(batch):
            logits = forward(images[chosen], parameters, shifts)
            loss = F.cross_entropy(logits, labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            # The last layer has no output shift, so its weights stay within a byte.
            with torch.no_grad():
                for parameter in parameters[-2:]:
                    parameter.clamp_(-1.0, 127 / 128)
            losses.append(loss.item())
        kind = "float" if shifts is None else "quantised"
        print(f"{kind} epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.4f}", flush=True)


def choose_shifts(parameters: list[torch.Tensor]) -> list[int]:
    """The least shift that spans each layer's weights and biases; 0 for the last."""
    shifts = []
    for weight, bias in zip(parameters[0::2], parameters[1::2]):
        largest = max(weight.abs().max().item(), bias.abs().max().item())
        shifts.append(min(max(math.ceil(math.log2(largest)), -15), 15))
    shifts[-1] = 0
    return shifts


def fit(
    images: np.ndarray, labels: np.ndarray, float_epochs: int, quantised_epochs: int
) -> tuple[list[np.ndarray], list[int]]:
    """Trains in float, fixes the shifts, trains on with rounding; gives the bytes."""
    import torch

    torch.manual_seed(SEED)
    # One thread: sums are then added in the same order on every run.
    torch.set_num_threads(1)
    x = (torch.from_numpy(images).float()[:, None] - 128) / 128
    y = torch.from_numpy(labels.astype(np.int64))
    parameters = initial_parameters()
    run_epochs(x, y, parameters, None, float_epochs, 2e-3)
    shifts = choose_shifts(parameters)
    print("output shifts:", shifts)
    run_epochs(x, y, parameters, shifts, quantised_epochs, 5e-4)
    steps = [2.0**shift / 128 for shift in shifts for _ in ("weight", "bias")]
    quantised = [quantise(p.detach(), step) / step for p, step in zip(parameters, steps)]
    return [q.numpy().astype(np.int8) for q in quantised], shifts


# ---------------------------------------------------------------------------
# Files


def layer_line(index: int, layer: Layer, shift: int) -> str:
    """One layer of model.yaml."""
    fields = [f"name: {layer.name}"]
    if layer.is_linear:
        fields += ["op: linear", "flatten: true"]
    else:
        fields.append("op: conv2d")
        if layer.pool:
            fields += [f"{layer.pool}_pool: 2", "pool_stride: 2"]
        fields += ["kernel_size: 3", f"pad: {layer.pad}", "activate: relu"]
    fields += [
        f"out_channels: {layer.out_channels}",
        f"processors: 0x{layer.processors:016x}",
        f"output_processors: 0x{layer.output_processors:016x}",
        f"in_offset: 0x{layer.in_offset:04x}",
        f"out_offset: 0x{layer.out_offset:04x}",
    ]
    if layer.is_linear:
        fields.append("output_width: 32")
    fields += [
        f"output_shift: {shift}",
        f"weights: weights_{index}.npy",
        f"bias: bias_{index}.npy",
    ]
    return "  - {" + ", ".join(fields) + "}"


def model_text(shifts: list[int]) -> str:
    """The whole of model.yaml."""
    lines = [
        "# yaml-language-server: $schema=../../schemas/model.schema.json",
        "# The digit classifier: layers, device placement and scales (written by train.py).",
        "name: digits",
        "about: Digits 0-9 on 28x28 grey pictures; a network of ConvNet5's shape.",
        f"source: trained by deploy/models/digits/train.py, seed {SEED}",
        f"input: {{channels: 1, height: {SIDE}, width: {SIDE}, data_format: chw, sensor: camera, picture: {{fit: pad, background: dark}}}}",
        "result: argmax",
        "labels: [" + ", ".join(f'"{digit}"' for digit in range(10)) + "]",
        "layers:",
    ]
    lines += [layer_line(i, layer, s) for i, (layer, s) in enumerate(zip(LAYERS, shifts))]
    return "\n".join(lines) + "\n"


def save_pictures(directory: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Writes images.npy and labels.npy, making the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    np.save(directory / "images.npy", images)
    np.save(directory / "labels.npy", labels)


def describe_fonts(name: str, fonts: FontTree) -> None:
    """Prints what the split chose."""
    families = [family for group in fonts.values() for family in group]
    files = sum(len(paths) for group in fonts.values() for paths in group.values())
    print(f"{name}: {len(fonts)} groups, {len(families)} families, {files} files")
    print("  " + ", ".join(families))


# ---------------------------------------------------------------------------
# Commands


def command_train(args: argparse.Namespace) -> None:
    training_fonts = find_fonts(args.fonts, held_out=False)
    held_out_fonts = find_fonts(args.fonts, held_out=True)
    describe_fonts("training fonts", training_fonts)
    describe_fonts("held-out fonts", held_out_fonts)
    images, labels = render_set(training_fonts, args.pictures, SEED, ROLE_TRAINING)
    print(f"{len(images)} training pictures rendered", flush=True)
    tensors, shifts = fit(images, labels, args.float_epochs, args.quantised_epochs)

    held_out = args.out / "heldout"
    images, labels = render_set(held_out_fonts, HELD_OUT_COUNT, SEED, ROLE_HELD_OUT)
    save_pictures(held_out, images, labels)
    for index in range(len(LAYERS)):
        np.save(args.out / f"weights_{index}.npy", np.ascontiguousarray(tensors[2 * index]))
        np.save(args.out / f"bias_{index}.npy", tensors[2 * index + 1])
    (args.out / "model.yaml").write_text(model_text(shifts), encoding="utf-8")
    logits, accuracy = evaluate(args.out, images, labels)
    np.save(held_out / "logits.npy", logits)
    print(f"accuracy: {accuracy:.1f} %")


def command_generate(args: argparse.Namespace) -> None:
    fonts = find_fonts(args.fonts, held_out=True)
    save_pictures(args.out, *render_set(fonts, args.count, args.seed, ROLE_HELD_OUT))


def command_evaluate(args: argparse.Namespace) -> None:
    logits, accuracy = evaluate(HERE, np.load(args.images), np.load(args.labels))
    args.out.mkdir(parents=True, exist_ok=True)
    np.save(args.out / "logits.npy", logits)
    print(f"accuracy: {accuracy:.1f} %")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The digit classifier: train and check.")
    commands = parser.add_subparsers(required=True)
    fonts = argparse.ArgumentParser(add_help=False)
    fonts.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"))

    train = commands.add_parser("train", parents=[fonts], help="train and write every file")
    train.add_argument("--out", type=Path, default=HERE)
    train.add_argument("--pictures", type=int, default=36000)
    train.add_argument("--float-epochs", type=int, default=6)
    train.add_argument("--quantised-epochs", type=int, default=3)
    train.set_defaults(run=command_train)

    generate = commands.add_parser("generate", parents=[fonts], help="write held-out pictures")
    generate.add_argument("--count", type=int, required=True)
    generate.add_argument("--out", type=Path, required=True)
    generate.add_argument("--seed", type=int, default=SEED)
    generate.set_defaults(run=command_generate)

    check = commands.add_parser("evaluate", help="run the integer network on pictures")
    check.add_argument("--images", type=Path, required=True)
    check.add_argument("--labels", type=Path, required=True)
    check.add_argument("--out", type=Path, required=True)
    check.set_defaults(run=command_evaluate)
    return parser.parse_args()


def main() -> None:
    args = parse_arguments()
    args.run(args)


if __name__ == "__main__":
    main()
