"""Sound from outside: fed and asked about over a live mesh, each window to the bit what `run --input` makes of it."""

import json
import math
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
import unittest
import wave

import mesh as m
from gateway_client import Client

RATE, WINDOW, HOP = 16000, 16384, 8192
APP = """app: {app}
model: {model}
sensing: {{needs: microphone, on: earbud}}
interaction: {{needs: haptic}}
trigger: {trigger}
{more}
"""


def write_wav(path, samples, rate=RATE, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


def speech(count, rate=RATE, seed=16):
    """Something with a shape of its own everywhere: a rising tone in noise, louder and louder."""
    noise = random.Random(seed)
    return [int((0.2 + 0.6 * i / count) * (8000 * math.sin(2e-6 * i * i) + noise.randint(-4000, 4000))) for i in range(count)]


def windows(samples):
    """Whole ones, as the network is to see them."""
    cut = [samples[at:at + WINDOW] for at in range(0, len(samples) - WINDOW + 1, HOP)]
    last = len(cut) * HOP
    if (len(cut) - 1) * HOP + WINDOW < len(samples):
        cut.append((samples[last:] + [0] * WINDOW)[:WINDOW])
    return cut


def deploy_that_listens(folder):
    """A deploy folder whose `kws` takes sound, and the same network as `kws-raw`, whose answer is all its outputs."""
    deploy = folder / "deploy"
    shutil.copytree(m.ROOT / "deploy", deploy)
    file = deploy / "models/kws/model.yaml"
    text = file.read_text().replace("sensor: microphone}", "sensor: microphone, sound: {rate: 16000, gain: 16}}")
    file.write_text(text)
    raw = deploy / "models/kws-raw"
    raw.mkdir()
    (raw / "model.yaml").write_text(text.replace("name: kws\n", "name: kws-raw\n").replace("result: argmax", "result: raw"))
    return deploy


class Sounds(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.deploy = deploy_that_listens(self.folder)

    def up(self, body=None):
        self.mesh = m.Mesh(body=body or self.deploy / "bodies/four-78000.yaml", deploy=self.deploy)
        self.addCleanup(self.mesh.__exit__)
        self.mesh.up()

    def submit(self, app, model, trigger="frame", more="rate: 2", check=True):
        text = APP.format(app=app, model=model, trigger=trigger, more=more)
        return self.mesh.cli("submit", m.write(self.folder, f"{app}.yaml", text), check=check)

    def run_of(self, model, samples):
        """What the network makes of one window, without a mesh."""
        return self.mesh.json("run", model, "--input", write_wav(self.folder / "window.wav", samples))["answer"]

    def kept(self, count):
        return self.mesh.wait_for(lambda: (rows := self.mesh.query(
            "SELECT r.run, r.label, r.score, h.input FROM runs r JOIN run_history h ON h.app = r.app AND h.run = r.run "
            "ORDER BY r.run")) and len(rows) == count and rows, f"{count} results")

    def lines(self, *arguments):
        return [json.loads(line) for line in self.mesh.cli(*arguments, "--json").stdout.splitlines()]

    def test_each_window_that_is_fed_has_the_outcome_of_run(self):
        self.up()
        self.submit("words", "kws")
        samples = speech(2 * WINDOW + 3000)
        cut = windows(samples)
        done = self.mesh.cli("feed", "earbud", "microphone", write_wav(self.folder / "speech.wav", samples), "--id", "said")
        self.assertEqual(len(cut), 4)
        self.assertIn("speech.wav: 4 frames of 1.024 s, one each 0.512 s", done.stderr)
        self.assertEqual(done.stdout.splitlines(), [f"fed said-{i}: a run of words" for i in range(4)])
        kept = self.kept(4)
        for number, (row, window) in enumerate(zip(kept, cut)):
            expected = self.run_of("kws", window)
            self.assertEqual((row["label"], row["score"]), (expected["label"], expected["score"]), number)
            self.assertIn(f"frame said-{number} of earbud microphone", row["input"])
        self.assertGreater(len({row["score"] for row in kept}), 1, "windows that differ")

    def test_an_app_answers_each_window_to_the_bit(self):
        self.up()
        self.submit("raw", "kws-raw")
        samples = speech(WINDOW + HOP)
        file = write_wav(self.folder / "speech.wav", samples)
        asked = self.lines("ask", "raw", file)
        self.assertEqual([a["begin_s"] for a in asked], [0, 0.512])
        expected = [self.run_of("kws-raw", window) for window in windows(samples)]
        self.assertEqual([a["answer"]["first_values"] for a in asked], [e["first_values"] for e in expected])
        self.assertNotEqual(expected[0]["first_values"], expected[1]["first_values"])
        loudest = self.mesh.json("ask", "raw", file, "--loudest")
        self.assertEqual((loudest["begin_s"], loudest["answer"]), (0.512, asked[1]["answer"]))
        short = write_wav(self.folder / "short.wav", samples[:5001])
        answer = self.mesh.json("ask", "raw", short)
        self.assertIsNone(answer["begin_s"])
        self.assertEqual(answer["answer"]["first_values"], self.run_of("kws-raw", samples[:5001])["first_values"])
        self.assertEqual(answer["answer"]["first_values"],
                         self.run_of("kws-raw", [0] * 5691 + samples[:5001] + [0] * 5692)["first_values"], "in the middle")
        self.assertRegex(self.mesh.cli("ask", "raw", file, "--loudest").stdout, r"^0\.512 s: raw: ")

    def test_other_rates_and_channels_and_a_pipe(self):
        self.up()
        self.submit("raw", "kws-raw")
        both = [v for s in speech(44100, 44100) for v in (s, -s // 2)]
        file = write_wav(self.folder / "stereo.wav", both, 44100, 2)
        piped = subprocess.run([m.BIN / "synergy", "ask", "raw", "-", "--json"], env=self.mesh.environment,
                               input=file.read_bytes(), capture_output=True, timeout=m.PATIENCE_S, check=True)
        self.assertEqual(json.loads(piped.stdout)["answer"]["first_values"],
                         self.mesh.json("run", "kws-raw", "--input", file)["answer"]["first_values"])

    def test_refusals_say_what_to_do(self):
        self.up()
        file = write_wav(self.folder / "speech.wav", speech(WINDOW))

        def refusal(*arguments):
            done = self.mesh.cli(*arguments, check=False)
            self.assertNotEqual(done.returncode, 0, done.stdout)
            return done.stderr

        self.assertIn("say how long they are (--window SECONDS)", refusal("feed", "earbud", "microphone", file))
        self.submit("words", "kws")
        self.mesh.cli("submit", m.ROOT / "deploy/apps/ask-digits.yaml")
        self.assertIn("the model takes no sound", refusal("feed", "glasses", "camera", file, "--window", "1"))
        self.assertIn("is a sound, and the model of app 'ask-digits' takes none", refusal("ask", "ask-digits", file))
        self.assertIn("is longer than the 1.024 s that the model takes", refusal("feed", "earbud", "microphone", file, "--window", "2"))
        damaged = self.folder / "cut.wav"
        damaged.write_bytes(file.read_bytes()[:-1000])
        self.assertIn("its header promises 32768 bytes of sound, and 31768 are there", refusal("feed", "earbud", "microphone", damaged))
        self.assertIn("its header promises", refusal("run", "kws", "--input", damaged))

    def test_the_gateway_takes_sound(self):
        self.up()
        self.submit("words", "kws")
        client = Client(self.mesh)
        samples = speech(WINDOW + HOP)
        body = write_wav(self.folder / "speech.wav", samples).read_bytes()
        headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "audio/wav"}
        status, answer = client.ask("POST", "/api/feed?device=earbud&sensor=microphone&id=web", body, headers)
        self.assertEqual((status, [f["frame"]["id"] for f in answer["fed"]]), (200, ["web-0", "web-1"]))
        status, answer = client.ask("POST", "/api/ask?app=words", body, headers)
        self.assertEqual(status, 400)
        self.assertIn("say loudest=true", str(answer))
        status, answer = client.ask("POST", "/api/ask?app=words&loudest=true", body, headers)
        self.assertEqual((status, answer["begin_s"]), (200, 0.512))
        self.assertEqual((answer["label"], answer["answer"]["score"]),
                         tuple(self.run_of("kws", windows(samples)[1])[k] for k in ("label", "score")))

    def test_a_folder_of_sounds_is_what_a_microphone_hears(self):
        words = self.deploy / "words"
        words.mkdir()
        write_wav(words / "a.wav", speech(WINDOW + 100, seed=1))
        write_wav(words / "b.wav", speech(9000, seed=2))
        body = self.deploy / "bodies/hears.yaml"
        body.write_text("name: hears\nlink: ideal\ntime_scale: 0.1\ndevices:\n"
                        "  - {id: earbud, profile: max78000, sensors: [{capability: microphone, frames: words}], actuators: [haptic]}\n")
        self.up(body)
        self.submit("words", "kws", trigger="free", more="runs: 6")
        expected = self.mesh.json("classify", "kws", "--images", words)["answers"]
        self.assertEqual(len(expected), 3)
        for row in self.kept(6):
            answer = expected[row["run"] % 3]
            self.assertEqual((row["label"], row["score"]), (answer["label"], answer["score"]), row)
        (words / "c.wav").write_bytes(b"RIFF")
        refused = self.mesh.cli("solve", "--deploy", self.deploy, "--body", body, "--app", self.folder / "words.yaml", check=False)
        self.assertIn("c.wav: is neither WAV, FLAC nor OGG", refused.stderr)


if __name__ == "__main__":
    unittest.main()
