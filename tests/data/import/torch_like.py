"""Writes checkpoints as PyTorch does, without PyTorch: a zip archive with a pickle of protocol 2 and one entry
for each tensor's numbers. For the tests of the importer; the numbers are always our own.

  save("x.pth.tar", {"arch": "x", "epoch": 1, "state_dict": OrderedDict(a=Tensor([2, 3], [1, 2, 3, 4, 5, 6]))})
"""
import io
import pickle
import struct
import sys
import types
import zipfile

FORMATS = {"FloatStorage": "f", "DoubleStorage": "d", "LongStorage": "q", "IntStorage": "i", "ShortStorage": "h",
           "CharStorage": "b", "ByteStorage": "B", "BFloat16Storage": "H"}

# Names of PyTorch that the pickle mentions. They are pickled by name only, so empty stand-ins do.
torch = types.ModuleType("torch")
utils = types.ModuleType("torch._utils")
sys.modules["torch"], sys.modules["torch._utils"] = torch, utils
for class_name in FORMATS:
    setattr(torch, class_name, type(class_name, (), {"__module__": "torch"}))


def _rebuild_tensor_v2():
    """Stands for PyTorch's function of that name."""


_rebuild_tensor_v2.__module__ = "torch._utils"
_rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
utils._rebuild_tensor_v2 = _rebuild_tensor_v2


class Storage:
    def __init__(self, kind, key, values):
        self.kind, self.key, self.values = kind, key, values

    def data(self):
        return struct.pack(f"<{len(self.values)}{FORMATS[self.kind]}", *self.values)


class Tensor:
    """`values` in row-major order, unless `strides` say how they lie; `shape` and strides in items."""
    count = 0

    def __init__(self, shape, values, kind="FloatStorage", strides=None, offset=0):
        Tensor.count += 1
        self.storage = Storage(kind, str(1000 + Tensor.count), list(values))
        self.shape, self.offset = tuple(shape), offset
        if strides is None:
            strides, step = [], 1
            for size in reversed(self.shape):
                strides.insert(0, step)
                step *= size
        self.strides = tuple(strides)

    def __reduce__(self):
        return (_rebuild_tensor_v2, (self.storage, self.offset, self.shape, self.strides, False, {}))


class Pickler(pickle.Pickler):
    def __init__(self, file):
        super().__init__(file, protocol=2)
        self.storages = []

    def persistent_id(self, obj):
        if not isinstance(obj, Storage):
            return None
        self.storages.append(obj)
        return ("storage", getattr(torch, obj.kind), obj.key, "cpu", len(obj.values))


def parts(content):
    """The pickle, and the storages' bytes by key."""
    file = io.BytesIO()
    pickler = Pickler(file)
    pickler.dump(content)
    return file.getvalue(), {storage.key: storage.data() for storage in pickler.storages}


def write_archive(path, entries, packing=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, packing)


def save(path, content, packing=zipfile.ZIP_STORED):
    pickled, storages = parts(content)
    entries = [("archive/data.pkl", pickled)]
    entries += [(f"archive/data/{key}", data) for key, data in storages.items()]
    write_archive(path, entries + [("archive/version", b"3\n")], packing)
