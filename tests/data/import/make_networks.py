"""Makes the checkpoints and samples of the invented networks beside this file. Run with /usr/bin/python3.

Every tensor's numbers follow from its place in the checkpoint (see `numbers`), so that the tests can tell them.
"""
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

from torch_like import Tensor, save

HERE = Path(__file__).parent


def count(shape):
    product = 1
    for size in shape:
        product *= size
    return product


def numbers(seed, shape, bits):
    """Whole numbers of `bits` bits that run through all values."""
    span = 1 << bits
    return [(seed * 31 + i * 7) % span - span // 2 for i in range(count(shape))]


class Network:
    def __init__(self):
        self.state, self.seed = OrderedDict(), 0

    def layer(self, name, shape, outputs=None, bits=8, shift=None, with_bits=True, values=None, bias=True):
        """Weights, and where `outputs` are given and wanted, a bias for so many channels."""
        self.seed += 1
        if shift is not None:
            self.state[f"{name}.output_shift"] = Tensor([1], [shift])
        if with_bits:
            self.state[f"{name}.weight_bits"] = Tensor([1], [bits], "LongStorage")
        self.state[f"{name}.quantize_activation"] = Tensor([1], [1])
        self.state[f"{name}.op.weight"] = Tensor(shape, values or numbers(self.seed, shape, bits))
        if outputs is not None and bias:
            # One step of the device's bias is 2**(bits - 1); what lies between is rounded down.
            steps = [step * (1 << (bits - 1)) + step % 2 for step in numbers(self.seed, [outputs], 8)]
            self.state[f"{name}.op.bias"] = Tensor([outputs], steps)
        return self

    def save(self, file, arch, packing=zipfile.ZIP_STORED):
        save(HERE / file, {"epoch": 7, "state_dict": self.state, "arch": arch,
                           "extras": {"best_top1": 91.5, "best_epoch": 7}}, packing)


def write_sample(file, shape, kind, code):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    header += " " * ((-len(header) - 11) % 64) + "\n"
    values = numbers(5, shape, 8)
    (HERE / file).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() +
                              struct.pack(f"<{len(values)}{code}", *values))


def bracelet():
    """Two-dimensional: a residual block with a fused add, a transposed convolution, several widths."""
    network = Network()
    network.layer("module.stem", [8, 3, 3, 3], 8, shift=-1)
    network.layer("module.branch", [8, 8, 3, 3], 8, bits=4, shift=-2)
    network.layer("module.last", [16, 8, 1, 1], with_bits=False)
    network.layer("module.up", [16, 4, 3, 3], 4, shift=1)
    network.layer("module.fc", [5, 64], 5, bits=2)
    # The same network once more without the wrapper's name: its tensors, and a bias of its own, do not count.
    for name in ["stem", "branch", "last", "up", "fc"]:
        network.state[f"{name}.op.weight"] = network.state[f"module.{name}.op.weight"]
    network.state["last.op.bias"] = Tensor([16], [128] * 16)
    network.save("bracelet.pth.tar", "Bracelet")
    write_sample("bracelet.npy", [3, 8, 8], "<i8", "q")


def anklet():
    """One-dimensional, for a MAX78002: +1/-1 weights, depthwise, shared, bypassed."""
    network = Network()
    network.layer("conv1", [8, 4, 3], values=[1, -1] * 48, shift=0)
    network.layer("conv2", [8, 8, 1], with_bits=False)
    network.layer("conv3", [4, 8, 5], outputs=4, shift=2)
    network.layer("wide", [4, 1, 3, 3], outputs=4)
    network.layer("fc", [2, 32])
    network.save("anklet.pth.tar", "anklet", zipfile.ZIP_DEFLATED)
    write_sample("anklet.npy", [4, 32], "|i1", "b")


bracelet()
anklet()
