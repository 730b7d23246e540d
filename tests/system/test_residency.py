"""What shared accelerators keep: models that do not fit together are served by loading weights at switches, live."""

import pathlib
import tempfile
import unittest

import mesh as m

BODY = """name: one
link: ideal
time_scale: 4
devices:
  - {id: watch, profile: max78000, sensors: [{capability: camera, sources: [{frames: models/digits/heldout/images.npy}, {generator: 0}]}], actuators: [display]}
"""
RUNS = 12


class Residency(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.body = m.write(self.folder, "one.yaml", BODY)

    def mesh(self, residency=None):
        mesh = m.Mesh(body=self.body, deploy=m.ROOT / "deploy")
        self.addCleanup(mesh.__exit__)
        mesh.script("up", "--body", str(self.body), *(["--residency", residency] if residency else []))
        return mesh

    def app(self, model, runs):
        return m.write(self.folder, f"{model}.yaml", f"app: {model}\nmodel: {model}\nsensing: {{needs: camera}}\n"
                                                     f"interaction: {{needs: display}}\nrepeat: true\nruns: {runs}\n")

    def runs(self, mesh, app):
        return mesh.query(f"SELECT * FROM runs WHERE app = '{app}' ORDER BY run")

    def test_needed_serves_models_that_do_not_fit_together_at_the_predicted_cost(self):
        mesh = self.mesh()
        mesh.cli("submit", self.app("widenet", 0))
        refused = mesh.cli("submit", self.app("simplenet", 0), check=False)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("resident", refused.stderr)
        self.assertEqual(mesh.json("replan", "--residency", "needed")["residency"], "needed")
        mesh.cli("submit", self.app("simplenet", 0))
        plan = mesh.json("plan")
        self.assertEqual(plan["residency"], "needed", "it holds for later plans")
        switches = [s for p in plan["pipelines"] for e in p["executions"] for s in e["steps"] if s["kind"] == "switch"]
        self.assertEqual([s["reloads"] for s in switches], [True, True])
        for pipeline in plan["pipelines"]:
            app = pipeline["app"]
            mesh.wait_for(lambda: len(self.under(mesh, app, plan)) > 2 * RUNS, f"runs of {app}")
            runs = self.under(mesh, app, plan)[4:]
            for run in runs:
                self.assertEqual(run["outcome"], "completed", run["reason"])
                self.assertAlmostEqual(run["energy_uj"], pipeline["energy_uj"], places=6)
                self.assertGreaterEqual(run["ended_ns"] - run["began_ns"], pipeline["executions"][0]["latency_ns"])
            rate = (len(runs) - 1) * 1e9 / (runs[-1]["ended_ns"] - runs[0]["ended_ns"])
            self.assertAlmostEqual(rate / pipeline["runs_per_second"], 1, delta=0.02)
        self.assertFalse(mesh.query("SELECT * FROM runs WHERE outcome = 'failed'"))
        mesh.cli("stop", "simplenet")
        self.assertFalse(any(s["reloads"] for p in mesh.json("plan")["pipelines"] for e in p["executions"] for s in e["steps"]))
        before = mesh.app("widenet")["completed"]
        mesh.wait_for(lambda: mesh.app("widenet")["completed"] > before + 5, "widenet to stay on the accelerator again")

    def under(self, mesh, app, plan):
        return [run for run in self.runs(mesh, app) if run["plan_id"] == plan["id"]]

    def test_reload_and_needed_give_the_results_of_resident_to_the_bit(self):
        found = {}
        for residency in ("resident", "reload", "needed"):
            mesh = self.mesh(residency)
            for model in ("digits", "kws"):
                mesh.cli("submit", self.app(model, RUNS))
            self.assertEqual(mesh.json("plan")["residency"], residency)
            for model in ("digits", "kws"):
                mesh.wait_for(lambda: mesh.app(model)["phase"] == "finished", f"the end of {model}")
                found.setdefault(model, {})[residency] = [
                    (run["run"], run["outcome"], run["label"], run["score"]) for run in self.runs(mesh, model)]
            mesh.script("down")
        for model, results in found.items():
            self.assertEqual([run for run, *_ in results["resident"]], list(range(RUNS)))
            self.assertGreater(len({run[2:] for run in results["resident"]}), 1, "the runs differ")
            self.assertEqual(results["reload"], results["resident"], model)
            self.assertEqual(results["needed"], results["resident"], model)

    def test_a_residency_or_objective_that_there_is_not_starts_nothing(self):
        mesh = m.Mesh(body=self.body)
        self.addCleanup(mesh.__exit__)
        for flag, name, known in (("--residency", "needful", "needed"), ("--objective", "troughput", "rounds")):
            done = mesh.script("up", "--body", str(self.body), flag, name, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"'{name}'", done.stdout)
            self.assertIn(flag, done.stdout)
            self.assertIn(known, done.stdout)
        self.assertEqual(mesh.json("running")["running"], [])


if __name__ == "__main__":
    unittest.main()
