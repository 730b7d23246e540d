"""Makes forms/: one small network's checkpoint in every form that PyTorch wrote one. Run with /usr/bin/python3.

Of each the weights are -3 to 2, unless their type has no such numbers. `checkpoint_forms_test.cpp` reads them all.
"""
import datetime
import io
import tarfile
from argparse import Namespace
from collections import OrderedDict, defaultdict, deque
from pathlib import Path

import torch_like
from torch_like import Call, Storage, Tensor, save, save_legacy, stand_in

FORMS = Path(__file__).parent / "forms"
WEIGHTS = list(range(-3, 3))
SMALL = {"ByteStorage": range(6), "UntypedStorage": range(6), "BoolStorage": [0, 1, 1, 0, 1, 1]}


def weights(kind="FloatStorage"):
    return Tensor([2, 3], SMALL.get(kind, WEIGHTS), kind)


def network(weight, **others):
    state = OrderedDict()
    state["fc.output_shift"] = Tensor([1], [-1])
    state["fc.weight_bits"] = Tensor([1], [8], "LongStorage")
    state["fc.clamp_activation"] = Tensor([1], [1], "BoolStorage")
    state["fc.op.weight"] = weight
    state["fc.op.bias"] = Tensor([2], [128, -256])
    return {"epoch": 3, "state_dict": state, "arch": "tiny", **others}


def numpy_scalar(type_name, data):
    """As numpy's scalars are pickled: a call that needs numpy."""
    dtype = Call(stand_in("numpy", "dtype"), type_name, False, True)
    return Call(stand_in("numpy.core.multiarray", "scalar"), dtype, data)


def unreadable(key):
    tensor = Tensor([3], [0, 0, 0], "NewStorage")
    tensor.storage.key = key
    return tensor


def extras():
    """What people keep in checkpoints beside the network."""
    return {
        # The last of the keys: what is behind a type that nobody knows can not be found.
        "optimizer": {"state": {0: {"step": 10, "exp_avg": Tensor([2, 3], [0.5] * 6), "seen": unreadable("9999")}},
                      "param_groups": [{"lr": 1e-3, "betas": (0.9, 0.999), "params": [0, 1]}]},
        "best_top1": numpy_scalar("f8", b"\0" * 8),
        "args": Namespace(lr=0.1, device=None, layers=[1, 2]),
        "extras": {"when": datetime.datetime(2024, 1, 2), "seen": {1, 2}, "frozen": frozenset([3]), "raw": b"\x80\xff",
                   "many": bytearray(b"abc"), "history": deque([1.5, 2.5]), "counts": defaultdict(int, a=1),
                   "seed": 2**100, "less": -2**70, "z": 1 + 2j, "text": "\u00b5\u4e2d", "size": range(3), "no": None},
    }


def types():
    for kind in ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool"):
        content = network(weights(kind + "Storage"))
        save(FORMS / f"type-{kind}.pth.tar", content)
        save_legacy(FORMS / f"legacy-type-{kind}.pth.tar", content)


def protocols():
    for protocol in range(1, 6):
        save(FORMS / f"protocol-{protocol}.pth.tar", network(weights(), **extras()), protocol=protocol)
        save_legacy(FORMS / f"legacy-protocol-{protocol}.pth.tar", network(weights(), **extras()), protocol=protocol)


def rebuilds():
    """Tensors made by other functions of PyTorch."""
    def plain(tensor):
        return (tensor.storage, tensor.offset, tensor.shape, tensor.strides)
    utils = "torch._utils"
    inner = (*plain(weights()), False, {})
    two_bytes = [byte for value in WEIGHTS for byte in value.to_bytes(2, "little", signed=True)]
    forms = {
        "rebuild-v1": Call(stand_in(utils, "_rebuild_tensor"), *plain(weights())),
        "rebuild-parameter": Call(stand_in(utils, "_rebuild_parameter"),
                                  Call(torch_like._rebuild_tensor_v2, *inner), True, OrderedDict()),
        "rebuild-type": Call(stand_in("torch._tensor", "_rebuild_from_type_v2"), torch_like._rebuild_tensor_v2,
                             stand_in("torch.nn.parameter", "Buffer"), inner, {"x": 1}),
        "rebuild-v3": Call(stand_in(utils, "_rebuild_tensor_v3"), *plain(Tensor([2, 3], two_bytes, "UntypedStorage")),
                           False, {}, stand_in("torch", "int16")),
        "untyped": weights("UntypedStorage"),
    }
    for name, weight in forms.items():
        save(FORMS / f"{name}.pth.tar", network(weight))


def legacy_view():
    """The weights are a part of a larger storage, from its third item on; the shift is another part of it."""
    whole = [9, 9] + WEIGHTS + [-1]
    weight = weights()
    weight.storage = Storage("FloatStorage", "70", whole)
    weight.storage.view = ("71", 2, 6)
    content = network(weight)
    shift = content["state_dict"]["fc.output_shift"]
    shift.storage = Storage("FloatStorage", "70", whole)
    shift.storage.view = ("72", 8, 1)
    save_legacy(FORMS / "legacy-view.pth.tar", content)


def python_2():
    """Python 2 stores an ordered dictionary as a call with a list of pairs."""
    content = network(weights())
    pairs = [[key, value] for key, value in content["state_dict"].items()]
    content["state_dict"] = Call(OrderedDict, pairs)
    save_legacy(FORMS / "legacy-python-2.pth.tar", content)


def refused():
    save(FORMS / "refused-big-endian.pth.tar", network(weights()), byteorder="big")
    save_legacy(FORMS / "refused-legacy-big-endian.pth.tar", network(weights()), little_endian=False)
    save_legacy(FORMS / "refused-legacy-version.pth.tar", network(weights()), version=1002)
    content = network(weights())
    content["state_dict"]["fc.a"] = unreadable("0")  # the first key
    save_legacy(FORMS / "refused-legacy-behind.pth.tar", content)
    with tarfile.open(FORMS / "refused-tar.pth.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
        for name in ("sys_info", "pickle", "storages", "tensors"):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())


def main():
    FORMS.mkdir(exist_ok=True)
    Tensor.count = 0
    for make in (types, protocols, legacy_view, python_2, refused, rebuilds):
        make()
    save(FORMS / "byteorder.pth.tar", network(weights()), byteorder="little")


main()
