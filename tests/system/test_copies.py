"""A copy of the store of a running mesh, put back; and rows for other programs, as a person would ask for them."""

import csv
import io
import json
import unittest

import mesh as m

RIGHT = 0


class Copies(m.MeshTest):
    def runs_in(self, file):
        return json.loads(self.mesh.cli("export", "runs", "--store", str(file)).stdout)

    def test_a_copy_is_made_while_runs_are_kept_and_put_back_when_the_mesh_is_down(self):
        self.mesh.up()
        mesh, copy = self.mesh, self.mesh.folder / "copy of the store.db"
        mesh.cli("submit", str(m.digits_app(mesh.folder, runs=0)))
        mesh.wait_for(lambda: mesh.app("digits")["completed"] > 50, "runs")
        before = mesh.app("digits")["completed"]
        told = json.loads(mesh.cli("backup", str(copy), "--json").stdout)
        self.assertTrue(told["complete"])
        self.assertEqual(told["bytes"], copy.stat().st_size)
        self.assertFalse(any(name.name.endswith(".partial") for name in mesh.folder.iterdir()))
        again = mesh.cli("backup", str(mesh.store), check=False)
        self.assertIn("something stands there already", again.stderr)
        again = mesh.cli("backup", str(copy), check=False)
        self.assertIn("something stands there already", again.stderr)
        runs = self.runs_in(copy)
        self.assertGreaterEqual(len(runs), before)
        self.assertEqual([run["run"] for run in runs], list(range(len(runs))), "no run is missing in the middle")
        self.assertEqual(mesh.cli("store", "check", str(copy)).returncode, RIGHT)

        in_use = mesh.cli("restore", str(copy), check=False)
        self.assertIn("the store is in use by process", in_use.stderr)
        mesh.wait_for(lambda: mesh.app("digits")["completed"] > len(runs) + 20, "further runs")
        mesh.script("down")
        kept = len(self.runs_in(mesh.store))
        self.assertGreater(kept, len(runs))
        self.assertIn("before-restore", mesh.cli("restore", str(copy)).stdout)
        self.assertEqual(len(self.runs_in(mesh.store)), len(runs))
        self.assertEqual(len(self.runs_in(mesh.store.with_name("mesh.db.before-restore"))), kept, "nothing is deleted")

    def test_rows_are_exported_and_the_history_is_asked_by_time_app_and_device(self):
        self.mesh.up()
        mesh = self.mesh
        mesh.cli("submit", str(m.digits_app(mesh.folder, runs=30)))
        mesh.wait_for(lambda: mesh.app("digits")["phase"] == "finished", "the end")
        table = list(csv.DictReader(io.StringIO(mesh.cli("export", "--csv", "--app", "digits").stdout)))
        self.assertEqual([int(row["run"]) for row in table], list(range(30)))
        exact = mesh.query("SELECT ended_ns - began_ns AS ns, energy_uj FROM runs WHERE run = 7")[0]
        self.assertEqual(float(table[7]["latency_us"]), exact["ns"] / 1000)
        self.assertEqual(float(table[7]["energy_uj"]), exact["energy_uj"])
        file = mesh.folder / "digits.csv"
        mesh.cli("export", "--app", "digits", "-o", file)
        self.assertEqual(list(csv.DictReader(io.StringIO(file.read_text()))), table)
        self.assertIn("no rows: nothing that is kept fits", mesh.cli("export", "--app", "nosuch").stderr)
        plans = json.loads(mesh.cli("export", "plans", "--json").stdout)
        self.assertEqual([plan["plan"] for plan in plans], [p["id"] for p in mesh.json("history")["plans"]][::-1])
        self.assertEqual(mesh.json("history", "--until", "1d")["plans"], [])
        self.assertEqual(mesh.json("history", "--app", "nobody")["plans"], [])
        crossed = plans[0]["placement"].split(": ")[1].split("[")[0]
        self.assertIn(plans[0]["plan"], [p["id"] for p in mesh.json("history", "--device", crossed, "--since", "1h")["plans"]])
        for words, told in ((("history", "--device", "glases"), "did you mean 'glasses'"), (("history", "--app", "digit"), "did you mean 'digits'"),
                            (("results", "digits", "--device", "glases"), "did you mean 'glasses'")):
            self.assertIn(told, mesh.cli(*words).stderr)
        self.assertEqual(mesh.cli("results", "digits").stderr, "")
        wrong = mesh.cli("history", "--since", "1h", "--until", "2h", check=False)
        self.assertEqual(wrong.returncode, 3)
        self.assertIn("nothing lies between them", wrong.stderr)
        mesh.cli("results", "digits", "--device", table[0]["devices"].split(" > ")[0], "--until", "0s")


if __name__ == "__main__":
    unittest.main()
