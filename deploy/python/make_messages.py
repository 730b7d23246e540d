#!/usr/bin/python3
"""Writes synergy_mesh/messages.py: a class for every message, struct and enumeration of `synergy schema --json`.

    make_messages.py SYNERGY            write it; SYNERGY is the program, e.g. build/release/bin/synergy
    make_messages.py SYNERGY --check    say whether it is what would be written; 1 where it is not
"""

from __future__ import annotations

import argparse
import json
import keyword
import pathlib
import subprocess
import sys
from typing import Any

TARGET = pathlib.Path(__file__).resolve().parent / "synergy_mesh" / "messages.py"
WIDTH = 120

HEAD = '''"""The messages of the mesh. Made by make_messages.py of `synergy schema --json`; do not edit.

Every class is a dataclass with keyword arguments only. Times are whole nanoseconds, other units are in the names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from .fields import (Boolean, Bytes, Command, EnumOf, Field, Integer, ListOf, MapOf, Message, Number, Struct, StructOf,
                     Text, Word)
'''


def attribute(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def member(word: str) -> str:
    """`sensing.needs` as SENSING_NEEDS."""
    return "".join(letter if letter.isalnum() else "_" for letter in word).upper()


class Maker:
    def __init__(self, catalogue: dict[str, Any]) -> None:
        self.catalogue = catalogue
        self.structs: dict[str, Any] = catalogue["structs"]
        self.enums: dict[str, list[str]] = catalogue["enums"]
        self.messages: dict[str, Any] = {message["struct"]: message for message in catalogue["messages"]}
        self.by_name: dict[str, Any] = {message["name"]: message for message in catalogue["messages"]}

    def text(self) -> str:
        parts = [HEAD, self.limits()]
        parts += [self.enum(name, words) for name, words in self.enums.items()]
        parts += [self.struct(name) for name in self.ordered()]
        parts += [self.tables()]
        return "\n\n".join(parts)

    def limits(self) -> str:
        limits = self.catalogue["limits"]
        lines = [f"MAX_{name.upper()} = {value}" for name, value in limits.items()]
        codes = ", ".join(f'"{code}"' for code in self.catalogue["error_codes"])
        return "\n".join([*lines, *short(f"ERROR_CODES = ({codes})")]) + "\n"

    def enum(self, name: str, words: list[str]) -> str:
        lines = [f"class {name}(Word):", *(f'    {member(word)} = "{word}"' for word in words)]
        return "\n".join(lines) + "\n"

    def ordered(self) -> list[str]:
        """Those that others have a default of go first; else as the catalogue has them."""
        names: list[str] = []

        def add(name: str) -> None:
            if name in names:
                return
            for info in self.structs[name]["fields"]:
                if info["type"]["kind"] == "struct" and isinstance(info.get("default"), dict):
                    add(info["type"]["struct"])
            names.append(name)

        for name in self.structs:
            add(name)
        return names

    def struct(self, name: str) -> str:
        fields = self.structs[name]["fields"]
        message = self.messages.get(name)
        lines = ["@dataclass(kw_only=True, slots=True)", f"class {name}({self.base(message)}):"]
        lines += [f'    """{self.about(message)}"""', ""] if message else []
        for info in fields:
            lines += wrapped_comment(info)
            lines += short(f"    {attribute(info['name'])}: {self.hint(info)}{self.default(info)}")
        if message:
            lines += self.message_constants(message)
        lines += self.field_table(fields)
        if not fields and not message:
            lines.append("    pass")
        return "\n".join(lines) + "\n"

    def base(self, message: dict[str, Any] | None) -> str:
        if message is None:
            return "Struct"
        if message["answered_by"] is None:
            return "Message"
        return f'Command["{self.by_name[message["answered_by"]]["struct"]}"]'

    def about(self, message: dict[str, Any]) -> str:
        text = f"`{message['name']}`"
        if message["topic"]:
            text += f" on `{message['topic']}`"
        if message["answered_by"]:
            text += f", answered by `{message['answered_by']}`"
        return text + "."

    def hint(self, info: dict[str, Any]) -> str:
        hint = self.type_hint(info["type"])
        return hint + " | None" if self.nullable(info) else hint

    @staticmethod
    def nullable(info: dict[str, Any]) -> bool:
        return bool(info["optional"]) and info["default"] is None

    def type_hint(self, kind: dict[str, Any]) -> str:
        simple = {"boolean": "bool", "integer": "int", "number": "float", "text": "str", "bytes": "bytes"}
        if kind["kind"] in simple:
            return simple[kind["kind"]]
        if kind["kind"] in ("enum", "struct"):
            return str(kind[kind["kind"]])
        return {"list": "list[{}]", "map": "dict[str, {}]"}[kind["kind"]].format(self.type_hint(kind["of"]))

    def default(self, info: dict[str, Any]) -> str:
        if not info["optional"]:
            return ""
        value, kind = info["default"], info["type"]
        if value is None:
            return " = None"
        if kind["kind"] == "enum":
            return f" = {kind['enum']}.{member(value)}"
        if kind["kind"] == "bytes":
            if value["bytes"] != 0:
                raise SystemExit(f"{info['name']}: bytes with a default of their own are not known here")
            return ' = b""'
        if kind["kind"] == "struct":
            return f" = field(default_factory=lambda: {kind['struct']}.from_plain({value!r}))"
        if kind["kind"] in ("list", "map"):
            if value:
                raise SystemExit(f"{info['name']}: a list with a default of its own is not known here")
            return f" = field(default_factory={'list' if kind['kind'] == 'list' else 'dict'})"
        return f" = {value!r}" if kind["kind"] != "text" else f" = {json.dumps(value)}"

    def message_constants(self, message: dict[str, Any]) -> list[str]:
        topic = json.dumps(message["topic"]) if message["topic"] else "None"
        lines = ["", f'    NAME: ClassVar[str] = "{message["name"]}"', f'    VERSION: ClassVar[int] = {message["version"]}',
                 f'    OLDEST_READER: ClassVar[int] = {message["oldest_reader"]}', f"    TOPIC: ClassVar[str | None] = {topic}"]
        if message["answered_by"]:
            lines.append(f'    REPLY: ClassVar[str] = "{message["answered_by"]}"')
        return lines

    def field_table(self, fields: list[dict[str, Any]]) -> list[str]:
        if not fields:
            return []
        lines = ["", "    FIELDS: ClassVar[tuple[Field, ...]] = ("]
        for info in fields:
            flags = ", optional=True" if info["optional"] else ""
            flags += ", nullable=True" if self.nullable(info) else ""
            flags += f', attribute="{attribute(info["name"])}"' if attribute(info["name"]) != info["name"] else ""
            lines += short(f'        Field("{info["name"]}", {self.kind(info["type"])}{flags}),')
        return [*lines, "    )"]

    def kind(self, kind: dict[str, Any]) -> str:
        of = kind["kind"]
        if of == "boolean":
            return "Boolean()"
        if of == "bytes":
            return "Bytes()"
        if of == "enum":
            return f"EnumOf({kind['enum']})"
        if of == "struct":
            return f"StructOf(lambda: {kind['struct']})"
        if of == "text":
            return f"Text({arguments(kind, ['min_bytes'], {'max_bytes': 'most_bytes', 'pattern': 'pattern', 'or': 'or_value'})})"
        if of in ("integer", "number"):
            one_of = {"one_of": tuple(kind["one_of"])} if "one_of" in kind else {}
            return (f"{of.capitalize()}("
                    f"{arguments({**kind, **one_of}, ['min', 'max'], {'or': 'or_value', 'one_of': 'one_of'})})")
        if of == "list":
            return f"ListOf({self.kind(kind['of'])}, {kind['min_items']}, {kind['max_items']})"
        if of == "map":
            keys = arguments(kind, [], {"min_key_bytes": "least_key_bytes", "max_key_bytes": "most_key_bytes"})
            return f"MapOf({self.kind(kind['of'])}, {kind['min_items']}, {kind['max_items']}{', ' + keys if keys else ''})"
        raise SystemExit(f"the kind '{of}' is not known here: make_messages.py is older than the catalogue")

    def tables(self) -> str:
        lines = ["#: Every message by its name.", "MESSAGES: dict[str, type[Message]] = {"]
        lines += [f'    "{name}": {message["struct"]},' for name, message in sorted(self.by_name.items())]
        return "\n".join([*lines, "}"]) + "\n"


def arguments(kind: dict[str, Any], first: list[str], named: dict[str, str]) -> str:
    parts = [repr(kind[name]) for name in first]
    parts += [f"{argument}={kind[name]!r}" for name, argument in named.items() if name in kind]
    return ", ".join(parts)


def wrapped_comment(info: dict[str, Any]) -> list[str]:
    unit = f" [{info['unit']}]" if info.get("unit") else ""
    words, lines = (info["about"] + unit).split(), ["    #:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("    #:")
        lines[-1] += " " + word
    return lines


def short(line: str) -> list[str]:
    """In two lines where one were too long: the second begins behind the last bracket, or comma, that fits."""
    if len(line) <= WIDTH:
        return [line]
    inside = len(line) - len(line.lstrip()) + 4
    at = max(line.rfind("(", 0, WIDTH), line.rfind(", ", 0, WIDTH))
    return [line[:at + 1], *short(" " * inside + line[at + 1:].lstrip())]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("synergy", help="the program")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where the module is stale")
    options = parser.parse_args()
    made = subprocess.run([options.synergy, "schema", "--json"], check=True, capture_output=True, text=True)
    catalogue = json.loads(made.stdout)
    if catalogue["format"] != 1:
        raise SystemExit(f"the catalogue has format {catalogue['format']}; this script reads 1")
    text = Maker(catalogue).text()
    if not options.check:
        TARGET.write_text(text)
        return 0
    if TARGET.exists() and TARGET.read_text() == text:
        return 0
    print(f"{TARGET} is stale; run: deploy/python/make_messages.py build/release/bin/synergy", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
