"""Frames from outside: pictures that are asked about, fed once however often they are sent, and never lost."""

import json
import struct
import unittest
import zlib

import feed_audit
import mesh as m

ASK = m.ROOT / "deploy/apps/ask-digits.yaml"


def png(rows):
    """A grey PNG of these rows of bytes."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    raw = b"".join(b"\0" + bytes(row) for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def digit(number, factor=1):
    """Held-out picture `number`, each pixel as a square of factor x factor."""
    (_, rows, columns), pixels = feed_audit.read_npy(feed_audit.HELDOUT / "images.npy")
    at = number * rows * columns
    picture = [pixels[at + r * columns:at + (r + 1) * columns] for r in range(rows)]
    wide = [[pixel for pixel in row for _ in range(factor)] for row in picture]
    return [row for row in wide for _ in range(factor)]


class Frames(m.MeshTest):
    def setUp(self):
        super().setUp()
        self.mesh.up()

    def submit(self, text=None):
        self.mesh.cli("submit", m.write(self.mesh.folder, "app.yaml", text) if text else ASK)

    def picture(self, name, rows):
        path = self.mesh.folder / name
        path.write_bytes(png(rows))
        return path

    def label(self, number):
        """What the network says of that picture, from its committed outputs."""
        _, labels = feed_audit.read_npy(feed_audit.HELDOUT / "labels.npy")
        return labels[number * (len(labels) // 100)]

    def test_a_picture_is_answered_with_the_way_it_took(self):
        self.submit()
        right = 0
        for number in range(5):
            for factor in (1, 10):  # as the model takes it, and as a photograph has it
                asked = self.mesh.json("ask", "ask-digits", self.picture("digit.png", digit(number, factor)))
                self.assertGreaterEqual(len(asked["devices"]), 2)
                self.assertEqual(asked["devices"][-1], "watch")
                self.assertGreater(asked["latency_us"], 0)
                right += asked["label"] == self.label(number)
                kept = self.mesh.wait_for(lambda: self.mesh.query(
                    f"SELECT label, input FROM run_history WHERE run = {asked['run']}"), "the run to be kept")
                self.assertEqual(kept, [{"label": str(asked["label"]),
                                         "input": f"frame {asked['frame']['id']} of glasses camera"}])
        self.assertGreaterEqual(right, 9)
        text = self.mesh.cli("ask", "ask-digits", self.mesh.folder / "digit.png").stdout
        self.assertRegex(text, r"^ask-digits: \d, value -?\d+; glasses > .*watch, [\d.]+ ms, [\d.]+ uJ\n$")

    def test_an_id_is_fed_once_however_often_it_is_sent(self):
        self.submit()
        pictures = [self.picture(f"{number}.png", digit(number)) for number in range(3)]
        first = self.mesh.cli("feed", "glasses", "camera", *pictures, "--id", "mine", "--json").stdout.splitlines()
        again = self.mesh.cli("feed", "glasses", "camera", *pictures, "--id", "mine").stdout
        self.assertEqual(len(first), 3)
        self.assertEqual(again.count("it had been fed before"), 3)
        self.mesh.wait_for(lambda: self.mesh.query("SELECT count(*) AS n FROM run_frames")[0]["n"] == 3, "three outcomes")
        self.assertEqual([row["id"] for row in self.mesh.query("SELECT id FROM run_frames ORDER BY run")],
                         ["mine-0", "mine-1", "mine-2"])

    def test_frames_that_wait_for_an_app_that_is_stopped_end_as_stopped(self):
        self.submit("app: slow\nmodel: digits\nsensing: {needs: camera}\ninteraction: {needs: display}\n"
                    "trigger: frame\nrate: 0.5\n")
        self.mesh.cli("feed", "glasses", "camera", feed_audit.HELDOUT / "images.npy", "--id", "many")
        self.mesh.cli("stop", "slow")
        self.mesh.wait_for(lambda: self.mesh.query("SELECT count(*) AS n FROM run_frames")[0]["n"] == 100, "100 outcomes")
        ends = {row["reason"].split(":")[0]: row["n"] for row in self.mesh.query(
            "SELECT r.reason, count(*) AS n FROM runs r WHERE app = 'slow' GROUP BY r.reason, r.outcome")}
        self.assertGreater(ends["stopped"], 90)
        self.assertEqual(sum(ends.values()), 100)
        self.assertEqual(self.mesh.app("slow")["phase"], "stopped")
        self.mesh.wait_for(lambda: self.open_frames() == 0, "the spool to be empty")

    def open_frames(self):
        heartbeat = self.mesh.cli("topic", "echo", "health/executor/glasses", "--count", "1").stdout
        return json.loads(heartbeat)["body"]["counters"]["frames.open"]

    def test_a_free_app_takes_the_newest(self):
        body = (m.ROOT / "deploy/bodies/four-78000.yaml").read_text().replace(
            "{frames: models/digits/heldout/images.npy}, {generator: 0}, ", "", 1)
        self.mesh.script("down")
        self.mesh.script("up", "--deploy", m.ROOT / "deploy", "--body", m.write(self.mesh.folder, "body.yaml", body))
        self.submit("app: newest\nmodel: digits\nsensing: {needs: camera}\ninteraction: {needs: display}\n")
        for number in (3, 4):
            self.mesh.cli("feed", "glasses", "camera", self.picture("digit.png", digit(number)), "--id", f"n{number}")
            self.mesh.wait_for(lambda: any(row["id"] == f"n{number}-0" for row in self.mesh.query("SELECT id FROM run_frames")),
                               "its run")
        self.assertEqual(len(self.mesh.query("SELECT * FROM run_frames")), 2, "each once")

    def test_what_can_not_be_used_is_refused_with_what_to_do(self):
        self.submit()
        good = self.picture("good.png", digit(0))
        text = m.write(self.mesh.folder, "letter.png", "dear mesh")
        cut = self.mesh.folder / "cut.png"
        cut.write_bytes(png(digit(0))[:120])
        for arguments, says in (
                (("feed", "glases", "camera", good), "did you mean 'glasses'"),
                (("feed", "glasses", "microphone", good), "microphone"),
                (("feed", "glasses", "camera", text), "letter.png"),
                (("feed", "glasses", "camera", cut), "cut.png"),
                (("feed", "glasses", "camera", self.mesh.folder / "no-such.png"), "no-such.png"),
                (("feed", "glasses", "camera", feed_audit.HELDOUT / "labels.npy"), "labels.npy"),
                (("feed", "glasses", "camera", text, "--rate", "0"), "--rate"),
                (("ask", "ask-digit", cut), "cut.png"),
                (("ask", "ask-digits", feed_audit.HELDOUT / "images.npy"), "has 100 frames")):
            with self.subTest(arguments=arguments):
                done = self.mesh.cli(*arguments, check=False)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(says, done.stderr)
        self.assertIn("did you mean 'ask-digits'", self.mesh.cli("ask", "ask-digit", good, check=False).stderr)
        self.mesh.cli("submit", m.digits_app(self.mesh.folder, "own", runs=0))
        refused = self.mesh.cli("ask", "own", good, check=False)
        self.assertIn("'trigger: frame'", refused.stderr)
        self.assertEqual(self.mesh.query("SELECT count(*) AS n FROM run_frames"), [{"n": 0}])


if __name__ == "__main__":
    unittest.main()
