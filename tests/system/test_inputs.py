"""What networks are given: files of other shapes, sensors without frames, noise, a sensor of another kind."""

import pathlib
import random
import tempfile
import unittest
import zlib

import mesh as m

BODY = """name: inputs
link: ideal
time_scale: 0.1
devices:
  - {{id: glasses, profile: max78000, sensors: [{sensors}], actuators: [display]}}
  - {{id: watch, profile: max78000, actuators: [display, haptic]}}
"""


def npy(path, shape, data, kind="|u1"):
    """NumPy's format 1.0, by hand: Debian's python3 has no NumPy here."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(data))
    return path


def png(path, side, pixels):
    """A square grey picture of 8 bits."""
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = side.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    lines = b"".join(b"\0" + pixels[row * side:(row + 1) * side] for row in range(side))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))
    return path


class Inputs(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        pixels = random.Random(1)
        self.colour = npy(self.folder / "colour.npy", (4, 3, 32, 32), pixels.randbytes(4 * 3 * 32 * 32))

    def mesh(self, sensors):
        body = self.folder / "body.yaml"
        body.write_text(BODY.format(sensors=sensors))
        mesh = m.Mesh(body=body)
        self.addCleanup(mesh.__exit__)
        mesh.up()
        return mesh

    def app(self, name, model, sensor="camera", runs=6):
        path = self.folder / f"{name}.yaml"
        path.write_text(f"app: {name}\nmodel: {model}\nsensing: {{needs: {sensor}}}\ninteraction: {{needs: display}}\n"
                        f"runs: {runs}\n")
        return str(path)

    def solve(self, mesh, *app):
        return mesh.cli("solve", "--deploy", str(m.ROOT / "deploy"), "--body", str(mesh.body), "--app", self.app(*app), check=False)

    def test_frames_of_another_size_and_a_sensor_without_frames_are_refused_with_the_shapes(self):
        mesh = self.mesh("{capability: camera, frames: models/digits/heldout/images.npy}, {capability: microphone}")
        done = mesh.cli("submit", self.app("colours", "ressimplenet"), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no 'camera' gives what model 'ressimplenet' takes, 3 x 32 x 32 (channels x rows x columns): glasses "
                      "has models/digits/heldout/images.npy of (28, 28)", done.stderr)
        self.assertIn("'generator: 0' for noise", done.stderr)
        done = mesh.cli("submit", self.app("words", "kws", "microphone"), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("takes 128 x 128 x 1", done.stderr.replace("takes, ", "takes "))
        self.assertIn("glasses has no frames", done.stderr)
        self.assertEqual({app["phase"] for app in mesh.json("apps")["apps"]}, {"rejected"})
        report = mesh.json("submit", self.app("digits", "digits"), "--follow")
        self.assertEqual((report["completed"], report["generated"]), (6, False))

    def test_two_models_of_different_sizes_share_a_camera(self):
        mesh = self.mesh(f"{{capability: camera, sources: [{{frames: {self.colour}}}, "
                         "{frames: models/digits/heldout/images.npy}]}")
        for name, model in (("digits", "digits"), ("colours", "ressimplenet")):
            report = mesh.json("submit", self.app(name, model), "--follow")
            self.assertEqual((report["completed"], report["generated"]), (6, False))
        rows = mesh.query("SELECT app, run, label, generated FROM runs WHERE app = 'digits' ORDER BY run")
        heldout = (m.ROOT / "deploy/models/digits/heldout/labels.npy").read_bytes()[-100:]
        self.assertEqual([row["label"] for row in rows], list(heldout[:6]))
        labels = [row["label"] for row in mesh.query("SELECT label FROM runs WHERE app = 'colours' ORDER BY run")]
        self.assertEqual(labels[:2], labels[4:], "run n takes picture n modulo their number")

    def test_a_folder_of_pictures_serves_every_model_that_takes_pictures(self):
        heldout = (m.ROOT / "deploy/models/digits/heldout/images.npy").read_bytes()[-78400:]
        for number in range(4):  # as large as somebody draws, ink on paper
            digit = bytes(255 - pixel for pixel in heldout[number * 784:(number + 1) * 784])
            rows = [bytes(pixel for pixel in digit[row * 28:row * 28 + 28] for _ in range(5)) * 5 for row in range(28)]
            png(self.folder / "drawn" / f"{number}.png", 140, b"".join(rows))
        mesh = self.mesh(f"{{capability: camera, frames: {self.folder / 'drawn'}}}")
        for name, model in (("digits", "digits"), ("colours", "ressimplenet"), ("streets", "unet")):
            report = mesh.json("submit", self.app(name, model), "--follow")
            self.assertEqual((report["completed"], report["generated"]), (6, False), name)
        labels = (m.ROOT / "deploy/models/digits/heldout/labels.npy").read_bytes()[-100:]
        rows = mesh.query("SELECT label FROM runs WHERE app = 'digits' ORDER BY run")
        self.assertEqual([row["label"] for row in rows], [labels[run % 4] for run in range(6)])
        done = mesh.cli("submit", self.app("words", "kws"), check=False)
        self.assertIn("drawn of 4 pictures of any size", done.stderr)
        self.assertIn("where its model.yaml says so: input: {..., picture: {}}", done.stderr)
        self.assertEqual(self.solve(mesh, "again", "digits").returncode, 0)
        # One that can not be read is named, and nothing starts.
        mesh.script("down")
        (self.folder / "drawn" / "3.png").write_bytes((self.folder / "drawn" / "3.png").read_bytes()[:200])
        done = mesh.script("up", "--body", str(mesh.body), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{self.folder / 'drawn' / '3.png'}: the PNG file is damaged (it ends early)", done.stdout)

    def test_what_is_computed_from_noise_says_so_wherever_it_is_shown(self):
        mesh = self.mesh("{capability: camera, sources: [{frames: models/digits/heldout/images.npy}, {generator: 3}]}")
        text = mesh.cli("submit", self.app("noisy", "ressimplenet"), "--follow").stdout
        self.assertIn("WARNING: app 'noisy' computes on generated noise: no frames file of sensor 'camera' of glasses has "
                      "the shape 3 x 32 x 32", text)
        self.assertRegex(text, r"run 0: .*, glasses.*, generated noise\n")
        self.assertIn("input: generated noise", text)
        self.assertTrue(mesh.json("results", "noisy")["generated"])
        self.assertEqual({row["input"] for row in mesh.query("SELECT input FROM run_history")}, {"generated noise"})
        mesh.cli("submit", self.app("endless", "ressimplenet", runs=0))
        mesh.wait_for(lambda: "running, generated noise" in mesh.cli("top", "--once").stdout, "top to mark it")
        self.assertIn("WARNING: app 'endless' computes on generated noise", mesh.cli("apps").stdout)

    def test_a_model_for_another_sensor_is_served_with_a_warning(self):
        mesh = self.mesh("{capability: camera, sources: [{generator: 0}]}")
        says = "WARNING: model 'kws' was made for sensor 'microphone'; app 'words' feeds it from 'camera'"
        self.assertIn(says, mesh.cli("submit", self.app("words", "kws", runs=0)).stdout)
        self.assertIn(says, mesh.cli("apps").stdout)
        mesh.script("down")
        self.assertIn(f"mesh: {says}", mesh.script("up", "--body", str(mesh.body)).stdout, "it goes on at once")
        self.assertIn(says, self.solve(mesh, "words", "kws").stdout)

    def test_solve_refuses_what_submit_refuses(self):
        body = self.folder / "body.yaml"
        body.write_text(BODY.format(sensors=f"{{capability: camera, frames: {self.colour}}}"))
        mesh = m.Mesh()
        self.addCleanup(mesh.__exit__)
        mesh.body = body
        done = self.solve(mesh, "digits", "digits")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("takes, 1 x 28 x 28 (channels x rows x columns): glasses has", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
