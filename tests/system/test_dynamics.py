"""Devices come and go, links and batteries change, apps change their rate: each is a decision, kept with its reason."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

from mesh import BIN, Mesh, digits_app


class Dynamics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.mesh = Mesh()
        cls.mesh.up()
        cls.mesh.cli("submit", digits_app(cls.folder.name, app="steady", runs=0, at_least=1,
                                          sensing="{needs: camera, on: glasses}", interaction="{needs: display}"))

    @classmethod
    def tearDownClass(cls):
        cls.mesh.__exit__()
        cls.folder.cleanup()

    def events(self):
        return [(row["kind"], row["subject"], row["text"]) for row in self.mesh.query("SELECT * FROM event_list")]

    def causes(self):
        return [row["cause"] for row in self.mesh.query("SELECT cause FROM plan_history")]

    def results_go_on(self, app="steady"):
        before = self.mesh.app(app)["completed"]
        self.mesh.wait_for(lambda: self.mesh.app(app)["completed"] > before + 5, f"results of {app}")

    def test_a_device_that_leaves_and_comes_back_is_a_decision_each(self):
        self.mesh.script("leave", "ring")
        self.mesh.wait_for(lambda: any("'ring' left" in text for _, _, text in self.events()), "the decision")
        self.results_go_on()
        devices = {d["id"]: d for d in self.mesh.json("devices")["devices"]}
        self.assertIn("ring", devices)
        self.assertIn("ring", self.mesh.json("devices")["absent"])
        self.mesh.script("join", "ring")
        self.mesh.wait_for(lambda: any("'ring' came" in text for _, _, text in self.events()), "the decision")
        kinds = {kind for kind, _, _ in self.events()}
        self.assertIn("decision", kinds, "the plan stays, and that is kept")

    def test_an_app_whose_device_is_gone_waits_and_is_served_again(self):
        self.mesh.cli("submit", digits_app(self.folder.name, app="wristed", runs=0, at_least=1,
                                           interaction="{needs: display, on: watch}"))
        self.results_go_on("wristed")
        self.mesh.script("leave", "watch")
        waiting = self.mesh.wait_for(lambda: (a := self.mesh.app("wristed"))["plan_id"] == 0 and a, "wristed to wait")
        self.assertIn("waits", waiting["reason"])
        self.assertIn("watch", waiting["reason"])
        self.assertIn("waiting", self.mesh.cli("apps").stdout)
        self.results_go_on("steady")
        self.mesh.script("join", "watch")
        self.mesh.wait_for(lambda: self.mesh.app("wristed")["plan_id"] != 0, "wristed to be served again")
        self.results_go_on("wristed")
        self.mesh.cli("stop", "wristed")
        runs = [row["run"] for row in self.mesh.query("SELECT run FROM runs WHERE app = 'wristed' ORDER BY run")]
        self.assertEqual(runs, list(range(len(runs))), "every run is kept, once")

    def test_another_link_and_an_empty_battery_are_decisions(self):
        self.mesh.cli("body", "link", "wired-spi")
        self.mesh.wait_for(lambda: any("wired-spi" in text for _, _, text in self.events()) or
                           any("wired-spi" in cause for cause in self.causes()), "the decision")
        self.assertIn("link wired-spi", self.mesh.cli("devices").stdout)
        self.mesh.cli("body", "battery", "earbud", "3")
        self.mesh.wait_for(lambda: "battery below" in self.mesh.cli("devices").stdout, "the earbud to be let go")
        self.results_go_on()
        self.mesh.cli("body", "battery", "earbud", "90")
        self.mesh.wait_for(lambda: "earbud" not in self.mesh.json("devices")["absent"], "the earbud to be back")
        self.mesh.cli("body", "link", "esp8266-uart-921600")

    def test_a_monitor_that_is_killed_calls_nobody_absent_and_keeps_what_was_changed(self):
        link = self.mesh.json("devices")["link"]["name"]
        self.addCleanup(self.mesh.cli, "body", "link", link)
        old = self.mesh.pid("monitor")
        echo = subprocess.Popen([BIN / "synergy", "topic", "echo", "state/body"], env=self.mesh.environment, text=True,
                                stdout=subprocess.PIPE)
        self.addCleanup(echo.kill)
        self.mesh.cli("body", "link", "ble-2m")
        os.kill(old, signal.SIGKILL)  # at once: what was answered is kept
        self.mesh.wait_for(lambda: self.mesh.pid("monitor") not in (0, None, old), "another monitor")
        self.mesh.cli("body", "battery", "ring", "77")  # a change that shows when all before it was heard
        views = []
        while not views or views[-1]["batteries"]["ring"] > 77:
            views.append(json.loads(echo.stdout.readline())["body"])
        self.assertEqual([view["absent"] for view in views], [[]] * len(views))
        links = [view["link"]["name"] for view in views]
        self.assertEqual(set(links[links.index("ble-2m"):]), {"ble-2m"})

    def test_wrong_changes_say_what_is_wrong_and_change_nothing(self):
        before = self.mesh.json("devices")
        for arguments, said in [
                (["body", "link", "no-such-link"], "no-such-link"),
                (["body", "profile", "watch", "max78002"], "MAX78000"),
                (["body", "profile", "nose", "max78000"], "nose"),
                (["body", "battery", "watch", "101"], "101"),
                (["body", "battery", "watch", "nan"], "nan"),
                (["replan", "--policy", "bestest"], "bestest"),
                (["submit", "--rate", "0", "x.yaml"], "0"),
        ]:
            done = self.mesh.cli(*arguments, check=False)
            self.assertNotEqual(done.returncode, 0, arguments)
            self.assertIn(said, done.stderr, arguments)
        after = self.mesh.json("devices")
        for key in ("link", "devices", "device_profiles"):
            self.assertEqual(before[key], after[key])
        for arguments in (["leave"], ["leave", "nose"], ["join", "nose"], ["up", "--time-scale", "fast"], ["up", "--link"],
                          ["test", "--lint", "-R", "x"], ["test", "--long", "--lint"]):
            self.assertNotEqual(self.mesh.script(*arguments, check=False).returncode, 0, arguments)

    def test_an_app_that_runs_may_be_given_another_rate(self):
        file = digits_app(self.folder.name, app="paced", runs=0, at_least=1, interaction="{needs: display}")
        self.mesh.cli("submit", file, "--rate", "3")
        self.results_go_on("paced")
        self.mesh.cli("submit", file, "--rate", "8")
        self.assertEqual(self.mesh.app("paced")["request"]["rate"], 8)
        self.assertEqual(self.mesh.app("paced")["first_run"], 0)
        self.results_go_on("paced")
        self.mesh.cli("stop", "paced")

    def test_replanning_takes_another_policy_and_keeps_how_long_the_switch_took(self):
        plan = self.mesh.json("replan", "--policy", "synergy")
        self.assertEqual(plan["policy"], "synergy")
        self.mesh.wait_for(lambda: self.mesh.query(
            f"SELECT switch_ms FROM plan_history WHERE plan = {plan['id']}")[0]["switch_ms"], "the switch to be kept")
        self.results_go_on()
        self.mesh.json("replan", "--policy", "optimal")

    def test_bench_live_measures_what_is_promised(self):
        self.mesh.cli("stop", "steady")
        try:
            report = self.mesh.json("bench", "live", "--app", digits_app(self.folder.name, app="measured", runs=0),
                                    "--seconds", "2", "--warm-up", "1", "--policy", "optimal", "--check")
            policy = report["policies"][0]
            self.assertGreater(policy["runs"], 10)
            self.assertLess(abs(policy["model_percent"]), 1)
            self.assertLess(abs(policy["latency_percent"]), 5)
            self.assertGreater(report["checked"], 10)
            self.assertEqual(report["different"], 0)
        finally:
            self.mesh.cli("submit", digits_app(self.folder.name, app="steady", runs=0, at_least=1,
                                               sensing="{needs: camera, on: glasses}", interaction="{needs: display}"))
        refused = self.mesh.cli("bench", "live", "--app", pathlib.Path(self.folder.name) / "steady.yaml", check=False)
        self.assertIn("'steady' is running", refused.stderr)


if __name__ == "__main__":
    unittest.main()
