"""What a newcomer costs, before and after it is submitted; what was asked, granted and measured; and the reason of who
is rejected."""

import re
import tempfile
import unittest

from mesh import Mesh, digits_app


class Admission(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.mesh = Mesh()
        cls.mesh.up()
        cls.mesh.cli("submit", cls.app("first"))
        cls.mesh.wait_for(lambda: cls.mesh.app("first")["completed"] > 20, "results of first")

    @classmethod
    def tearDownClass(cls):
        cls.mesh.__exit__()
        cls.folder.cleanup()

    @classmethod
    def app(cls, name, **more):
        """From the glasses' camera to the watch's display: two of them share at least these units."""
        fields = dict(app=name, runs=0, at_least=1, sensing="{needs: camera, on: glasses}",
                      interaction="{needs: display, on: watch}")
        path = digits_app(cls.folder.name, **fields)
        more.setdefault("repeat", "true")
        with open(path, "a", encoding="utf-8") as file:
            for key, value in more.items():
                file.write(f"{key}: {value}\n")
        return path

    def rates(self, name):
        return next(one for one in self.mesh.json("apps")["rates"] if one["app"] == name)

    def plans(self):
        return self.mesh.query("SELECT count(*) AS n FROM plan_history")[0]["n"]

    def test_a_dry_run_tells_what_the_submission_then_does_and_changes_nothing(self):
        second = self.app("second")
        plans = self.plans()
        before = self.rates("first")["plan_runs_per_second"]
        forecast = self.mesh.json("submit", second, "--dry-run")
        text = self.mesh.cli("submit", second, "--dry-run").stdout
        self.assertEqual(self.plans(), plans)
        self.assertIsNone(self.mesh.app("second"))
        self.assertEqual(self.mesh.query("SELECT count(*) AS n FROM apps WHERE app = 'second'")[0]["n"], 0)
        self.assertEqual(self.rates("first")["plan_runs_per_second"], before)
        self.assertGreater(forecast["rate"], 0)
        self.assertEqual([change["app"] for change in forecast["changes"]], ["first"])
        self.assertAlmostEqual(forecast["changes"][0]["before"], before)
        self.assertLess(forecast["changes"][0]["after"], before)
        self.assertEqual({device["device"] for device in forecast["devices"]},
                         {device["device"] for device in forecast["devices_now"]})
        self.assertRegex(text, r"first \d+\.\d\d -> \d+\.\d\d runs/s")
        self.assertIn("nothing was changed", text)

        done = self.mesh.cli("submit", second).stdout
        self.assertRegex(done, rf"first {before:.2f} -> {forecast['changes'][0]['after']:.2f} runs/s")
        self.assertEqual(self.plans(), plans + 1)
        self.assertAlmostEqual(self.rates("first")["plan_runs_per_second"], forecast["changes"][0]["after"])
        self.assertAlmostEqual(self.rates("second")["plan_runs_per_second"], forecast["rate"])
        self.mesh.cli("stop", "second")

    def test_apps_shows_what_was_asked_granted_and_measured(self):
        self.mesh.cli("submit", self.app("paced", rate=3, min_rate=1))
        measured = self.mesh.wait_for(
            lambda: (one := self.rates("paced"))["runs_per_second"] and abs(one["runs_per_second"] - 3) < 0.6 and one,
            "3 runs/s")
        self.assertEqual((measured["rate"], measured["min_rate"], measured["plan_runs_per_second"]), (3, 1, 3))
        text = self.mesh.cli("apps").stdout
        self.assertRegex(text.splitlines()[0], r"ASKED +GRANTED +MEASURED")
        self.assertRegex(text, r"paced .* 3\.00 \(1\.00 at least\) +3\.00 +\d\.\d\d")
        self.mesh.cli("stop", "paced")

    def test_who_is_rejected_is_told_which_demands_can_not_hold_together_and_what_fits(self):
        demanding = self.app("demanding", min_rate=100000)
        tried = self.mesh.cli("submit", demanding, "--dry-run", check=False)
        self.assertEqual(tried.returncode, 1, tried.stderr)
        self.assertIn("would be rejected", tried.stderr)
        self.assertIsNone(self.mesh.app("demanding"), "a dry run is not even a rejection")
        refused = self.mesh.cli("submit", demanding, check=False)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        for error in (tried.stderr, refused.stderr, self.mesh.app("demanding")["reason"]):
            self.assertIn("'demanding' with min_rate 100000", error)
            self.assertNotIn("'first'", error)
        most = float(re.search(r"min_rate of 'demanding' at most ([\d.]+)", refused.stderr).group(1))
        self.assertGreater(most, 1)
        self.mesh.cli("submit", self.app("modest", min_rate=most))
        self.assertGreaterEqual(self.rates("modest")["plan_runs_per_second"], most * (1 - 1e-6))
        self.mesh.cli("stop", "modest")


if __name__ == "__main__":
    unittest.main()
