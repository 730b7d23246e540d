"""Every example of deploy/examples does what it says, and leaves nothing behind."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import mesh as m

EXAMPLES = Path(__file__).resolve().parents[2] / "deploy/examples"


class Examples(unittest.TestCase):
    def run_example(self, name):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([EXAMPLES / name / "run.sh"], env={**os.environ, "SYNERGY_BIN": str(m.BIN), "TMPDIR": folder}, text=True,
                                  capture_output=True, timeout=240, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(os.listdir(folder), [], "nothing is left")
        return done.stdout

    def expect_served(self, said, app, results, rate):
        """All results, none failed; the rate that was asked for was granted."""
        self.assertRegex(said, rf"app {app} accepted, served by plan \d+ from run 0 on, {rate:.2f} runs/s")
        self.assertIn(f"app {app}: {results} results, 0 failed", said)

    def accuracies(self, said):
        return [float(percent) for percent in re.findall(r"^accuracy: ([0-9.]+) %", said, re.MULTILINE)]

    def test_each_folder_is_tried_here(self):
        tried = {name.removeprefix("test_").replace("_", "-") for name in dir(self) if name.startswith("test_")}
        self.assertEqual({entry.name for entry in EXAMPLES.iterdir() if entry.is_dir()} - tried, set())

    def test_digits_on_glasses(self):
        said = self.run_example("digits-on-glasses")
        self.expect_served(said, "digits", 50, 10)
        self.assertGreaterEqual(self.accuracies(said)[0], 95)
        self.assertIn("crossed: glasses: 50 runs", said)

    def test_keyword_on_a_ring(self):
        said = self.run_example("keyword-on-a-ring")
        self.expect_served(said, "keywords", 30, 2)
        self.assertGreaterEqual(self.accuracies(said)[0], 90)  # words of held-out voices, some in noise (the model's README)
        self.assertIn("crossed: ring: 30 runs", said)
        self.assertRegex(said, r"first battery is empty after [0-9.]+ hours: ring")

    def test_both_at_once(self):
        said = self.run_example("both-at-once")
        self.expect_served(said, "digits", 80, 10)
        self.expect_served(said, "keywords", 40, 5)
        digits, keywords = self.accuracies(said)
        self.assertGreaterEqual(digits, 95)
        self.assertGreaterEqual(keywords, 90)
        self.assertRegex(said, r"digits: [^;\n]*>[^;\n]*; keywords: [^;\n]*>", "each over two devices")

    def test_a_device_leaves(self):
        said = self.run_example("a-device-leaves")
        self.assertRegex(said, r"app digits: [1-9]\d+ results, 0 failed")
        causes = re.findall(r"device 'watch' (left|is back|came|joined)[^\n]*", said)
        self.assertGreaterEqual(len(causes), 1, said)
        plans = {int(plan) for plan in re.findall(r"^(\d+) +2\d{3}-", said, re.MULTILINE)}
        self.assertGreaterEqual(len(plans), 2, "it was planned again")
        self.assertRegex(said, r"watch layers 4-4")

    def test_a_max78002_among_max78000s(self):
        said = self.run_example("a-max78002-among-max78000s")
        self.expect_served(said, "digits", 50, 10)
        self.expect_served(said, "pictures", 10, 2)
        self.assertRegex(said, r"infer +glasses +0-32", "all of EfficientNetV2 on the MAX78002")

    def test_three_paced_apps(self):
        said = self.run_example("three-paced-apps")
        for app, results, rate in (("digits", 80, 10), ("keywords", 32, 4), ("pictures", 16, 2)):
            self.expect_served(said, app, results, rate)
        self.assertGreaterEqual(self.accuracies(said)[0], 95)
        self.assertRegex(said, r"pictures +running [^\n]*generated noise|computes on generated noise")

    def test_your_own_network(self):
        said = self.run_example("your-own-network")
        self.expect_served(said, "shapes", 80, 10)
        trained = float(re.search(r"right of 80 others: ([0-9.]+) %", said).group(1))
        self.assertGreaterEqual(trained, 90)
        self.assertEqual(self.accuracies(said), [trained, trained], "the script, the emulator and the mesh agree")

    def test_your_own_link(self):
        said = self.run_example("your-own-link")
        self.expect_served(said, "digits", 50, 10)
        self.assertGreaterEqual(self.accuracies(said)[0], 95)
        self.assertIn("link.yaml: ok, link", said)
        self.assertIn("through-the-skin", said)
        over_air, through_skin = [float(ms) for ms in re.findall(r"latency[^0-9\n]*([0-9.]+) ms", said)[:2]]
        self.assertLess(through_skin, over_air)


if __name__ == "__main__":
    unittest.main()
