#!/usr/bin/python3
"""The JSON Schemas of deploy/schemas, and the files of deploy/ that people write.

    tests/file_schemas.py SYNERGY DEPLOY

SYNERGY is the program; DEPLOY the folder. The committed schemas are what the program makes of its field lists now. Every
committed file satisfies the schema of its kind, as far as Python's jsonschema can tell; copies that are broken in one
place do not, and `synergy check` refuses those, too.
"""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema
import yaml

SYNERGY, DEPLOY = sys.argv[1], pathlib.Path(sys.argv[2])
#: What kind each file of DEPLOY is: the first pattern that fits. None: the format is somebody else's.
KINDS = [
    ("compose.yaml", None),
    ("apps/*.yaml", "app"),
    ("apps/*/*.yaml", "app"),
    ("bodies/*.yaml", "body"),
    ("devices/*.yaml", "device"),
    ("devices/sensors/*.yaml", "sensor"),
    ("devices/actuators/*.yaml", "actuator"),
    ("links/*.yaml", "link"),
    ("days/*.yaml", "day"),
    ("models/*/model.yaml", "model"),
    ("calibration/networks/*/model.yaml", "model"),
    ("calibration/measurements.yaml", "measurements"),
    ("workloads.yaml", "workloads"),
    ("examples/*/body.yaml", "body"),
    ("examples/*/model.yaml", "model"),
    ("examples/*/*link*.yaml", "link"),
    ("examples/*/*.yaml", "app"),
]


class Loader(yaml.SafeLoader):
    """YAML 1.2 as editors and our reader take it: `on` is text, 1e9 a number, 0o17 octal."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
        ("null", r"~|null|", ["~", "n", ""]),
        ("bool", r"true|false", list("tf")),
        ("int", r"[-+]?(0[xX][0-9a-fA-F]+|0[oO][0-7]+|[0-9]+)", list("-+0123456789")),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
        ("merge", r"<<", ["<"])]:
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), first)


def integer(loader, node):
    text = loader.construct_scalar(node).lower()
    digits = text.lstrip("+-")
    base = {"0x": 16, "0o": 8}.get(digits[:2], 10)
    return int(digits[2:] if base != 10 else digits, base) * (-1 if text.startswith("-") else 1)


Loader.add_constructor("tag:yaml.org,2002:int", integer)
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))


def files():
    """Each YAML file of DEPLOY with its kind; (path, None) where the format is somebody else's."""
    for path in sorted(DEPLOY.rglob("*.yaml")):
        place = path.relative_to(DEPLOY)
        fitting = [kind for pattern, kind in KINDS if len(place.parts) == pattern.count("/") + 1 and place.match(pattern)]
        yield path, fitting[0] if fitting else "unknown"


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def documents():
    """What is broken on purpose: the content of each of these files, and a placement, of which none is committed."""
    for path, kind in files():
        if kind:
            yield path, kind, load(path)
    chunks = [{"device": "watch", "first_layer": 0, "last_layer": 3}]
    yield "a placement", "placement", {"apps": [{"app": "a", "source": "ring", "chunks": chunks, "rate": 2.5},
                                                {"app": "b", "ways": [{"share": 1, "chunks": chunks}]}]}


class Schemas(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.schemas = {path.name.split(".")[0]: json.loads(path.read_text())
                        for path in (DEPLOY / "schemas").glob("*.schema.json")}

    def validator(self, kind):
        return jsonschema.Draft7Validator(self.schemas[kind])

    def test_the_committed_schemas_are_those_of_the_field_lists(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([SYNERGY, "schema", "--files", folder], check=True, stdout=subprocess.PIPE)
            made = {path.name: path.read_text() for path in pathlib.Path(folder).iterdir()}
        there = {path.name: path.read_text() for path in (DEPLOY / "schemas").glob("*.json")}
        self.assertEqual(sorted(made), sorted(there))
        for name, text in made.items():
            self.assertEqual(text, there[name], f"deploy/schemas/{name} is stale: run synergy schema --files deploy/schemas")

    def test_each_is_a_schema_of_draft_7_and_is_what_the_command_prints(self):
        for kind, schema in self.schemas.items():
            jsonschema.Draft7Validator.check_schema(schema)
            printed = subprocess.run([SYNERGY, "schema", kind], check=True, stdout=subprocess.PIPE, text=True).stdout
            self.assertEqual(json.loads(printed), schema)

    def test_every_field_is_described_and_unknown_keys_are_refused(self):
        for kind, schema in self.schemas.items():
            whole = [] if schema["type"] == "array" else [schema]
            for part in [*whole, *schema["definitions"].values()]:
                self.assertIs(part["additionalProperties"], False, kind)
                for name, field in part["properties"].items():
                    self.assertTrue(field["description"], f"{kind}: {name}")

    def test_every_file_is_of_a_known_kind_and_satisfies_its_schema(self):
        count = 0
        for path, kind in files():
            self.assertNotEqual(kind, "unknown", f"{path}: KINDS of this test does not say what it is")
            if kind is None:
                continue
            errors = [f"{path}: {error.json_path}: {error.message}" for error in self.validator(kind).iter_errors(load(path))]
            self.assertEqual(errors, [])
            count += 1
        self.assertGreater(count, 60)

    def test_each_names_its_schema_as_seen_from_its_folder(self):
        for path, kind in files():
            first = path.read_text(encoding="utf-8").splitlines()[0]
            if kind is None:
                continue
            self.assertTrue(first.startswith("# yaml-language-server: $schema="), f"{path}: has no modeline in its first line")
            named = path.parent / first.split("=", 1)[1]
            self.assertTrue(named.is_file(), f"{path}: {named} does not exist")
            self.assertEqual(named.resolve(), (DEPLOY / "schemas" / f"{kind}.schema.json").resolve(), path)

    def test_files_that_are_broken_in_one_place_do_not(self):
        tried = 0
        for path, kind, document in documents():
            self.assertTrue(self.validator(kind).is_valid(document), path)
            for what, broken in broken_copies(document, self.schemas[kind]):
                self.assertFalse(self.validator(kind).is_valid(broken), f"{path}: {what}")
                tried += 1
        self.assertGreater(tried, 1000)


    def test_the_reader_refuses_them_too(self):
        with tempfile.TemporaryDirectory() as folder:
            tried = {}
            for path, kind, document in documents():
                for what, broken in broken_copies(document, self.schemas[kind]):
                    file = pathlib.Path(folder) / f"{kind}-{len(tried)}.yaml"
                    file.write_text(json.dumps(broken))  # JSON is YAML
                    tried[str(file)] = (kind, f"{path}: {what}")
            for kind in self.schemas:
                broken = [file for file, (its, _) in tried.items() if its == kind]
                done = subprocess.run([SYNERGY, "check", "--json", "--as", kind, "--deploy", DEPLOY, *broken],
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                findings = {file["file"]: file["findings"] for file in json.loads(done.stdout)["files"]}
                for file in broken:
                    self.assertGreater(findings[file], 0, tried[file][1])
        self.assertGreater(len(tried), 1000)


def broken_copies(document, schema, most=40):
    """Copies of a document, each with one thing that its schema must refuse, and what that is."""
    made = []

    def visit(value, part, put, where):
        part = resolve(part, schema)
        if isinstance(value, dict):
            made.append((f"{where}: a key that there is not", put({**value, "no_such_key": 1})))
            for name in part.get("required", []):
                made.append((f"{where}: without {name}", put({k: v for k, v in value.items() if k != name})))
            for name, item in value.items():
                visit(item, part["properties"][name],
                      lambda new, name=name, value=value: put({**value, name: new}), f"{where}.{name}")
        elif isinstance(value, list):
            made.append((f"{where}: text for a list", put("no list")))
            for i, item in enumerate(value[:2]):
                visit(item, part["items"],
                      lambda new, i=i, value=value: put([*value[:i], new, *value[i + 1:]]), f"{where}[{i}]")
        else:
            made.append((f"{where}: a map for a value", put({"a": 1})))
            if "maximum" in part:
                made.append((f"{where}: above the maximum", put(part["maximum"] * 2 + 2)))
            if "minimum" in part and part["minimum"] <= 0:
                made.append((f"{where}: below the minimum", put(part["minimum"] * 2 - 1)))
            if "enum" in part:
                made.append((f"{where}: no such word", put("no_such_word")))

    visit(document, schema, lambda new: new, "")
    step = max(1, len(made) // most)
    return [(what, copy.deepcopy(document)) for what, document in made[::step]]


def resolve(part, schema):
    """The schema of a value, without what stands around it: references, null, or nothing."""
    for key in ("anyOf", "allOf"):
        if key in part:
            return resolve(part[key][0] if "const" not in part[key][0] else part[key][1], schema)
    if "$ref" in part:
        return resolve(schema["definitions"][part["$ref"].rsplit("/", 1)[1]], schema)
    return part


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
