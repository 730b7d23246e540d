"""The types of fields, as `synergy schema --json` tells them: what they allow, and how they travel.

`messages.py` is made of these; nobody else needs them. A value is checked when it is sent and when it is read, and the
error says which field of what is wrong.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from .errors import InvalidError
from .text import visible

S = TypeVar("S", bound="Struct")
R = TypeVar("R", bound="Message")


class Word(str, enum.Enum):
    """An enumeration whose values are the words that travel."""

    def __str__(self) -> str:
        return str(self.value)


class Kind:
    """A type. `where` names the value in errors."""

    def encode(self, value: Any, where: str) -> Any:
        """As msgpack packs it."""
        raise NotImplementedError

    def decode(self, value: Any, where: str, strict: bool) -> Any:
        """As programs use it. `strict`: of a person's file, where an unknown key is an error."""
        return self.encode(value, where)


def _wrong(where: str, what: str) -> InvalidError:
    return InvalidError(f"{where}: {what}")


def _found(value: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text", bytes: "bytes", dict: "a map",
             list: "a list", type(None): "nothing"}
    return names.get(type(value), type(value).__name__)


@dataclass(frozen=True)
class Boolean(Kind):
    def encode(self, value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            raise _wrong(where, f"expected true or false, found {_found(value)}")
        return value


@dataclass(frozen=True)
class Integer(Kind):
    least: int
    most: int
    or_value: int | None = None
    one_of: tuple[int, ...] = ()

    def encode(self, value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _wrong(where, f"expected a whole number, found {_found(value)}")
        if value == self.or_value:
            return value
        if not self.least <= value <= self.most:
            raise _wrong(where, f"must be from {self.least} to {self.most}, is {value}")
        if self.one_of and value not in self.one_of:
            raise _wrong(where, f"must be one of {', '.join(map(str, self.one_of))}, is {value}")
        return int(value)


@dataclass(frozen=True)
class Number(Kind):
    least: float
    most: float
    or_value: float | None = None

    def encode(self, value: Any, where: str) -> int | float:
        number = self.decode(value, where, False)
        return int(number) if number.is_integer() else number  # as msgpack-c packs numbers that are whole

    def decode(self, value: Any, where: str, strict: bool) -> float:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise _wrong(where, f"expected a number, found {_found(value)}")
        if value != self.or_value and not (math.isfinite(value) and self.least <= value <= self.most):
            raise _wrong(where, f"must be from {self.least:g} to {self.most:g}, is {value}")
        return float(value)


@dataclass(frozen=True)
class Text(Kind):
    least_bytes: int = 0
    most_bytes: int | None = None
    pattern: str | None = None
    or_value: str | None = None

    def encode(self, value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise _wrong(where, f"expected text, found {_found(value)}")
        shown = visible(value)
        if shown != value:
            raise _wrong(where, f"the text '{shown[:80]}' has control characters or is no UTF-8")
        self._check(value, where)
        return str.__str__(value)

    def decode(self, value: Any, where: str, strict: bool) -> str:
        if strict or not isinstance(value, str):
            return self.encode(value, where)
        self._check(value, where)
        return visible(value)

    def _check(self, value: str, where: str) -> None:
        if value == self.or_value:
            return
        size = len(value.encode("utf-8", "surrogateescape"))
        if size < self.least_bytes or (self.most_bytes is not None and size > self.most_bytes):
            most = "or more" if self.most_bytes is None else f"to {self.most_bytes}"
            raise _wrong(where, f"must have {self.least_bytes} {most} bytes, has {size}")
        if self.pattern is not None and not re.search(self.pattern.removesuffix("$") + r"\Z", value):
            raise _wrong(where, f"'{visible(value)[:80]}' is no plain name: letters, digits, - _ . and no . at the beginning")


@dataclass(frozen=True)
class Bytes(Kind):
    def encode(self, value: Any, where: str) -> bytes:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise _wrong(where, f"expected bytes, found {_found(value)}")
        return bytes(value)


@dataclass(frozen=True)
class EnumOf(Kind):
    of: type[Word]

    def encode(self, value: Any, where: str) -> str:
        return str(self.decode(value, where, False).value)

    def decode(self, value: Any, where: str, strict: bool) -> Word:
        try:
            return self.of(value)
        except ValueError:
            names = ", ".join(str(one.value) for one in self.of)
            raise _wrong(where, f"must be one of {names}, is {visible(str(value))[:80]!r}") from None


@dataclass(frozen=True)
class ListOf(Kind):
    of: Kind
    least: int
    most: int

    def encode(self, value: Any, where: str) -> list[Any]:
        return [self.of.encode(item, f"{where}[{i}]") for i, item in enumerate(self._checked(value, where))]

    def decode(self, value: Any, where: str, strict: bool) -> list[Any]:
        return [self.of.decode(item, f"{where}[{i}]", strict) for i, item in enumerate(self._checked(value, where))]

    def _checked(self, value: Any, where: str) -> Sequence[Any]:
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            raise _wrong(where, f"expected a list, found {_found(value)}")
        if not self.least <= len(value) <= self.most:
            raise _wrong(where, f"must have {self.least} to {self.most} items, has {len(value)}")
        return value


@dataclass(frozen=True)
class MapOf(Kind):
    of: Kind
    least: int
    most: int
    least_key_bytes: int = 0
    most_key_bytes: int | None = None

    def encode(self, value: Any, where: str) -> dict[str, Any]:
        pairs = self._checked(value, where)
        keys = Text(self.least_key_bytes, self.most_key_bytes)
        for key in pairs:
            keys.encode(key, f"{where}: a key")
        return {key: self.of.encode(pairs[key], f"{where}.{key}") for key in sorted(pairs)}

    def decode(self, value: Any, where: str, strict: bool) -> dict[str, Any]:
        keys = Text(self.least_key_bytes, self.most_key_bytes)
        decoded = {}
        for key, item in self._checked(value, where).items():
            name = keys.decode(key, f"{where}: a key", strict)
            decoded[name] = self.of.decode(item, f"{where}.{name}", strict)
        return decoded

    def _checked(self, value: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise _wrong(where, f"expected a map, found {_found(value)}")
        if not self.least <= len(value) <= self.most:
            raise _wrong(where, f"must have {self.least} to {self.most} entries, has {len(value)}")
        return value


class StructOf(Kind):
    """`of` gives the class; structs may hold each other, so it is only asked for when it is needed."""

    def __init__(self, of: Callable[[], type[Struct]]) -> None:
        self._of = of

    def encode(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, self._of()):
            raise _wrong(where, f"expected {self._of().__name__}, found {_found(value)}")
        return value.to_plain(where)

    def decode(self, value: Any, where: str, strict: bool) -> Struct:
        return self._of().from_plain(value, where, strict=strict)


@dataclass(frozen=True)
class Field:
    """`name` as it travels, `attribute` as Python has it (`from` is a word of its own there)."""

    name: str
    kind: Kind
    optional: bool = False
    nullable: bool = False  # its default is that there is none
    attribute: str = ""

    @property
    def place(self) -> str:
        return self.attribute or self.name


class Struct:
    """A value with fields. Made by `messages.py`; compare with ==, change fields as you like before sending."""

    __slots__ = ()
    FIELDS: ClassVar[tuple[Field, ...]] = ()

    def to_plain(self, where: str = "") -> dict[str, Any]:
        """Maps, lists, numbers and text, all fields in their order. Raises InvalidError where a value is not allowed."""
        where = where or type(self).__name__
        plain: dict[str, Any] = {}
        for field in self.FIELDS:
            value = getattr(self, field.place)
            inside = f"{where}.{field.name}"
            plain[field.name] = None if value is None and field.nullable else field.kind.encode(value, inside)
        return plain

    @classmethod
    def from_plain(cls: type[S], plain: Any, where: str = "", *, strict: bool = False) -> S:
        """The other way round. `strict` is for what people write: a key that no field has is an error then."""
        where = where or cls.__name__
        if not isinstance(plain, Mapping):
            raise _wrong(where, f"expected a map, found {_found(plain)}")
        if strict and (unknown := sorted(map(str, plain.keys() - {field.name for field in cls.FIELDS}))):
            known = ", ".join(field.name for field in cls.FIELDS)
            raise _wrong(where, f"unknown key '{visible(unknown[0])}'; there are {known}")
        values: dict[str, Any] = {}
        for field in cls.FIELDS:
            value = plain.get(field.name)
            if value is not None:
                values[field.place] = field.kind.decode(value, f"{where}.{field.name}", strict)
            elif not field.optional:
                raise _wrong(where, f"'{field.name}' is missing")
        return cls(**values)


class Message(Struct):
    """A struct that travels by itself."""

    __slots__ = ()
    NAME: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    #: With a word in capitals for what differs; none: it only answers.
    TOPIC: ClassVar[str | None] = None


class Command(Message, Generic[R]):
    """A message that is answered by an R."""

    __slots__ = ()
    REPLY: ClassVar[str] = ""
