"""The benchmarks of the mesh's own cost: bench bus by itself, bench shells beside a running mesh."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

import mesh as m

OK, FAILED, USAGE = 0, 1, 2


def bench(*arguments, check=True):
    done = subprocess.run([m.BIN / "synergy", "bench", *map(str, arguments)], capture_output=True, text=True,
                          timeout=m.PATIENCE_S)
    if check and done.returncode != OK:
        raise AssertionError(f"bench {arguments} ended with {done.returncode}:\n{done.stderr}")
    return done


class Bus(unittest.TestCase):
    def test_the_report_has_every_path_and_no_loss(self):
        report = json.loads(bench("bus", "--pairs", 2, "--sizes", "64,1024", "--json").stdout)
        self.assertEqual((report["pairs"], report["lost"]), (2, 0))
        self.assertEqual([size["payload_bytes"] for size in report["sizes"]], [64, 1024])
        for size in report["sizes"]:
            paths = {path["path"]: path for path in size["paths"]}
            self.assertEqual(set(paths), {"ours", "bare", "forwarder"})
            self.assertIsNone(paths["bare"]["rate_ratio"])
            for name in ("ours", "forwarder"):
                for figure in ("p50_ratio", "p99_ratio", "rate_ratio"):
                    self.assertGreater(paths[name][figure]["median"], 0)
            self.assertEqual(paths["bare"]["frame_bytes"], size["payload_bytes"])

    def test_the_text_names_the_paths_and_leaves_no_sockets_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([m.BIN / "synergy", "bench", "bus", "--pairs", "2", "--sizes", "64"],
                                  env={**m.ENVIRONMENT, "TMPDIR": folder}, capture_output=True, text=True,
                                  timeout=m.PATIENCE_S)
            self.assertEqual(done.returncode, OK, done.stderr)
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])
        for word in ("ours", "bare", "forwarder", "2 interleaved pairs", "0 lost"):
            self.assertIn(word, done.stdout)

    def test_a_temporary_folder_that_is_not_there_is_told(self):
        done = subprocess.run([m.BIN / "synergy", "bench", "bus"], env={**m.ENVIRONMENT, "TMPDIR": "/nowhere"},
                              capture_output=True, text=True, timeout=m.PATIENCE_S)
        self.assertNotEqual(done.returncode, OK)
        self.assertIn("TMPDIR", done.stderr)

    def test_wrong_flags_are_told(self):
        for flags in (("--sizes", "0"), ("--sizes", "64,0"), ("--sizes", "-1"), ("--sizes", "64,-1"),
                      ("--sizes", "99999999999"), ("--sizes", "99999999999999999999999"), ("--sizes", "many"),
                      ("--sizes", "1.5"), ("--sizes", "nan"), ("--sizes", ""), ("--sizes",),
                      ("--pairs", "0"), ("--pairs", "-3"), ("--pairs", "1e9"), ("--pairs", "2.5"), ("--pairs", "x"),
                      ("--pairs",), ("--nonsense",)):
            done = bench("bus", *flags, check=False)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""), flags)
            self.assertIn(flags[0], done.stderr, flags)


class ShellsWithoutAMesh(unittest.TestCase):
    def test_no_mesh_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            for run_dir in (folder, folder + "/nowhere"):
                done = bench("shells", "--run-dir", run_dir, check=False)
                self.assertNotEqual(done.returncode, OK)
                self.assertIn("no mesh answers", done.stderr)

    def test_wrong_flags_are_told(self):
        for value in ("0", "-1", "nan", "inf", "soon", "1e99", ""):
            done = bench("shells", "--seconds", value, check=False)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""), value)
            self.assertIn("--seconds", done.stderr)


class Shells(unittest.TestCase):
    def test_cost_by_task_with_and_without_tasks_and_without_an_executor(self):
        with m.Mesh() as mesh, tempfile.TemporaryDirectory() as folder:
            idle = mesh.json("bench", "shells", "--seconds", "1")
            self.assertIn("no tasks were done", " ".join(idle["notes"]))
            self.assertLessEqual({"broker", "dispatcher", "store", "executor/watch", "accelerator/watch"},
                                 {process["process"] for process in idle["processes"]})

            mesh.cli("submit", str(m.digits_app(folder, runs=1000000)))
            mesh.wait_for(lambda: mesh.app("digits")["completed"] > 0, "a first result")
            busy = mesh.json("bench", "shells", "--seconds", "4")
            sums = {line["kind"]: line for line in busy["sums"]}
            self.assertEqual(busy["notes"], [])
            self.assertGreater(sums["executors"]["tasks"], 0)
            self.assertGreater(sums["accelerators"]["tasks"], 0)
            self.assertEqual(sums["all"]["processes"], len(busy["processes"]))
            self.assertAlmostEqual(sums["all"]["cpu_ms"], sum(p["cpu_ms"] for p in busy["processes"]))
            for process in busy["processes"]:
                self.assertEqual(process["pid"], mesh.pid(process["process"]))
            self.assertIn("accelerators", mesh.cli("bench", "shells", "--seconds", "1").stdout)

            trouble = mesh.wait_for(lambda: self.trouble_of_the_killed(mesh), "a process to be missed")
            self.assertIn(trouble, ("went away", "was started again"))

    @staticmethod
    def trouble_of_the_killed(mesh):
        """What is told of a process that is killed in the window; nothing if it died before its first heartbeat."""
        watching = subprocess.Popen([m.BIN / "synergy", "bench", "shells", "--seconds", "4", "--json"],
                                    env=mesh.environment, text=True, stdout=subprocess.PIPE)
        time.sleep(1.5)  # it has joined, and has heard of everybody
        mesh.kill("executor/ring")
        report = json.loads(watching.communicate(timeout=m.PATIENCE_S)[0])
        ring = next((p for p in report["processes"] if p["process"] == "executor/ring"), None)
        if not ring or f"executor/ring {ring['trouble']}: not counted" not in report["notes"]:
            return None
        return ring["trouble"]


if __name__ == "__main__":
    unittest.main()
