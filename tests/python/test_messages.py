"""The classes of the messages are those of the catalogue, and take and give the golden bytes."""

import importlib.util
import json
import re
import subprocess
import sys
import unittest

import msgpack
from bench import BIN, PACKAGE, ROOT

from synergy_mesh import errors
from synergy_mesh.envelope import open_envelope, read_body, seal
from synergy_mesh.errors import InvalidError, MeshError, error_of
from synergy_mesh.messages import MESSAGES, AppRequest, AppSet, BrokerState, Envelope, Failure, Requirement, TensorSent, Trigger
from synergy_mesh.text import visible

GOLDEN = ROOT / "tests/data/messages"


def catalogue():
    made = subprocess.run([BIN / "synergy", "schema", "--json"], check=True, capture_output=True, text=True)
    return json.loads(made.stdout)


def schema_as_data():
    """Spoils messages, value by value; it needs jsonschema, which other tests do."""
    found = importlib.util.spec_from_file_location("schema_as_data", ROOT / "tests/schema_as_data.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


class Generated(unittest.TestCase):
    def test_the_module_is_what_the_catalogue_says(self):
        done = subprocess.run([sys.executable, PACKAGE / "make_messages.py", BIN / "synergy", "--check"], text=True,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_code_has_an_exception(self):
        for code in catalogue()["error_codes"]:
            error = error_of(code, "why")
            self.assertIsNot(type(error), MeshError, code)
            self.assertEqual((error.code, str(error)), (code, "why"))
            self.assertTrue(error.advice)
        self.assertEqual(error_of("of_tomorrow", "why").code, "of_tomorrow")
        self.assertTrue(issubclass(errors.DeadlineError, TimeoutError))


class Golden(unittest.TestCase):
    def test_every_message_is_read_and_written_as_it_was(self):
        seen = set()
        for name, message in MESSAGES.items():
            raw = bytes.fromhex((GOLDEN / f"{name}.hex").read_text())
            read = message.from_plain(msgpack.unpackb(raw))
            self.assertEqual(msgpack.packb(read.to_plain()), raw, name)
            self.assertEqual(message.from_plain(read.to_plain()), read)
            seen.add(name)
        self.assertEqual(seen, {path.stem for path in GOLDEN.glob("*.hex")} - {"envelope"})

    def test_the_envelope(self):
        raw = bytes.fromhex((GOLDEN / "envelope.hex").read_text())
        envelope, body = open_envelope(raw)
        self.assertEqual(envelope.sender, "dispatcher")
        message = MESSAGES[envelope.schema]
        self.assertEqual(seal(envelope, read_body(envelope, body, message)), raw)

    def test_a_spoilt_value_is_refused(self):
        data = schema_as_data()
        spoiler, spoilt, taken = data.Spoiler(catalogue()), 0, []
        for name, message in MESSAGES.items():
            value = msgpack.unpackb(bytes.fromhex((GOLDEN / f"{name}.hex").read_text()))
            for what, copy in spoiler.spoil(message.__name__, value, lambda new: new, name):
                spoilt += 1
                try:
                    message.from_plain(copy)
                    taken.append(what)
                except InvalidError:
                    pass
        self.assertEqual(taken, [])
        self.assertGreater(spoilt, 1000)


class Values(unittest.TestCase):
    def app(self, **more):
        return AppRequest(app="a", model="m", sensing=Requirement(needs="camera"), interaction=Requirement(needs="display"), **more)

    def test_the_error_names_the_field(self):
        for field, value, says in [("rate", -1, r"AppRequest.rate: must be from 1e-06 to 1e\+09, is -1"),
                                   ("app", "../x", r"AppRequest.app: '../x' is no plain name"),
                                   ("app", "x\n", "has control characters"),
                                   ("app", "x" * 65, "must have 1 to 64 bytes, has 65"),
                                   ("runs", 1.5, "runs: expected a whole number, found a number"),
                                   ("runs", True, "found true or false"),
                                   ("rate", float("nan"), "is nan"),
                                   ("repeat", 1, "repeat: expected true or false"),
                                   ("trigger", "never", "must be one of free, frame, is 'never'"),
                                   ("sensing", {"needs": "camera"}, "sensing: expected Requirement, found a map"),
                                   ("app", "\ud800", "is no UTF-8")]:
            with self.subTest(field=field, value=value), self.assertRaisesRegex(InvalidError, says):
                app = self.app()
                setattr(app, field, value)
                app.to_plain()

    def test_zero_stands_for_any_rate(self):
        self.assertEqual(self.app(rate=0).to_plain()["rate"], 0)

    def test_maps_travel_in_the_order_of_their_keys(self):
        counters = BrokerState(epoch=1, counters={"b": 1, "a": 2, "é": 3, "B": 4}).to_plain()["counters"]
        self.assertEqual(list(counters), ["B", "a", "b", "é"])

    def test_a_misspelt_field_is_no_field(self):
        with self.assertRaises(TypeError):
            self.app(rates=1)
        with self.assertRaises(AttributeError):
            self.app().rates = 1

    def test_a_file_may_be_read_strictly(self):
        plain = {"app": "a", "model": "m", "sensing": {"needs": "camera"}, "interaction": {"needs": "display"}, "trigger": "frame"}
        self.assertEqual(AppRequest.from_plain(plain, strict=True), self.app(trigger=Trigger.FRAME))
        with self.assertRaisesRegex(InvalidError, "unknown key 'rte'; there are app, model"):
            AppRequest.from_plain({**plain, "rte": 1}, strict=True)
        self.assertEqual(AppRequest.from_plain({**plain, "of_tomorrow": 1}).app, "a")

    def test_words_that_python_keeps_for_itself(self):
        plain = msgpack.unpackb(bytes.fromhex((GOLDEN / "tensor.hex").read_text()))
        self.assertEqual(TensorSent.from_plain(plain).from_, plain["from"])

    def test_text_of_strangers_is_shown_safely(self):
        for raw, shown in [(b"a\x1b[2J", "a\\x1b[2J"), (b"\xff\xed\xa0\x80x", "\\xff\\xed\\xa0\\x80x"), ("é\u202e".encode(), "é\\xe2\\x80\\xae"),
                           (b"\xc2\x80", "\\xc2\\x80")]:
            packed = msgpack.packb({"code": "invalid", "message": "?"}).replace(b"\xa1?", bytes([0xA0 | len(raw)]) + raw)
            plain = msgpack.unpackb(packed, unicode_errors="surrogateescape")
            self.assertEqual(Failure.from_plain(plain).message, shown)
        self.assertEqual(visible("\ud800"), "\\xed\\xa0\\x80")

    def test_a_newer_message_is_refused(self):
        envelope = Envelope(schema="apps", version=9, oldest_reader=9, sender="x")
        with self.assertRaisesRegex(InvalidError, "needs a reader of version 9, this one is version 1"):
            read_body(envelope, {"apps": []}, AppSet)
        with self.assertRaisesRegex(InvalidError, "expected message 'apps', found 'body'"):
            read_body(Envelope(schema="body", version=1, sender="x"), {}, AppSet)


class NoLists(unittest.TestCase):
    def test_topics_that_stand_in_the_package_are_those_of_the_catalogue(self):
        topics = {re.sub("[A-Z]+", "*", message["topic"]) for message in catalogue()["messages"] if message["topic"]}
        found = set()
        for path in (PACKAGE / "synergy_mesh").glob("*.py"):
            if path.name != "messages.py":
                found |= set(re.findall(r'"((?:cmd|state|event|health)/[^" ]*)"', path.read_text()))
        for topic in found:
            written = re.sub(r"\{[^}]*\}", "*", topic).replace("health/dispatcher", "health/*")
            self.assertTrue(written in topics or (written.endswith("/") and any(one.startswith(written) for one in topics)), topic)
        self.assertGreater(len(found), 5)


if __name__ == "__main__":
    unittest.main()
