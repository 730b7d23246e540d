#!/usr/bin/env python3
"""Makes the known answers of this folder: features that recordings of the vendor's tool do not show.

Plain loops over small tensors, written from the specification of the arithmetic and sharing nothing with the C++
code. Run it in this folder (Python 3 with NumPy); it writes every case anew, and always the same bytes:

    /usr/bin/python3 make.py

The folders have the format of recorded cases: network.json (the layers as they run, a digest of each array),
input, weights, biases, outputs, the data memory after each layer, the kernel and input words, cycles and bytes.
`check_by_hand` below holds values that were worked out on paper; the script fails when it contradicts them.
"""
import hashlib
import json
import pathlib
import shutil

import numpy as np

HERE = pathlib.Path(__file__).parent
DATA_BASE = {"MAX78000": (0x50400000, 0x400000, 0x8000), "MAX78002": (0x51800000, 0x1000000, 0x20000)}


# --- arithmetic -----------------------------------------------------------------------------------------------

def clip(value, low=-128, high=127):
    return max(low, min(high, value))


def pool(x, kind, window, stride, rounding):
    channels, rows, cols = x.shape
    out_rows, out_cols = (rows - window) // stride + 1, (cols - window) // stride + 1
    y = np.zeros((channels, out_rows, out_cols), int)
    for c in range(channels):
        for i in range(out_rows):
            for j in range(out_cols):
                values = [int(x[c, i * stride + u, j * stride + v]) for u in range(window) for v in range(window)]
                if kind == "max":
                    y[c, i, j] = max(values)
                    continue
                total, n = sum(values), len(values)
                magnitude = (2 * abs(total) + n) // (2 * n) if rounding else abs(total) // n
                y[c, i, j] = clip(magnitude if total >= 0 else -magnitude)
    return y


def combine(operation, operands):
    """Operands meet without saturation in between; the result is clipped once."""
    y = np.zeros_like(operands[0])
    for index in np.ndindex(y.shape):
        values = [int(x[index]) for x in operands]
        result = values[0]
        for value in values[1:]:
            result = {"add": result + value, "sub": result - value, "or": result | value, "xor": result ^ value}[operation]
        y[index] = clip(result)
    return y


def correlate(x, w, bias, pad, groups):
    outputs, inputs, kernel_rows, kernel_cols = w.shape
    padded = np.zeros((x.shape[0], x.shape[1] + pad[0] + pad[1], x.shape[2] + pad[2] + pad[3]), int)
    padded[:, pad[0]:pad[0] + x.shape[1], pad[2]:pad[2] + x.shape[2]] = x
    rows, cols = padded.shape[1] - kernel_rows + 1, padded.shape[2] - kernel_cols + 1
    y = np.zeros((outputs, rows, cols), int)
    for o in range(outputs):
        for i in range(rows):
            for j in range(cols):
                total = 128 * int(bias[o]) if bias is not None else 0
                for c in range(inputs):
                    source = o if groups > 1 else c
                    for u in range(kernel_rows):
                        for v in range(kernel_cols):
                            total += int(padded[source, i + u, j + v]) * int(w[o, c, u, v])
                y[o, i, j] = total
    return y


def transposed(x, w, bias, groups):
    """Stride 2, pad 1, output pad 1: zeros between the pixels, then an ordinary correlation."""
    spread = np.zeros((x.shape[0], 2 * x.shape[1] - 1, 2 * x.shape[2] - 1), int)
    spread[:, ::2, ::2] = x
    return correlate(spread, w, bias, (1, 2, 1, 2), groups)


def finish(acc, layer):
    """From the sum to what is written: shift, rounding, saturation, activation."""
    y = np.zeros_like(acc)
    for index in np.ndindex(acc.shape):
        value = int(acc[index])
        if layer["width"] == 8:
            shift = layer["shift"]
            value = (value * 2**shift + 64) >> 7 if shift >= 0 else (value + 2**(6 - shift)) >> (7 - shift)
            value = clip(value)
        if layer["activation"] == "relu":
            value = clip(value, 0)
        if layer["activation"] == "abs":
            value = min(127, abs(value))
        y[index] = value
    return y


# --- memory ---------------------------------------------------------------------------------------------------

def processors(mask):
    return [p for p in range(64) if mask >> p & 1]


def address(device, processor, word):
    base, quadrant, instance = DATA_BASE[device]
    return base + processor // 16 * quadrant + processor % 16 // 4 * instance + 4 * word


def data_image(device, layer, y):
    """Words that a layer of one pass writes: (address, value, valid bytes), pixel by pixel."""
    words = []
    flat = y.reshape(y.shape[0], -1)
    step = layer["write_gap"] + 1
    for x in range(flat.shape[1]):
        by_instance = {}
        for channel, p in enumerate(processors(layer["out_map"])):
            by_instance.setdefault(p // 4, []).append((p % 4, int(flat[channel, x])))
        for instance, values in by_instance.items():
            if layer["width"] == 32:
                for byte, value in values:
                    word = layer["out_offset"] // 4 + (4 * x + byte) * step
                    words.append((address(device, 4 * instance, word), value & 0xffffffff, 0xffffffff))
                continue
            value = sum((v & 255) << 8 * byte for byte, v in values)
            valid = sum(255 << 8 * byte for byte, _ in values)
            words.append((address(device, 4 * instance, layer["out_offset"] // 4 + x * step), value, valid))
    return np.array(words, np.int64).astype(np.uint32)


def input_image(device, layer, x):
    """(address, words) of each load; with a gap between pixels each pixel is a load of its own."""
    operands = layer["operands"]
    channels = x.shape[0] // operands
    flat = x.reshape(x.shape[0], -1)
    by_instance = {}
    for ordinal, p in enumerate(processors(layer["in_map"])):
        by_instance.setdefault(p // 4, []).append((p % 4, ordinal))
    loads = []
    for instance, places in by_instance.items():
        pixels = [[sum((int(flat[o * channels + c, i]) & 255) << 8 * byte for byte, c in places) for o in range(operands)]
                  for i in range(flat.shape[1])]
        if layer["read_gap"] == 0:
            pixels = [[word for words in pixels for word in words]]
        for i, words in enumerate(pixels):
            word = layer["in_offset"] // 4 + i * (layer["read_gap"] + 1) * operands
            loads.append((address(device, 4 * instance, word), words))
    return loads


def kernel_image(layer, w):
    """{(processor, column): 9 bytes} of one pass: 8/bits neighbouring outputs share a byte, taps run backwards."""
    if w is None:
        return {}
    bits, depthwise = layer["bits"], layer["groups"] > 1
    per_byte, image = 8 // bits, {}
    for ordinal, p in enumerate(processors(layer["in_map"])):
        stream = []
        sets = [[ordinal]] if depthwise else [list(range(o, min(o + per_byte, w.shape[0])))
                                              for o in range(0, w.shape[0], per_byte)]
        for outputs in sets:
            taps = [w[o, 0 if depthwise else ordinal].reshape(-1)[::-1] for o in outputs]
            for tap in range(len(taps[0])):
                # A binary -1 is stored as 1 and +1 as 0.
                patterns = [int(t[tap] < 0) if layer["binary"] else int(t[tap]) & (2**bits - 1) for t in taps]
                stream.append(sum(pattern << bits * i for i, pattern in enumerate(patterns)))
        length = layer["columns"]
        stream += [0] * (9 * length - len(stream))
        for column in range(length):
            image[(p, layer["start"] + column)] = stream[9 * column:9 * column + 9][::-1]
    return image


def place(layers, weights):
    """First free columns at a multiple of four, layer after layer; no layer here reads with all 64 processors."""
    ends = [0] * 64
    for k, layer in enumerate(layers):
        w = weights[k]
        layer["start"] = layer["columns"] = 0
        if w is None:
            continue
        bits, taps = layer["bits"], w.shape[2] * w.shape[3]
        kernels = 1 if layer["groups"] > 1 else len(processors(layer["out_map"]))
        per_byte = 8 // bits
        bits_needed = kernels * taps * bits + kernels % per_byte * taps * (per_byte - 1)
        layer["columns"] = -(-bits_needed // 72)
        used = processors(layer["in_map"])
        layer["start"] = -(-max(ends[p] for p in used) // 4) * 4
        for p in used:
            ends[p] = layer["start"] + layer["columns"]
    words = [sum(l["columns"] for l in layers if l["columns"] and l["in_map"] >> p & 1) for p in range(64)]
    return words


# --- time -----------------------------------------------------------------------------------------------------

def cycles(layer, device):
    """The formula for one pass: a cycle a fetch, one a write to the line buffer, one a write state."""
    rows, cols = layer["pooled"]
    operands, window = layer["operands"], layer["window"]**2
    first = layer["eltwise_first"]
    pad_pixel = 2 if first else 2 * operands
    pixel = operands * window + 1 if first else operands * (window + 1)
    if layer["op"] == "passthrough":
        quads = [len([p for p in processors(layer["in_map"]) if p // 16 == q]) for q in range(4)]
        return rows * cols * (pixel + max(-(-n // 4) for n in quads))
    kernel, pad = layer["kernel"], layer["pad"]
    if layer["op"] == "convtranspose2d":
        rows, cols, pad = 2 * rows, 2 * cols, 1
    kernel_rows, kernel_cols, pad_cols = kernel, kernel, pad
    if layer["op"] == "conv1d":
        kernel_cols, pad_cols = 1, 0
    slots = len(processors(layer["out_map"]))
    if layer["groups"] > 1:
        slots = 1 + (layer["out_map"] & -layer["out_map"]).bit_length() % 4 - 1
    width = layer["out"][2]
    again = 0
    if first and operands > 1 and device == "MAX78000":
        again = ((rows + 2 * pad - kernel_cols + 1) * pad_cols + (cols + 2 * pad_cols - kernel_rows + 1) * pad -
                 pad * pad_cols) * layer["start"]
    top = 2 * pad_cols * (pad_pixel + 1) + cols * (pad_pixel + 1)
    fill = 2 * pad_cols * (pad_pixel + 1) + cols * (pixel + 1)
    run = (pad_cols * (pad_pixel + 1) + (kernel_cols - 1 - pad_cols) * (pixel + 1) + (width - pad_cols) * pixel +
           pad_cols * pad_pixel)
    bottom = (pad_cols * (pad_pixel + 1) + (kernel_cols - 1 - pad_cols) * (pad_pixel + 1) +
              (width - pad_cols) * pad_pixel + pad_cols * pad_pixel)
    out = width * slots + (slots if slots == 1 else 0)
    ahead = kernel_rows - 1 - pad
    return again + pad * top + ahead * fill + (rows - ahead) * (run + out) + pad * (bottom + out)


# --- a case ---------------------------------------------------------------------------------------------------

DEFAULTS = dict(op="passthrough", sources=None, operands=1, eltwise="none", eltwise_first=False, crop=(0, 0),
                channel_skip=0, read_gap=0, write_gap=0, in_offset=0, out_offset=0, pool=None, window=1, stride=1,
                rounding=False, kernel=1, pad=0, groups=1, bits=8, binary=False, shift=0, activation="none", width=8,
                bias=False, output=False, buffer_shift=None, buffer_insert=None)


def fetch(layer, tensors, previous):
    """The operands, cropped: the sources' channels one after the other, split into as many blocks."""
    sources = [previous] if layer["sources"] is None else layer["sources"]
    joined = np.concatenate([tensors[s] for s in sources])[layer["channel_skip"]:]
    channels = len(processors(layer["in_map"]))
    top, bottom = layer["crop"]
    return [joined[o * channels:(o + 1) * channels, top:joined.shape[1] - bottom] for o in range(layer["operands"])]


def run_layer(layer, operands, w, bias):
    shrink = lambda x: pool(x, layer["pool"], layer["window"], layer["stride"], layer["rounding"]) if layer["pool"] else x
    if not layer["eltwise_first"]:
        operands = [shrink(x) for x in operands]
    x = combine(layer["eltwise"], operands) if layer["eltwise"] != "none" else operands[0]
    if layer["eltwise_first"]:
        x = shrink(x)
    layer["pooled"] = x.shape[1:]
    if layer["op"] == "passthrough":
        return x, x, None
    if layer["op"] == "convtranspose2d":
        acc = transposed(x, w, bias, layer["groups"])
    else:
        sides = 0 if layer["op"] == "conv1d" else layer["pad"]
        acc = correlate(x, w, bias, (layer["pad"], layer["pad"], sides, sides), layer["groups"])
    return finish(acc, layer), x, acc


def draw_weights(rng, layer, channels):
    if layer["op"] == "passthrough":
        return None
    inputs = 1 if layer["groups"] > 1 else channels
    cols = 1 if layer["op"] == "conv1d" else layer["kernel"]
    shape = (len(processors(layer["out_map"])), inputs, layer["kernel"], cols)
    if layer["binary"]:
        return rng.choice([-1, 1], shape)
    return rng.integers(-2**(layer["bits"] - 1), 2**(layer["bits"] - 1), shape)


class Folder:
    """Writes arrays with NumPy and keeps what network.json says of them."""

    def __init__(self, path):
        shutil.rmtree(path, ignore_errors=True)
        (path / "mem").mkdir(parents=True)
        self.path, self.files = path, {}

    def add(self, name, array, dtype):
        array = np.ascontiguousarray(array, dtype)
        np.save(self.path / name, array)
        self.files[name] = {"dtype": array.dtype.str, "shape": list(array.shape),
                            "data_sha256": hashlib.sha256(array.tobytes()).hexdigest()}
        return name

    def add_json(self, name, value):
        (self.path / name).write_text(json.dumps(value, indent=1) + "\n")


def layer_entry(k, layer, x_shape, w_file, bias_file, files):
    conv = None
    cols = 1 if layer["op"] == "conv1d" else layer["kernel"]
    if layer["op"] != "passthrough":
        conv = {"kernel_size": [layer["kernel"], cols], "pad": [layer["pad"], 0 if layer["op"] == "conv1d" else layer["pad"]],
                "dilation": [1, 1], "groups": layer["groups"], "bypass": False}
    implicit = 8 - layer["bits"]
    return {
        "index": k, "executed_at_steps": [k], "operator": layer["op"],
        "eltwise": {"op": layer["eltwise"], "operands": layer["operands"],
                    "order": None if layer["eltwise"] == "none" else
                    "eltwise_then_pool" if layer["eltwise_first"] else "pool_then_eltwise"},
        "sequence": {"in_sequences": layer["sources"], "prev_sequence": k - 1},
        "input": {"channels": x_shape[0], "rows": x_shape[1], "cols": x_shape[2], "crop_rows_top_bottom": list(layer["crop"]),
                  "channel_skip": layer["channel_skip"], "in_offset": layer["in_offset"], "read_gap": layer["read_gap"],
                  "processors": f"{layer['in_map']:#018x}", "flatten": False, "operator_input_file": files["opin"]},
        "pooling": {"type": layer["pool"] or "none", "size": [layer["window"]] * 2, "stride": [layer["stride"]] * 2,
                    "dilation": [1, 1], "avg_rounding": layer["rounding"]},
        "conv": conv,
        "weights": conv and {"bits": layer["bits"], "binary_plus_minus_one": layer["binary"], "file": w_file,
                             "source_layer": k, "kernel_offset_words": layer["start"],
                             "kernel_length_words": layer["columns"]},
        "bias": conv and {"present": bias_file is not None, "file": bias_file, "configured_quadrants": None},
        "output_shift": {"effective": layer["shift"], "implicit_from_weight_bits": implicit if conv else 0},
        "activation": layer["activation"],
        "output": {"channels": layer["out"][0], "rows": layer["out"][1], "cols": layer["out"][2], "width_bits": layer["width"],
                   "out_offset": layer["out_offset"], "write_gap": layer["write_gap"],
                   "processors": f"{layer['out_map']:#018x}", "is_network_output": layer["output"],
                   "file": files["layer"], "memory_image_file": files["mem"]},
        "flags": {"streaming": False, "calcx4": False, "readahead": False, "buffer_insert": layer["buffer_insert"],
                  "buffer_shift": layer["buffer_shift"]},
        "accumulator": {"file": files["acc"]} if files["acc"] else None,
    }


def make(device, name, input_shape, layers, data_buffer=None, weights=None, values=None):
    """Runs the layers over seeded random numbers, or those given, and writes the folder. Returns the outputs."""
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little"))
    layers = [{**DEFAULTS, **layer} for layer in layers]
    layers[-1]["output"] = True
    folder = Folder(HERE / device / name)
    tensors = {-1: np.array(values, int) if values is not None else rng.integers(-128, 128, input_shape)}
    folder.add("input.npy", tensors[-1], np.int8)
    if data_buffer:
        tensors[data_buffer["name"]] = np.zeros(data_buffer["shape"], int)
    drawn, entries, biases = [], [], [0] * len(layers)
    steps = []
    for k, layer in enumerate(layers):
        if layer["buffer_shift"]:
            rows = tensors[data_buffer["name"]]
            n = layer["buffer_shift"]
            tensors[data_buffer["name"]] = np.concatenate([rows[:, n:], np.zeros_like(rows[:, :n])], axis=1)
        operands = fetch(layer, tensors, k - 1)
        w = weights[k] if weights else draw_weights(rng, layer, operands[0].shape[0])
        bias = rng.integers(-128, 128, w.shape[0]) if layer["bias"] else None
        y, opin, acc = run_layer(layer, operands, w, bias)
        layer["out"] = y.shape
        tensors[k] = y
        if layer["buffer_insert"]:
            rows = tensors[data_buffer["name"]].copy()
            rows[:, -layer["buffer_insert"]:] = y.reshape(y.shape[0], layer["buffer_insert"], 1)
            tensors[data_buffer["name"]] = rows
        drawn.append(w)
        steps.append((operands[0].shape, bias, y, opin, acc))
    programmed = place(layers, drawn)
    for k, (layer, (shape, bias, y, opin, acc)) in enumerate(zip(layers, steps)):
        w, files = drawn[k], {}
        w_file = bias_file = None
        if w is not None:
            w_file = folder.add(f"weights_{k}.npy", w[..., 0] if layer["op"] == "conv1d" else w, np.int8)
        if bias is not None:
            bias_file = folder.add(f"bias_{k}.npy", bias, np.int8)
            biases[k] = len(bias)
        files["layer"] = folder.add(f"layer_{k}.npy", y, np.int8 if layer["width"] == 8 else np.int32)
        files["acc"] = folder.add(f"acc_{k}.npy", acc, np.int32) if acc is not None else None
        combined = layer["pool"] or layer["operands"] > 1
        files["opin"] = folder.add(f"opin_{k}.npy", opin, np.int8) if combined else None
        files["mem"] = folder.add(f"mem/outmem_{k}.npy", data_image(device, layer, y), np.uint32)
        entries.append(layer_entry(k, layer, shape, w_file, bias_file, files))
    write_images(folder, device, layers, drawn, tensors[-1], entries, name, data_buffer)
    times = [cycles(layer, device) for layer in layers]
    folder.add_json("timing.json", {"startup": 1, "total": 1 + sum(times), "layers": [
        {"layer": k, "cycles": c, "streaming_estimate": False} for k, c in enumerate(times)]})
    assert sum(1 for b in biases if b) <= 1, "one biased layer is all that this script places"
    quadrant = next((processors(l["in_map"])[0] // 16 for l in layers), 0)
    folder.add_json("resources.json", {
        "weight_memory_bytes_used": sum(w.size * l["bits"] // 8 for w, l in zip(drawn, layers) if w is not None),
        "bias_memory_bytes_used": sum(biases),
        "macs_total": sum(w.size * y.size // y.shape[0] for w, (_, _, y, _, _) in zip(drawn, steps) if w is not None),
        "weight_memory_words_programmed_per_processor": programmed,
        "bias_memory_bytes_used_per_quadrant": [sum(biases) if q == quadrant else 0 for q in range(4)]})
    return [tensors[k] for k in range(len(layers))]


def write_images(folder, device, layers, weights, x, entries, name, data_buffer):
    loads = input_image(device, layers[0], x)
    start, memory_loads = 0, []
    for where, words in loads:
        memory_loads.append({"address": f"{where:#x}", "words": len(words), "start": start})
        start += len(words)
    folder.add("mem/input_words.npy", [word for _, words in loads for word in words], np.uint32)
    kernels = sorted((p, column, k, column, tuple(data)) for k, layer in enumerate(layers)
                     for (p, column), data in kernel_image(layer, weights[k]).items())
    if kernels:
        folder.add("mem/kmem_index.npy", [entry[:4] for entry in kernels], np.int32)
        folder.add("mem/kmem_words.npy", [entry[4] for entry in kernels], np.uint8)
    buffer = data_buffer and {**data_buffer, "processors": f"{data_buffer['processors']:#018x}"}
    folder.add_json("network.json", {
        "schema": "synergy-kat/1", "device": device, "name": name, "source": {"command_line_arguments": []},
        "globals": {"execution_order": list(range(len(layers))), "fifo": False, "fast_fifo": False,
                    "fast_fifo_quad": False, "legacy_test": False,
                    # Moving the buffer writes over what is read.
                    "overlap_data_allowed": buffer is not None, "data_buffer": buffer},
        "input": {"file": "input.npy", "shape": list(x.shape), "data_format": "HWC", "memory_loads": memory_loads},
        "layers": entries, "files": folder.files})


# --- the cases ------------------------------------------------------------------------------------------------

def check_by_hand():
    """Worked out on paper from the specification."""
    one = lambda *values: np.array(values).reshape(1, 1, -1)
    assert combine("sub", [one(-100), one(100), one(-100)])[0, 0, 0] == -100  # -200 in between is not clipped
    assert combine("sub", [one(-100), one(100), one(1)])[0, 0, 0] == -128     # -201 at the end is
    assert combine("or", [one(1), one(-128), one(6)])[0, 0, 0] == -121        # 0x01 | 0x80 | 0x06 = 0x87
    square = lambda *values: np.array(values).reshape(1, 2, 2)
    assert pool(square(1, 2, 3, 4), "avg", 2, 2, True)[0, 0, 0] == 3          # 10 / 4 = 2.5 rounds away from zero
    assert pool(square(-1, -2, -3, -4), "avg", 2, 2, True)[0, 0, 0] == -3
    assert pool(square(-1, -2, -3, -4), "avg", 2, 2, False)[0, 0, 0] == -2    # truncation
    wide = dict(width=32, shift=0, activation="relu")
    assert list(finish(np.array([-5, 100, 5000]), wide)) == [0, 100, 127]
    assert list(finish(np.array([-5000, -5]), {**wide, "activation": "abs"})) == [127, 5]
    narrow = dict(width=8, shift=0, activation="none")
    assert list(finish(np.array([64, 63, -64, -65, 20000]), narrow)) == [1, 0, 0, -1, 127]  # ties go up
    # One pixel 3, kernel 1..9: the 2 x 2 result holds its middle, right, lower and lower right taps.
    taps = np.arange(1, 10).reshape(1, 1, 3, 3)[:, :, ::-1, ::-1]
    assert transposed(np.array([[[3]]]), taps, None, 1).tolist() == [[[15, 18], [24, 27]]]


def main():
    check_by_hand()
    for device in DATA_BASE:
        shutil.rmtree(HERE / device, ignore_errors=True)
    device = "MAX78000"
    make(device, "eltwise-sub-3-operands", (12, 5, 4), [
        dict(eltwise="sub", operands=3, in_map=0xf, out_map=0xf, out_offset=0x2000)])
    make(device, "eltwise-or-4-operands", (20, 3, 6), [
        dict(eltwise="or", operands=4, in_map=0x1f, out_map=0x1f, out_offset=0x2000)])
    make(device, "pool-then-sub-then-conv", (8, 6, 6), [
        dict(op="conv2d", eltwise="sub", operands=2, pool="max", window=2, stride=2, kernel=3, pad=1, in_map=0xf,
             out_map=0xff, out_offset=0x2000, shift=-1)])
    make(device, "or-then-pool-then-conv", (8, 6, 6), [
        dict(op="conv2d", kernel=1, in_map=0xf, out_map=0xf, sources=[-1], channel_skip=4, out_offset=0x1000),
        dict(op="conv2d", sources=[-1], eltwise="or", operands=2, eltwise_first=True, pool="max", window=2, stride=2,
             kernel=3, pad=1, in_map=0xf, out_map=0xf0, out_offset=0x2000, activation="relu")])
    make(device, "average-rounded", (3, 8, 6), [
        dict(pool="avg", window=2, stride=2, rounding=True, in_map=0x7, out_map=0x7, out_offset=0x2000)])
    make(device, "average-rounded-then-conv", (3, 9, 9), [
        dict(op="conv2d", pool="avg", window=3, stride=2, rounding=True, kernel=3, pad=1, in_map=0x7, out_map=0x3f,
             out_offset=0x2000, shift=1, bias=True)])
    make(device, "cropped-rows", (4, 9, 5), [
        dict(op="conv2d", kernel=1, in_map=0xf, out_map=0xf, out_offset=0x1000),
        dict(op="conv2d", kernel=3, pad=1, crop=(2, 1), in_map=0xf, out_map=0x7, in_offset=0x1000, out_offset=0x2000)])
    make(device, "channels-skipped", (3, 4, 4), [
        dict(op="conv2d", kernel=3, pad=1, in_map=0x7, out_map=0xff, out_offset=0x1000),
        dict(op="conv2d", kernel=1, channel_skip=4, in_map=0xf0, out_map=0x7, in_offset=0x1000, out_offset=0x2000)])
    make(device, "activation-on-32-bit", (4, 4, 4), [
        dict(op="conv2d", kernel=3, pad=1, in_map=0xf, out_map=0x3f, out_offset=0x1000, width=32, activation="relu"),
        dict(op="conv2d", kernel=1, sources=[-1], in_map=0xf, out_map=0xf, out_offset=0x4000, width=32,
             activation="abs"),
        dict(op="conv2d", kernel=1, sources=[-1], in_map=0xf, out_map=0xf, out_offset=0x6000)])
    make(device, "transposed", (4, 3, 5), [
        dict(op="convtranspose2d", kernel=3, pad=1, in_map=0xf, out_map=0x7f, out_offset=0x2000, shift=-2,
             bias=True)])
    make(device, "weights-of-4-and-2-bits", (5, 6, 5), [
        dict(op="conv2d", kernel=3, pad=1, bits=4, shift=3, in_map=0x1f, out_map=0x7f, out_offset=0x1000),
        dict(op="conv2d", kernel=1, bits=2, shift=5, in_map=0x7f, out_map=0x1f, in_offset=0x1000, out_offset=0x2000)])
    make(device, "data-buffer", (4, 6, 1), buffered_layers(),
         data_buffer={"name": "history", "shape": [8, 6, 1], "processors": 0xff, "offset": 0x4000})
    device = "MAX78002"
    make(device, "eltwise-sub-5-operands", (15, 5, 4), [
        dict(eltwise="sub", operands=5, in_map=0x7, out_map=0x7, out_offset=0x2000)])
    make(device, "or-then-pool-then-conv", (8, 6, 6), [
        dict(op="conv2d", eltwise="or", operands=2, eltwise_first=True, pool="avg", window=2, stride=2, rounding=True,
             kernel=3, pad=1, in_map=0xf, out_map=0xf0, out_offset=0x2000, activation="abs")])
    make(device, "read-gap", (4, 5, 5), [
        dict(op="conv2d", kernel=3, pad=1, in_map=0xf, read_gap=2, out_map=0xff, write_gap=1, out_offset=0x1000),
        dict(op="conv2d", kernel=1, in_map=0xff, read_gap=1, out_map=0x7, in_offset=0x1000, out_offset=0x3000)])
    make(device, "transposed-depthwise", (6, 4, 3), [
        dict(op="convtranspose2d", kernel=3, pad=1, groups=6, in_map=0x3f, out_map=0x3f, out_offset=0x2000)])
    make(device, "depthwise-binary", (6, 4, 3), [
        dict(op="conv2d", kernel=3, pad=1, groups=6, bits=1, binary=True, shift=4, in_map=0x3f, out_map=0x3f,
             out_offset=0x2000)])


def buffered_layers():
    """A row of 8 channels is put at the history's end, which moves up two rows; one more row, and it is convolved."""
    shift = dict(sources=["history"], in_map=0xff, out_map=0xff, in_offset=0x4000, out_offset=0x4000, buffer_shift=2)
    insert = dict(op="conv1d", sources=[-1], kernel=6, in_map=0xf, out_map=0xff, out_offset=0x4014, buffer_insert=1,
                  shift=-2)
    read = dict(op="conv1d", sources=["history"], kernel=3, in_map=0xff, out_map=0x7, in_offset=0x4000, out_offset=0x6000,
                shift=-1)
    return [insert, shift, insert, read]


if __name__ == "__main__":
    main()
