"""Writes checkpoints as PyTorch does, without PyTorch: a zip archive with a pickle of protocol 2 and one entry
for each tensor's numbers, or the sequence of pickles that it wrote before 1.6. For the tests of the importer; the
numbers are always our own.

  save("x.pth.tar", {"arch": "x", "epoch": 1, "state_dict": OrderedDict(a=Tensor([2, 3], [1, 2, 3, 4, 5, 6]))})
"""
import io
import pickle
import struct
import sys
import types
import zipfile

FORMATS = {"FloatStorage": "f", "DoubleStorage": "d", "LongStorage": "q", "IntStorage": "i", "ShortStorage": "h",
           "CharStorage": "b", "ByteStorage": "B", "BoolStorage": "?", "HalfStorage": "e", "BFloat16Storage": "H",
           "UntypedStorage": "B", "NewStorage": "B"}  # of the last nobody knows how long its items are

# Names of PyTorch that the pickle mentions. They are pickled by name only, so empty stand-ins do.
torch = types.ModuleType("torch")
utils = types.ModuleType("torch._utils")
sys.modules["torch"], sys.modules["torch._utils"] = torch, utils
sys.modules["torch.storage"] = torch
for class_name in FORMATS:
    module = "torch.storage" if class_name == "UntypedStorage" else "torch"
    setattr(torch, class_name, type(class_name, (), {"__module__": module}))


def stand_in(module, name):
    """A function that is pickled as `module.name` and does nothing."""
    def function():
        pass
    function.__module__, function.__name__, function.__qualname__ = module, name, name
    if module not in sys.modules:
        sys.modules[module] = types.ModuleType(module)
    setattr(sys.modules[module], name, function)
    return function


class Call:
    """Pickled as a call of a function with these arguments."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return (self.function, self.arguments)


_rebuild_tensor_v2 = stand_in("torch._utils", "_rebuild_tensor_v2")


class Storage:
    def __init__(self, kind, key, values):
        self.kind, self.key, self.values = kind, key, values
        self.view = None  # before PyTorch 1.6: (another key, first item, items) of a part of the storage

    def data(self):
        if self.kind == "BFloat16Storage":  # the upper half of a float
            return b"".join(struct.pack("<f", value)[2:] for value in self.values)
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
    def __init__(self, file, protocol, legacy):
        super().__init__(file, protocol=protocol)
        self.storages, self.legacy = [], legacy

    def persistent_id(self, obj):
        if not isinstance(obj, Storage):
            return None
        if obj not in self.storages:
            self.storages.append(obj)
        name = ("storage", getattr(torch, obj.kind), obj.key, "cpu", len(obj.values))
        return (*name, obj.view) if self.legacy else name


def parts(content, protocol=2, legacy=False):
    """The pickle, and the storages by key."""
    file = io.BytesIO()
    pickler = Pickler(file, protocol, legacy)
    pickler.dump(content)
    return file.getvalue(), {storage.key: storage for storage in pickler.storages}


def write_archive(path, entries, packing=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, packing)


def save(path, content, packing=zipfile.ZIP_STORED, protocol=2, byteorder=None):
    pickled, storages = parts(content, protocol)
    entries = [("archive/data.pkl", pickled)]
    if byteorder is not None:
        entries.append(("archive/byteorder", byteorder.encode()))
    entries += [(f"archive/data/{key}", storage.data()) for key, storage in storages.items()]
    write_archive(path, entries + [("archive/version", b"3\n")], packing)


def save_legacy(path, content, protocol=2, little_endian=True, version=1001):
    pickled, storages = parts(content, protocol, legacy=True)
    machine = {"protocol_version": 1001, "little_endian": little_endian,
               "type_sizes": {"short": 2, "int": 4, "long": 4}}
    with open(path, "wb") as file:
        for head in (0x1950a86a20f9469cfc6c, version, machine):
            file.write(pickle.dumps(head, protocol))
        file.write(pickled)
        file.write(pickle.dumps(sorted(storages), protocol))
        for key in sorted(storages):
            file.write(struct.pack("<q", len(storages[key].values)) + storages[key].data())
