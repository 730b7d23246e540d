"""Placements that somebody chose: judged from files, and pinned on a running mesh."""

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


class Pinned(m.MeshTest):
    def setUp(self):
        super().setUp()
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.file = m.write(self.folder, "mine.yaml", BY_THE_EARBUD)
        self.mesh.up()
        app = m.write(self.folder, "app.yaml", (m.ROOT / "deploy/apps/digits.yaml").read_text().replace("runs: 100", "runs: 0"))
        self.mesh.cli("submit", app)

    def chunks(self):
        return [(c["device"], c["first_layer"], c["last_layer"])
                for c in self.mesh.json("plan")["pipelines"][0]["executions"][0]["chunks"]]

    def results_come(self, plan):
        before = self.mesh.app("digits")["completed"]
        self.mesh.wait_for(lambda: self.mesh.app("digits")["completed"] > before + 5, "results")
        self.mesh.wait_for(lambda: self.mesh.query(f"SELECT 1 FROM runs WHERE plan_id = {plan} AND outcome = 'completed'"),
                           f"runs of plan {plan}")

    def log(self):
        return (self.mesh.run_dir / "logs/dispatcher.log").read_text()

    def test_a_placement_is_served_until_its_device_leaves(self):
        mesh = self.mesh
        mesh.cli("plan", "--pin", self.file)
        plan = mesh.json("plan")
        self.assertEqual(self.chunks(), [("earbud", 0, 3), ("watch", 4, 4)])
        self.assertEqual(plan["policy"], "placement")
        self.assertEqual(plan["pipelines"][0]["runs_per_second"], 5)
        self.assertEqual(mesh.json("history")["plans"][0]["policy"], "placement")
        self.results_come(plan["id"])
        mesh.kill("dispatcher")
        mesh.wait_for(lambda: mesh.pid("dispatcher"), "the dispatcher")
        self.results_come(plan["id"])
        mesh.script("leave", "ring")
        mesh.wait_for(lambda: re.search("plan_stays.*device 'ring' left", self.log()), "the decision on the ring")
        self.assertEqual(mesh.json("plan")["id"], plan["id"], "nothing of it is on the ring")
        self.results_come(plan["id"])
        self.assertNotIn("pin_ended", self.log())
        mesh.script("leave", "earbud")
        mesh.wait_for(lambda: mesh.json("plan")["id"] > plan["id"], "another plan")
        after = mesh.json("plan")
        self.assertIsNone(after["pinned"])
        self.assertNotIn("earbud", [device for device, *_ in self.chunks()])
        self.assertIn("pin_ended", self.log())
        self.assertIn(f"ends the pin of plan {plan['id']}", mesh.json("history")["plans"][0]["cause"])
        self.results_come(after["id"])

    def test_a_placement_that_is_wrong_changes_nothing(self):
        mesh = self.mesh
        before = mesh.json("plan")
        for wrong, right, says in (("device: wach", "device: watch", ":6:18: .*did you mean 'watch'"),
                                   ("app: digit", "app: digits", ":3:10: .*unknown app 'digit'"),
                                   ("rate: 68", "rate: 5", ":7:11: .*at most 67.995091"),
                                   ("rates: 5", "rate: 5", ":7:12: .*did you mean 'rate'")):
            file = m.write(self.folder, "wrong.yaml", BY_THE_EARBUD.replace(right, wrong))
            done = mesh.cli("plan", "--pin", file, check=False)
            self.assertNotEqual(done.returncode, 0, wrong)
            self.assertRegex(done.stderr, re.escape(str(file)) + says)
        done = mesh.cli("plan", "--unpin", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no placement is pinned", done.stderr)
        self.assertEqual(mesh.json("plan"), before)
        self.results_come(before["id"])

    def test_the_plan_in_force_can_be_written_pinned_and_unpinned(self):
        mesh = self.mesh
        before, file = self.chunks(), self.folder / "written.yaml"
        mesh.cli("plan", "--write-placement", file)
        mesh.cli("plan", "--pin", file)
        self.assertEqual(self.chunks(), before)
        self.assertEqual(mesh.json("plan")["policy"], "placement")
        mesh.cli("plan", "--unpin")
        plan = mesh.json("plan")
        self.assertEqual(plan["policy"], "optimal")
        self.assertIsNone(plan["pinned"])
        self.results_come(plan["id"])


if __name__ == "__main__":
    unittest.main()
