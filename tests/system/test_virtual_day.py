"""One scenario twice: in a live mesh, and as a day in virtual time. Same decisions in the same order, same plans."""

import json
import re
import subprocess
import tempfile
import unittest

from mesh import BIN, ROOT, Mesh, write

APP = "app: {}\nmodel: {}\nsensing: {{needs: {}, on: {}}}\ninteraction: {{needs: {}}}\nrate: {}\n"
# What happens, as an entry of the day, and as it is done to the live mesh.
SCENARIO = [
    ("submit: sees.yaml", ["submit", "sees.yaml"]),
    ("submit: hears.yaml", ["submit", "hears.yaml"]),
    ("leave: watch", ["leave", "watch"]),
    ("join: watch", ["join", "watch"]),
    ("rate: sees, runs_per_second: 2", ["submit", "sees.yaml", "--rate", "2"]),
    ("link: ble-2m", ["body", "link", "ble-2m"]),
    ("battery: ring, percent: 3", ["body", "battery", "ring", "3"]),
    ("stop: hears", ["stop", "hears"]),
    ("submit: moves.yaml", ["submit", "moves.yaml"]),
    ("replan: optimal", ["replan", "--policy", "optimal"]),
    ("leave: glasses", ["leave", "glasses"]),
]
EVERY_S = 5  # on the virtual day; the live mesh is waited for


def cause_of(text):
    """How far a device's process had ended when it was noticed is the host's matter."""
    return re.sub(r"\(executor \w+\)", "(gone)", text)


def contents_of(plan):
    """What does not depend on when it was made: hours follow from what the batteries have left."""
    contents = {name: value for name, value in plan.items() if name != "planning_us"}
    contents["devices"] = [{**device, "hours": None} for device in plan["devices"]]
    return contents


class VirtualDay(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        write(self.folder, "sees.yaml", APP.format("sees", "digits", "camera", "glasses", "display", 5))
        write(self.folder, "hears.yaml", APP.format("hears", "kws", "microphone", "earbud", "haptic", 3))
        write(self.folder, "moves.yaml", APP.format("moves", "convnet5", "imu", "watch", "speaker", 2))

    def virtual_day(self):
        entries = [f"- {{at_s: {EVERY_S * n}, {event}}}\n" for n, (event, _) in enumerate(SCENARIO)]
        day = write(self.folder, "day.yaml", "".join(entries) + f"- {{until_s: {EVERY_S * len(SCENARIO)}}}\n")
        done = subprocess.run(
            [BIN / "synergy", "simulate", "--body", ROOT / "deploy/bodies/four-78000.yaml", "--events", day, "--json"],
            text=True, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertIn("times as fast", done.stderr)
        return json.loads(done.stdout)

    def decisions(self, mesh):
        rows = mesh.query("SELECT * FROM event_list WHERE kind IN ('plan', 'decision', 'apps') ORDER BY event")
        return [(cause_of(row["text"]), int(row["subject"].split()[1]) if row["kind"] == "plan" else 0) for row in rows]

    def live_day(self, mesh, expected):
        """Does each event when all is decided that is to be decided before."""
        for n, (_, (what, *arguments)) in enumerate(SCENARIO):
            if what in ("leave", "join"):
                mesh.script(what, *arguments)
            else:
                arguments = [f"{self.folder}/{a}" if a.endswith(".yaml") else a for a in arguments]
                mesh.cli(what, *arguments)
            decided = sum(decision["at_s"] < EVERY_S * (n + 1) for decision in expected)
            mesh.wait_for(lambda: len(self.decisions(mesh)) >= decided, f"{decided} decisions, after {what} {arguments}")
        return self.decisions(mesh)

    def test_decides_what_the_live_mesh_decides_and_makes_its_plans(self):
        report = self.virtual_day()
        self.assertEqual(report["broken"], [])
        expected = [(cause_of(d["cause"]), d["plan"]) for d in report["decisions"]]
        self.assertGreater(len(expected), 8, expected)
        with Mesh() as mesh:
            echo = subprocess.Popen([BIN / "synergy", "topic", "echo", "state/plan"], env=mesh.environment, text=True,
                                    stdout=subprocess.PIPE)
            try:
                live = self.live_day(mesh, report["decisions"])
                self.assertEqual(live, expected)
                planned = [contents_of(p["plan"]) for p in report["plans"]]
                for plan in planned:
                    self.assertEqual(contents_of(json.loads(echo.stdout.readline())["body"]), plan)
            finally:
                echo.kill()
                echo.wait()
                echo.stdout.close()


if __name__ == "__main__":
    unittest.main()
