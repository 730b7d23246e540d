"""Frames to feed: arrays that one has, and `.npy` files. Needs no NumPy, and takes its arrays."""

from __future__ import annotations

import ast
import math
import os
import pathlib
import secrets
import struct
from dataclasses import dataclass
from typing import Any

from .errors import InvalidError, MachineError, NotFoundError
from .messages import ElementType, FrameFeed, Layout

_TO_SIGNED = bytes(value ^ 0x80 for value in range(256))  # less 128, in two's complement
_INTEGERS = {"i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q"}


@dataclass(frozen=True)
class Frame:
    """What a sensor sees once: `data` has a byte a value, the last axis' neighbours together.

    `uint8` are pixels or samples as sensors give them, `int8` a network's input. `layout` says what three axes are.
    """

    shape: tuple[int, ...]
    data: bytes
    dtype: ElementType = ElementType.UINT8
    layout: Layout = Layout.CHW

    def __post_init__(self) -> None:
        if math.prod(self.shape) != len(self.data) or not self.data:
            raise InvalidError(f"a frame of shape {self.shape} with {len(self.data)} bytes; there must be a byte a value")

    @classmethod
    def of(cls, array: Any, *, layout: Layout = Layout.CHW) -> Frame:
        """Of a NumPy array, or whatever else has a buffer of signed or unsigned bytes. Raises InvalidError."""
        if isinstance(array, Frame):
            return array
        try:
            view = memoryview(array)
        except TypeError:
            raise InvalidError(f"a {type(array).__name__} is no frame: give a Frame, or an array of bytes (int8 or uint8), "
                               "as numpy.asarray(picture, dtype='uint8') makes one") from None
        if view.format not in ("b", "B"):
            raise InvalidError(f"an array of '{view.format}' is no frame: give it as int8, a network's input, "
                               "or uint8, pixels of 0 to 255")
        dtype = ElementType.INT8 if view.format == "b" else ElementType.UINT8
        return cls(tuple(view.shape or ()), view.tobytes(), dtype, layout)

    def message(self, sensor: str, frame_id: str) -> FrameFeed:
        return FrameFeed(sensor=sensor, id=frame_id, dtype=self.dtype, shape=list(self.shape), layout=self.layout, data=self.data)


def new_frame_id(prefix: str = "py") -> str:
    """A name that no other frame has."""
    return f"{prefix}-{secrets.token_hex(8)}"


def read_npy(file: str | os.PathLike[str], *, layout: Layout = Layout.CHW) -> list[Frame]:
    """The frames of an array (N, ...), as `synergy feed` reads it: signed bytes are the network's input, of unsigned ones
    each is made pixel - 128, wider integers must be -128 to 127. Raises InvalidError, and NotFoundError or MachineError
    where the file can not be read."""
    name = os.fspath(file)
    try:
        raw = pathlib.Path(name).read_bytes()
    except FileNotFoundError:
        raise NotFoundError(f"{name}: no such file") from None
    except OSError as error:
        raise MachineError(f"{name}: {error.strerror}") from None
    kind, shape, values = _parsed(raw, name)
    if len(shape) < 2 or 0 in shape:
        raise InvalidError(f"{name}: has the shape {shape}; frames are an array (N, ...) of one or more")
    size = math.prod(shape[1:])
    data = _signed(kind, values, name)
    if len(data) != shape[0] * size:
        raise InvalidError(f"{name}: has {len(data)} values, and its shape {shape} says {shape[0] * size}")
    return [Frame(shape[1:], data[at:at + size], ElementType.INT8, layout) for at in range(0, len(data), size)]


def _parsed(raw: bytes, name: str) -> tuple[str, tuple[int, ...], bytes]:
    """Type, shape and bytes of an array."""
    if raw[:6] != b"\x93NUMPY" or len(raw) < 12:
        raise InvalidError(f"{name}: is no .npy file")
    begin = 10 if raw[6] == 1 else 12
    size = int.from_bytes(raw[8:begin], "little")
    try:
        header = ast.literal_eval(raw[begin:begin + size].decode("latin-1").strip())
        kind, shape, fortran = str(header["descr"]), tuple(int(axis) for axis in header["shape"]), header["fortran_order"]
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        raise InvalidError(f"{name}: its header is damaged") from None
    if fortran and len(shape) > 1:
        raise InvalidError(f"{name}: is in Fortran order; save numpy.ascontiguousarray of it")
    return kind, shape, raw[begin + size:]


def _signed(kind: str, values: bytes, name: str) -> bytes:
    if kind == "|i1":
        return values
    if kind == "|u1":
        return values.translate(_TO_SIGNED)
    if kind[:1] not in "<>" or kind[1:] not in _INTEGERS:
        raise InvalidError(f"{name}: must hold integers, holds {kind}: a network takes signed bytes (int8), or pixels as "
                           "unsigned bytes (uint8)")
    width = int(kind[2:])
    numbers = struct.unpack(f"{kind[0]}{len(values) // width}{_INTEGERS[kind[1:]]}", values[:len(values) // width * width])
    for i, number in enumerate(numbers):
        if not -128 <= number <= 127:
            raise InvalidError(f"{name}: entry {i} is not within -128 to 127; pixels of 0 to 255 must be unsigned bytes (uint8)")
    return struct.pack(f"{len(numbers)}b", *numbers)
