"""Placements that somebody chose: judged from files."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import mesh as m

BY_THE_EARBUD = """# by hand
apps:
  - app: digits
    chunks:
      - {device: earbud, first_layer: 0, last_layer: 3}
      - {device: watch, first_layer: 4, last_layer: 4}
    rate: 5
"""


class Files(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.question = ["--body", m.ROOT / "deploy/bodies/four-78000.yaml", "--app", m.ROOT / "deploy/apps/digits.yaml"]

    def cli(self, *arguments):
        return subprocess.run([m.BIN / "synergy", *arguments], env=m.ENVIRONMENT, text=True, capture_output=True,
                              timeout=m.PATIENCE_S)

    def test_a_placement_is_judged_and_runs_in_virtual_time_as_it_says(self):
        file = m.write(self.folder, "mine.yaml", BY_THE_EARBUD.replace("    rate: 5\n", ""))
        done = self.cli("solve", *self.question, "--placement", file, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["policy"], "placement")
        # The picture needs 14 706 944 ns to the earbud; the tensor that the best plan sends 8 283 333 ns.
        self.assertAlmostEqual(report["objective_value"], 1e9 / 14706944, places=6)
        self.assertAlmostEqual(report["best"]["objective_value"], 1e9 / 8283333, places=6)
        self.assertAlmostEqual(report["best"]["behind"], 1 - 8283333 / 14706944, places=6)
        text = self.cli("solve", *self.question, "--placement", file).stdout
        self.assertIn("43.677 % behind it", text)
        ran = json.loads(self.cli("simulate", *self.question, "--placement", file, "--json").stdout)
        for app in ran["pipelines"]:
            self.assertAlmostEqual(app["runs_per_second"] / app["predicted_runs_per_second"], 1, delta=1e-3)

    def test_what_solve_writes_is_the_same_plan_again(self):
        for policy in ("ind-e2e", "optimal"):
            file = self.folder / f"{policy}.yaml"
            first, again = self.folder / "first.json", self.folder / "again.json"
            self.assertEqual(self.cli("solve", *self.question, "--policy", policy, "--write-placement", file,
                                      "--output", first).returncode, 0)
            self.assertEqual(self.cli("solve", *self.question, "--placement", file, "--output", again).returncode, 0)
            a, b = json.loads(first.read_text()), json.loads(again.read_text())
            for part in ("pipelines", "units", "memory", "devices"):
                self.assertEqual(a[part], b[part], policy)

    def test_what_is_wrong_is_told_with_its_place(self):
        for wrong, right, place in (("device: wach", "device: watch", r":6:18: .*did you mean 'watch'"),
                                    ("first_layer: 3", "first_layer: 4", r":6:38: .*begin with layer 4"),
                                    ("rate: 68", "rate: 5", r":7:11: .*at most 67\.995091"),
                                    ("rate: 0", "rate: 5", r":7:11: "), ("app: digit", "app: digits", r":3:10: ")):
            file = m.write(self.folder, "wrong.yaml", BY_THE_EARBUD.replace(right, wrong))
            for command in ("solve", "simulate"):
                done = self.cli(command, *self.question, "--placement", file)
                self.assertNotEqual(done.returncode, 0, wrong)
                self.assertRegex(done.stderr, re.escape(str(file)) + place)


if __name__ == "__main__":
    unittest.main()
