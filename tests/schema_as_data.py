#!/usr/bin/python3
"""Messages of every type, judged by code that knows nothing but `synergy schema --json`.

    tests/schema_as_data.py SYNERGY MESSAGES

SYNERGY is the program; MESSAGES the folder with the golden bytes of every message (tests/data/messages). A JSON Schema
(draft 2020-12) is made of the document for every message. The golden messages must satisfy theirs; copies in which one
value is spoilt, each field of each struct in turn, must not. Prints what was tried; ends with 1 at the first surprise
of each kind.
"""
import copy
import json
import pathlib
import subprocess
import sys

import jsonschema
import msgpack

DRAFT = jsonschema.Draft202012Validator


# JSON has no bytes; msgpack has. JSON Schema measures texts in characters; the document's limits are bytes.
def is_bytes(_, __, value, ___):
    if not isinstance(value, bytes):
        yield jsonschema.ValidationError(f"{value!r} is no bytes")


def most_bytes(_, limit, value, __):
    if isinstance(value, str) and len(value.encode()) > limit:
        yield jsonschema.ValidationError(f"{value[:20]!r} has more than {limit} bytes")


Validator = jsonschema.validators.extend(DRAFT, {"maxBytes": most_bytes, "isBytes": is_bytes})


class Schemas:
    """JSON Schemas made of the catalogue, one for each message."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.definitions = {name: self.of_struct(info) for name, info in catalogue["structs"].items()}
        self.definitions.update({"enum " + name: {"enum": values} for name, values in catalogue["enums"].items()})

    def of_message(self, message):
        """Envelope and body together, as one map."""
        envelope = copy.deepcopy(self.definitions[self.catalogue["envelope"]["struct"]])
        envelope["properties"]["schema"] = {"const": message["name"]}
        envelope["properties"][self.catalogue["envelope"]["body"]] = reference(message["struct"])
        envelope["required"].append(self.catalogue["envelope"]["body"])
        return {**envelope, "$defs": self.definitions}

    def of_struct(self, info):
        return {"type": "object",
                "properties": {field["name"]: self.of_field(field) for field in info["fields"]},
                "required": [field["name"] for field in info["fields"] if not field["optional"]]}

    def of_field(self, field):
        one = self.of_type(field["type"])
        return {"anyOf": [one, {"type": "null"}]} if field["optional"] else one

    def of_type(self, kind):
        one = reference(kind["struct"]) if kind["kind"] == "struct" else getattr(self, "of_" + kind["kind"])(kind)
        return {"anyOf": [one, {"const": kind["or"]}]} if "or" in kind else one

    def of_boolean(self, _):
        return {"type": "boolean"}

    def of_integer(self, kind):
        made = {"type": "integer", "minimum": kind["min"], "maximum": kind["max"]}
        return {**made, "enum": kind["one_of"]} if "one_of" in kind else made

    def of_number(self, kind):
        return {"type": "number", "minimum": kind["min"], "maximum": kind["max"]}

    def of_text(self, kind):
        made = {"type": "string", "minLength": min(kind["min_bytes"], 1)}
        if "max_bytes" in kind:
            made["maxBytes"] = kind["max_bytes"]
        if "pattern" in kind:
            made["pattern"] = kind["pattern"]
        return made

    def of_bytes(self, _):
        return {"isBytes": True}

    def of_enum(self, kind):
        return reference("enum " + kind["enum"])

    def of_list(self, kind):
        return {"type": "array", "items": self.of_type(kind["of"]),
                "minItems": kind["min_items"], "maxItems": kind["max_items"]}

    def of_map(self, kind):
        made = {"type": "object", "additionalProperties": self.of_type(kind["of"]),
                "minProperties": kind["min_items"], "maxProperties": kind["max_items"]}
        if "max_key_bytes" in kind:
            made["propertyNames"] = {"minLength": kind.get("min_key_bytes", 0), "maxBytes": kind["max_key_bytes"]}
        return made


def reference(name):
    return {"$ref": "#/$defs/" + name.replace(" ", "%20")}


def spoilt_values(kind):
    """Values that a field of this kind must not have, each with what is wrong with it."""
    of = kind["kind"]
    yield "another type", {"text": 5, "enum": 5, "bytes": "text"}.get(of, "text")
    if of in ("integer", "number"):
        yield "too small", kind["min"] - (1 if of == "integer" else abs(kind["min"]) / 100 + 0.001 * kind["max"])
        yield "too large", kind["max"] + (1 if of == "integer" else kind["max"] / 100)
    if "one_of" in kind:
        yield "none of those", max(kind["one_of"]) - 1
    if of == "integer":
        yield "not whole", kind["min"] + 0.5 if kind["min"] > -2**50 else 0.5
    if of == "text" and kind["min_bytes"] > 0 and kind.get("or") != "":
        yield "empty", ""
    if of == "text" and "max_bytes" in kind:
        yield "too long", "x" * (kind["max_bytes"] + 1)
        yield "too long in bytes", "ä" * (kind["max_bytes"] // 2 + 1)
    if of == "text" and "pattern" in kind:
        yield "no plain name", "../x"
    if of == "enum":
        yield "an unknown name", "no such name"
    if of in ("list", "map"):
        yield "bad item", [next(spoilt_values(kind["of"]))[1]] if of == "list" else {"a": next(spoilt_values(kind["of"]))[1]}
        if kind["min_items"] > 0:
            yield "too few", [] if of == "list" else {}


class Spoiler:
    """Copies of a message, each with one value spoilt."""

    def __init__(self, catalogue):
        self.structs = catalogue["structs"]

    def spoil(self, struct, value, put, path):
        """Yields (what, message) for every field of the struct `value`; `put` makes the whole message of another one."""
        for field in self.structs[struct]["fields"]:
            name, kind = field["name"], field["type"]
            place = f"{path}.{name}"
            if not field["optional"]:
                without = {key: item for key, item in value.items() if key != name}
                yield place + ": missing", put(without)
                yield place + ": null", put({**value, name: None})
            for what, bad in spoilt_values(kind):
                yield f"{place}: {what}", put({**value, name: bad})
            yield from self.inside(kind, value.get(name), lambda new, name=name: put({**value, name: new}), place)

    def inside(self, kind, value, put, path):
        if value is None:
            return
        if kind["kind"] == "struct":
            yield from self.spoil(kind["struct"], value, put, path)
        elif kind["kind"] == "list" and value:
            yield from self.inside(kind["of"], value[0], lambda new: put([new, *value[1:]]), path + "[0]")
        elif kind["kind"] == "map" and value:
            first = next(iter(value))
            yield from self.inside(kind["of"], value[first], lambda new: put({**value, first: new}), f"{path}.{first}")


def golden_messages(folder, body, messages):
    """Each as it travels: the golden envelope around the golden bytes, of one that the catalogue lacks, too."""
    def read(path):
        return msgpack.unpackb(bytes.fromhex(path.read_text()), raw=False)

    envelope = read(folder / "envelope.hex")
    for path in sorted(set(folder.glob("*.hex")) - {folder / "envelope.hex"}):
        known = messages.get(path.stem, {"version": 1, "oldest_reader": 1})
        yield path.stem, {**envelope, "schema": path.stem, "version": known["version"],
                          "oldest_reader": known["oldest_reader"], body: read(path)}


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    made = subprocess.run([program, "schema", "--json"], check=True, capture_output=True, text=True)
    catalogue = json.loads(made.stdout)
    schemas = Schemas(catalogue)
    messages = {message["name"]: message for message in catalogue["messages"]}
    spoiler, problems, spoilt, seen = Spoiler(catalogue), [], 0, set()
    body = catalogue["envelope"]["body"]
    for name, value in golden_messages(folder, body, messages):
        message = messages.get(name)
        if message is None:
            problems.append(f"{name}: the catalogue has no such message")
            continue
        seen.add(message["name"])
        schema = schemas.of_message(message)
        Validator.check_schema(schema)
        judge = Validator(schema)
        for error in judge.iter_errors(value):
            problems.append(f"{name}: refused: {error.json_path}: {error.message[:200]}")
        copies = [*spoiler.spoil(catalogue["envelope"]["struct"], value, lambda new: new, name),
                  *spoiler.spoil(message["struct"], value[body], lambda new: {**value, body: new}, name + ".body")]
        for what, copy_of in copies:
            spoilt += 1
            if judge.is_valid(copy_of):
                problems.append(f"{what}: is not refused")
    problems += [f"{name}: there is no golden message of it" for name in sorted(set(messages) - seen)]
    print(f"{len(seen)} messages satisfy their schemas, {spoilt} spoilt copies tried, {len(problems)} problems")
    for problem in problems[:50]:
        print(problem)
    return 1 if problems or spoilt < 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
