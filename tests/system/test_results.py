"""What `synergy results` and `submit --follow` say of an app that is paced, pauses, and goes on."""

import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import mesh as m

RATE = 20


class Watching:
    """A command that prints lines until it is interrupted."""

    def __init__(self, mesh, *arguments):
        self.out = tempfile.TemporaryFile("w+")
        self.err = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([m.BIN / "synergy", *arguments], env=mesh.environment, text=True,
                                        stdin=subprocess.DEVNULL, stdout=self.out, stderr=self.err)

    @staticmethod
    def read(file):
        file.seek(0)
        return file.read()

    def lines(self):
        return [line for line in self.read(self.out).splitlines() if line.startswith("run ")]

    def runs(self):
        return [int(line.split()[1].rstrip(":")) for line in self.lines()]

    def said(self):
        return self.read(self.err)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(m.PATIENCE_S)
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.out.close()
        self.err.close()


class Results(unittest.TestCase):
    def setUp(self):
        self.mesh = m.Mesh()
        self.addCleanup(self.mesh.__exit__)
        self.mesh.up()
        self.folder = self.mesh.folder
        self.app = m.digits_app(self.folder, "paced", runs=0, at_least=1)

    def watch(self, *arguments):
        watching = Watching(self.mesh, *arguments)
        self.addCleanup(watching.close)
        return watching

    def completed(self):
        return (self.mesh.app("paced") or {}).get("completed", 0)

    def wait_for_results(self, count):
        before = self.completed()
        self.mesh.wait_for(lambda: self.completed() >= before + count, "results")

    def test_a_pause_of_the_mesh_or_another_plan_is_no_time_of_a_plan(self):
        self.mesh.cli("submit", str(self.app), "--rate", str(RATE))
        self.wait_for_results(40)
        self.mesh.script("down")
        time.sleep(3)  # a pause has no sign that could be waited for
        self.mesh.up()
        self.wait_for_results(40)
        before = self.mesh.json("results", "paced")
        for plan in before["plans"]:
            self.assertAlmostEqual(plan["runs_per_second"], RATE, delta=0.1 * RATE)
        if len(before["plans"]) == 1:
            self.assertGreaterEqual(before["plans"][0]["pauses"], 1)
        self.mesh.cli("submit", str(self.app), "--rate", "5")
        self.wait_for_results(10)
        self.mesh.cli("stop", "paced")
        report = self.mesh.json("results", "paced")
        plans = report["plans"]
        self.assertGreater(len(plans), len(before["plans"]))
        self.assertEqual([plan["plan_id"] for plan in plans], sorted(plan["plan_id"] for plan in plans))
        self.assertAlmostEqual(plans[0]["runs_per_second"], RATE, delta=0.1 * RATE)
        self.assertAlmostEqual(plans[-1]["runs_per_second"], 5, delta=0.5)
        self.assertEqual((report["plan_id"], report["runs_per_second"]),
                         (plans[-1]["plan_id"], plans[-1]["runs_per_second"]))

        def runs(*arguments):
            return self.mesh.json("results", "paced", *arguments)["runs"]
        for plan in plans:
            self.assertEqual(runs("--plan", str(plan["plan_id"])), plan["completed"] + plan["failed"])
        self.assertEqual(runs("--last", "7"), 7)
        nothing = self.mesh.json("results", "paced", "--plan", "999999")
        self.assertEqual((nothing["runs"], nothing["plans"], nothing["predicted_runs_per_second"]), (0, [], None))
        self.assertEqual(runs("--since", "2020-01-01"), report["runs"])
        self.assertEqual(runs("--since", "2100-01-01"), 0)

    def test_waiting_ends_with_the_app_or_with_ctrl_c(self):
        self.mesh.cli("submit", str(self.app), "--rate", str(RATE))
        waiting = self.watch("results", "paced", "--wait")
        self.wait_for_results(20)
        self.assertIsNone(waiting.process.poll(), waiting.read(waiting.out))
        self.assertEqual(waiting.interrupt(), 0)
        self.assertRegex(waiting.read(waiting.out), r"app paced: \d\d results")
        waiting = self.watch("results", "paced", "--wait", "--json")
        self.wait_for_results(5)
        self.mesh.cli("stop", "paced")
        self.assertEqual(waiting.process.wait(m.PATIENCE_S), 0)
        self.assertIn(f'"completed": {self.completed()}', waiting.read(waiting.out), "the last one, too")

    def test_following_survives_processes_that_are_started_again_and_shows_each_run_once(self):
        watching = self.watch("submit", str(self.app), "--rate", str(RATE), "--follow")
        self.mesh.wait_for(lambda: len(watching.lines()) > 5, "results to be shown")
        for process in ("store", "dispatcher", "broker"):
            self.mesh.kill(process)
            self.mesh.wait_for(lambda: f"{process} was started again" in watching.said(), f"the word on {process}")
            shown = len(watching.lines())
            self.mesh.wait_for(lambda: len(watching.lines()) > shown + 20, f"results after {process}")
        self.assertEqual(watching.interrupt(), 0)
        self.assertIn("app paced runs on", watching.said())
        self.assertIn("synergy stop paced", watching.said())
        self.assertEqual(self.mesh.app("paced")["phase"], "running")
        runs = watching.runs()
        self.assertEqual(sorted(runs), list(range(len(runs))), "each run once, and none is missing")

    def test_results_are_followed_from_a_place_on(self):
        self.mesh.cli("submit", str(self.app), "--rate", str(RATE))
        self.wait_for_results(20)
        watching = self.watch("results", "paced", "--follow", "--last", "3")

        def each_run_once():
            # A run that the store had not written yet, when the store was asked, comes behind later ones.
            runs = sorted(watching.runs())
            return len(runs) > 10 and runs == list(range(runs[0], runs[0] + len(runs)))
        self.mesh.wait_for(each_run_once, "each run once, and none missing")
        self.assertEqual(watching.interrupt(), 0)
        self.assertGreater(watching.runs()[0], 10)
        ended = self.watch("submit", str(m.digits_app(self.folder, "short", runs=0, at_least=1)), "--follow")
        self.mesh.wait_for(lambda: len(ended.lines()) > 2, "results to be shown")
        self.mesh.cli("stop", "short")
        self.assertEqual(ended.process.wait(m.PATIENCE_S), 0)
        self.assertIn("app short is stopped", ended.said())
        after = self.mesh.cli("results", "short", "--follow", "--last", "2")
        self.assertEqual(len(after.stdout.splitlines()), 2)
        self.assertIn("app short is stopped; nothing more comes of it", after.stderr)

    def test_ctrl_c_leaves_an_app_with_an_end_running(self):
        watching = self.watch("submit", str(m.digits_app(self.folder, "long", runs=100000, at_least=1)), "--rate", "10", "--follow")
        self.mesh.wait_for(lambda: (self.mesh.app("long") or {}).get("completed", 0) > 3, "results")
        self.assertEqual(watching.interrupt(), 0)
        self.assertIn("synergy stop long", watching.said())
        self.assertEqual(self.mesh.app("long")["phase"], "running")

    def test_what_is_no_moment_or_no_number_is_refused_with_what_to_write(self):
        for arguments, said in [
                (["--since", "yesterday"], "write how long ago (30s, 10min, 2h, 1d)"),
                (["--last", "0"], "from 1 to 100000"),
                (["--last", "many"], "from 1 to 100000")]:
            done = self.mesh.cli("results", "paced", *arguments, check=False)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(said, done.stdout + done.stderr)
        self.assertIn("unknown app 'nobody'", self.mesh.cli("results", "nobody", "--follow", check=False).stderr)


class Values(unittest.TestCase):
    """An app whose model answers with values: they are shown, though nothing of them is kept."""

    def test_they_are_shown_as_they_come_and_the_report_says_where_to_look(self):
        with tempfile.TemporaryDirectory() as folder:
            deploy = pathlib.Path(shutil.copytree(m.ROOT / "deploy", pathlib.Path(folder) / "deploy"))
            description = deploy / "models/digits/model.yaml"
            description.write_text(description.read_text().replace("result: argmax", "result: raw"))
            with m.Mesh(deploy=deploy) as mesh:
                done = mesh.cli("submit", str(m.digits_app(folder, "raw", runs=4, at_least=1)), "--follow")
                self.assertIn("run 0: 10 values: 175125 -61492 ", done.stdout)
                self.assertIn("results are values, which are not kept: synergy results raw --follow", done.stdout)
                report = mesh.json("results", "raw")
                self.assertEqual((report["result"], report["classes"], report["completed"]), ("values", [], 4))


if __name__ == "__main__":
    unittest.main()
