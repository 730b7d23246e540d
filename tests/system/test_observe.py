"""What people see of a running mesh: top and timeline, with real processes."""

import json
import os
import pathlib
import pty
import signal
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml

import mesh as m

USAGE, ENVIRONMENT, NO_MESH = 2, 4, 6
SVG = "{http://www.w3.org/2000/svg}"


class Observe(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mesh = m.Mesh()
        cls.mesh.up()
        cls.addClassCleanup(cls.mesh.__exit__)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.mesh.cli("submit", str(m.digits_app(cls.folder, "endless", runs=0)))
        cls.mesh.wait_for(lambda: cls.pipeline()["completed"] > 5, "an app to run")

    @classmethod
    def use(cls):
        return cls.mesh.json("top", "--once")

    @classmethod
    def pipeline(cls, app="endless"):
        return next(p for p in [*cls.use()["pipelines"], {"app": app, "completed": 0}] if p["app"] == app)

    def timeline(self, file, *flags):
        path = self.folder / file
        self.mesh.cli("timeline", "-o", str(path), *flags)
        return path.read_text()

    def test_top_shows_the_rate_of_an_app(self):
        use = self.use()
        pipeline = self.pipeline()
        self.assertGreater(pipeline["runs_per_second"], 0)
        self.assertGreater(pipeline["latency_p50_us"], 0)
        self.assertLessEqual(pipeline["latency_p50_us"], pipeline["latency_p99_us"])
        self.assertGreater(pipeline["energy_uj"], 0)
        self.assertGreater(use["predicted_rounds_per_second"], 0)
        self.assertGreater(use["planning_us"], 0)
        # Where the host keeps up, model time does not depend on it.
        if use["lag_p99_us"] < 50_000:
            self.assertAlmostEqual(use["rounds_per_second"], use["predicted_rounds_per_second"],
                                   delta=0.1 * use["predicted_rounds_per_second"])
        self.assertTrue(all(0 <= unit["busy"] <= 1 for unit in use["units"]))
        self.assertTrue(any(unit["busy"] > 0 for unit in use["units"] if unit["device"] == "glasses"))
        self.assertIn("executor/glasses", [process["process"] for process in use["processes"]])
        self.assertGreater(use["bus"]["sent"], 0)
        text = self.mesh.cli("top", "--once").stdout
        self.assertNotIn("\x1b", text)
        row = next(line.split() for line in text.splitlines() if line.startswith("endless "))
        self.assertGreater(float(row[2]), 0)
        self.assertEqual(row[-1], "running")
        self.assertIn("rounds/s", text)

    def test_top_goes_on_until_it_is_told_to_stop(self):
        live = subprocess.Popen([m.BIN / "synergy", "top", "--interval", "0.2", "--json"], text=True,
                                env=self.mesh.environment, stdout=subprocess.PIPE)
        self.addCleanup(live.kill)
        for _ in range(3):
            self.assertIn("pipelines", json.loads(live.stdout.readline()))
        live.send_signal(signal.SIGTERM)
        live.communicate(timeout=m.PATIENCE_S)
        self.assertEqual(live.returncode, 0)

    def test_top_gives_the_terminal_back(self):
        ours, theirs = pty.openpty()
        live = subprocess.Popen([m.BIN / "synergy", "top", "--interval", "0.1"], env=self.mesh.environment,
                                stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
        self.addCleanup(live.kill)
        os.close(theirs)
        seen = b""
        while b"endless" not in seen:
            seen += os.read(ours, 65536)
        self.assertTrue(seen.startswith(b"\x1b[?1049h\x1b[?25l\x1b[H"))
        live.send_signal(signal.SIGINT)
        try:
            while data := os.read(ours, 65536):
                seen += data
        except OSError:  # the other end is closed
            pass
        self.assertEqual(live.wait(timeout=m.PATIENCE_S), 0)
        self.assertTrue(seen.endswith(b"\x1b[?25h\x1b[?1049l"))
        os.close(ours)

    def test_the_timeline_is_a_picture_with_the_apps_tasks(self):
        picture = xml.fromstring(self.timeline("x.svg", "--last", "1s"))
        self.assertEqual(picture.tag, f"{SVG}svg")
        titles = [title.text for title in picture.iter(f"{SVG}title")]
        self.assertTrue(any(title.startswith("endless run ") and ": infer\n" in title for title in titles), titles[:5])
        texts = [text.text for text in picture.iter(f"{SVG}text")]
        for name in ("glasses", "watch", "sensor", "accelerator", "tx", "rx", "endless", "ms"):
            self.assertIn(name, texts)

    def test_the_timeline_is_a_trace_with_the_apps_tasks(self):
        trace = json.loads(self.timeline("x.json"))
        events = trace["traceEvents"]
        tasks = [event for event in events if event["ph"] == "X"]
        self.assertIn("endless infer", {task["name"] for task in tasks})
        self.assertTrue(all(task["dur"] >= 0 and task["ts"] >= 0 for task in tasks))
        names = {(event["pid"], event["tid"]): event["args"]["name"] for event in events if event["name"] == "thread_name"}
        self.assertEqual({names[task["pid"], task["tid"]] for task in tasks if task["name"] == "endless transfer"},
                         {"tx", "rx"})
        # What the plan says of a step is what the trace shows, in microseconds of model time.
        steps = self.mesh.json("plan")["pipelines"][0]["executions"][0]["steps"]
        for task in tasks:
            step = steps[task["args"]["step"]]
            self.assertEqual(task["name"], f"endless {step['kind']}")
            if names[task["pid"], task["tid"]] != "tx":  # which also waits for the receiver
                self.assertAlmostEqual(task["dur"], step["duration_ns"] / 1000, delta=1)

    def test_the_timeline_without_a_file_is_a_table(self):
        rows = [line.split() for line in self.mesh.cli("timeline").stdout.splitlines()]
        self.assertEqual(rows[0], ["DEVICE", "UNIT", "BUSY", "%", "TASKS"])
        self.assertIn(["glasses", "accelerator"], [row[:2] for row in rows])
        units = self.mesh.json("timeline", "--last", "500ms")["units"]
        self.assertTrue(all(0 <= unit["busy"] <= 1 and unit["tasks"] > 0 for unit in units))

    def test_bad_input_gets_one_line(self):
        nowhere = str(self.folder / "nowhere" / "x.svg")
        for arguments, code, told in (
                (("timeline", "-o", "x.png"), USAGE, "'x.png' ends neither in .svg"),
                (("timeline", "-o", "x"), USAGE, "ends neither in .svg"),
                (("timeline", "--last", "nonsense"), USAGE, "'nonsense' is no length of time; write for example 2s"),
                (("timeline", "--last", "0"), USAGE, "'0' is no length of time"),
                (("timeline", "--last", "0s"), USAGE, "'0s' is not from 1 ms to 600 s"),
                (("timeline", "-o", nowhere), ENVIRONMENT, f"{nowhere}: can not be written"),
                (("top", "--interval", "0"), USAGE, "'0' is no number from 0.1 to 3600"),
                (("top", "--interval", "soon"), USAGE, "'soon' is no number")):
            done = self.mesh.cli(*arguments, check=False)
            self.assertEqual(done.returncode, code, arguments)
            self.assertIn(told, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_without_a_mesh_both_say_so(self):
        for command in (("top", "--once"), ("top",), ("timeline",)):
            done = self.mesh.cli("--run-dir", str(self.folder / "empty"), *command, check=False)
            self.assertEqual(done.returncode, NO_MESH)
            self.assertIn("no mesh answers", done.stderr)


class KilledMonitor(unittest.TestCase):
    def test_the_use_is_told_again_by_a_monitor_that_was_killed(self):
        with m.Mesh() as mesh, tempfile.TemporaryDirectory() as folder:
            mesh.cli("submit", str(m.digits_app(folder, "endless", runs=0)))
            heard = lambda: json.loads(mesh.cli("topic", "echo", "state/use", "--count", "1").stdout)
            runs = lambda message: sum(p["completed"] for p in message["body"]["pipelines"])
            before = mesh.wait_for(lambda: next((u for u in [heard()] if runs(u) > 0), None), "the app's runs")
            mesh.kill("monitor")
            mesh.wait_for(lambda: next((u for u in [heard()] if u["instance"] != before["instance"] and runs(u) > 0), None),
                          "the app's runs from another monitor")


if __name__ == "__main__":
    unittest.main()
