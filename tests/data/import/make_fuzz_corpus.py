"""Makes tests/fuzz/corpus/checkpoint and tests/fuzz/corpus/pickle. Run with /usr/bin/python3; no arguments."""
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

from torch_like import Storage, Tensor, parts, save, save_legacy, write_archive

CORPUS = Path(__file__).parents[2] / "fuzz" / "corpus"


def named_by_size(tensor):
    """The pickle target gives a storage as many bytes as its name says."""
    tensor.storage = Storage(tensor.storage.kind, str(len(tensor.storage.data())), tensor.storage.values)
    return tensor


def tiny(weight_kind="FloatStorage"):
    state = OrderedDict()
    state["module.conv.output_shift"] = named_by_size(Tensor([1], [-1]))
    state["module.conv.weight_bits"] = named_by_size(Tensor([1], [8], "LongStorage"))
    state["module.conv.op.weight"] = named_by_size(Tensor([2, 1, 3, 3], range(18), weight_kind))
    state["module.conv.op.bias"] = named_by_size(Tensor([2], [128, -256], "DoubleStorage"))
    return {"epoch": 3, "state_dict": state, "arch": "tiny", "optimizer_type": OrderedDict,
            "extras": {"best": 0.5, "moments": [1, -2, 70000, (3, 4, None, True), 2**40], "kind": {1.5}}}


def main():
    pickles = {"tiny": parts(tiny())[0], "ints": parts(tiny("CharStorage"))[0],
               "turned": parts({"epoch": 1, "state_dict": {
                   "a.weight": named_by_size(Tensor([3, 2], range(8), strides=[1, 3], offset=1))}})[0],
               "no-state": parts({"epoch": 1})[0],
               "in-itself": b"\x80\x02}q\x00(X\x05\x00\x00\x00epochK\x01X\x0a\x00\x00\x00state_dicth\x00u.",
               "call": b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.",
               "many": b"\x80\x02(" + b"K\x012" * 50 + b"tq\x01h\x01h\x01\x87."}
    for name, data in pickles.items():
        (CORPUS / "pickle" / name).write_bytes(data)
    folder = CORPUS / "checkpoint"
    save(folder / "tiny", tiny())
    save(folder / "packed", tiny(), zipfile.ZIP_DEFLATED)
    write_archive(folder / "bomb", [("a/data.pkl", b"\0" * 17000000)], zipfile.ZIP_DEFLATED)
    write_archive(folder / "no-pickle", [("a/version", b"3\n")])
    (folder / "cut").write_bytes((folder / "tiny").read_bytes()[:-30])
    (folder / "legacy-cut").write_bytes(bytes.fromhex("80028a0a6cfc9c46f9206aa850192e"))
    for protocol in (1, 2, 4):
        save_legacy(folder / f"legacy-{protocol}", tiny("HalfStorage"), protocol)
    save(folder / "protocol-5", tiny("BFloat16Storage"), protocol=5)
    for protocol in (0, 4):
        (CORPUS / "pickle" / f"protocol-{protocol}").write_bytes(pickle.dumps(tiny()["extras"], protocol))
    (CORPUS / "pickle" / "protocol-5").write_bytes(parts(tiny("BoolStorage"), 5)[0])
    (CORPUS / "pickle" / "legacy").write_bytes(parts(tiny("HalfStorage"), 2, legacy=True)[0])
    # What no writer makes but old ones may have made: objects of old classes, extensions, frozen sets.
    (CORPUS / "pickle" / "rare").write_bytes(b"(I1\nix\nY\n(cx\nY\nK\x01o\x82\x01(K\x01\x91\x87.")


main()
