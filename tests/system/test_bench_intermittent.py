"""bench intermittent: --quick makes every table, its CSV and its charts, the same again; bad input is told."""

import csv
import json

import test_commands
from test_commands import OK, ROOT, USAGE, synergy

DEPLOY = ROOT / "deploy"
FILES = {"ab-ratios.csv", "abd-runs.csv", "d-smallest.csv", "d-sizing.csv", "e-sharing.csv", "f-deadlines.csv",
         "i-fidelity.csv", "j-optimum.csv", "a-restart-cold.svg", "a-restart.svg", "b-layer.svg", "d-capacitors.svg",
         "e-sharing.svg", "f-deadlines.svg", "j-optimum.svg"}


def bench(*arguments):
    return synergy("bench", "intermittent", "--deploy", DEPLOY, *arguments)


class BenchIntermittent(test_commands.Temporary):
    def files(self, folder):
        return {path.name.removeprefix("bench-intermittent-"): path.read_bytes() for path in folder.iterdir()}

    def test_quick_makes_every_table_and_the_same_bytes_again(self):
        code, out, err = bench("--quick", "--json", "-o", self.folder / "a")
        self.assertEqual(code, OK, err)
        report = json.loads(out)
        for table in ("ratios", "runs", "smallest", "sizing", "sharing", "deadlines", "deadline_means", "fidelity",
                      "distances", "aims"):
            self.assertTrue(report[table], table)
        self.assertEqual({row["figures"] for row in report["runs"]}, {"low", "default", "high"})
        self.assertEqual({row["table"] for row in report["ratios"]}, {"A", "B"})
        for row in report["runs"]:
            self.assertLessEqual(row["inferences"] or 0, row["bound"] or 0)

        made = self.files(self.folder / "a")
        self.assertEqual(set(made), FILES)
        for name, content in made.items():
            if name.endswith(".svg"):
                self.assertTrue(content.startswith(b"<svg"), name)
        rows = list(csv.DictReader(made["abd-runs.csv"].decode().splitlines()))
        self.assertEqual(len(rows), len(report["runs"]))
        self.assertEqual([row["policy"] for row in rows], [row["policy"] for row in report["runs"]])

        code, text, err = bench("--quick", "-o", self.folder / "b")
        self.assertEqual(code, OK, err)
        self.assertEqual(self.files(self.folder / "b"), made)
        for word in ("Geometric mean", "restart-cold", "330 UF", "BOUND", "What was hoped for", "bench-intermittent-*"):
            self.assertIn(word, text)

    def test_only_what_was_asked_for(self):
        code, out, err = bench("--quick", "--table", "E,D", "--model", "simplenet", "--capacitor", "220,470", "--json",
                               "-o", self.folder)
        self.assertEqual(code, OK, err)
        report = json.loads(out)
        self.assertEqual({(row["model"], row["microfarads"]) for row in report["sharing"]},
                         {("simplenet", 220), ("simplenet", 470)})
        self.assertEqual({row["policy"] for row in report["runs"]}, {"adaptive"})
        for table in ("ratios", "deadlines", "fidelity", "distances"):
            self.assertEqual(report[table], [], table)
        self.assertEqual({name.split("-")[0] for name in self.files(self.folder)}, {"abd", "d", "e"})

    def test_csv_is_of_the_first_table_that_was_asked_for(self):
        code, out, err = bench("--quick", "--table", "E", "--model", "kws", "--format", "csv", "-o", self.folder)
        self.assertEqual(code, OK, err)
        self.assertEqual(out.encode(), self.files(self.folder)["e-sharing.csv"])
        rows = list(csv.DictReader(out.splitlines()))
        self.assertEqual([(row["figures"], row["microfarads"]) for row in rows],
                         [(figures, size) for figures in ("low", "default", "high") for size in ("150.0", "330.0")])

    def test_a_recording_of_ones_own(self):
        mine = self.folder / "mine.csv"
        mine.write_text((DEPLOY / "harvest/rf-room-1.csv").read_text().replace("name: rf-room-1", "name: mine"))
        run = ("--quick", "--table", "D", "--model", "convnet5", "--capacitor", "330", "--for", "1m", "--json",
               "--trace", f"rf-room-1,{mine}", "-o", self.folder / "out")
        code, out, err = bench(*run)
        self.assertEqual(code, OK, err)
        rows = json.loads(out)["runs"]
        self.assertEqual([row["trace"] for row in rows], ["rf-room-1", "mine"] * 3)
        self.assertEqual(rows[0]["inferences"], rows[1]["inferences"])
        mine.write_text("t_us,p_nw\n0,many\n")
        code, out, err = bench(*run)
        self.assertEqual((code != OK, out), (True, ""))
        self.assertIn("mine.csv", err)

    def test_what_is_wrong_is_told(self):
        for flags, says in ((("--table", "C"), "--table"), (("--table", ""), "--table"),
                            (("--capacitor", "0"), "--capacitor"), (("--capacitor", "-3"), "--capacitor"),
                            (("--capacitor", "many"), "--capacitor"), (("--for", "0"), "--for"),
                            (("--for", "nan"), "--for")):
            code, out, err = bench("--quick", *flags, "-o", self.folder / "out")
            self.assertEqual((code, out), (USAGE, ""), flags)
            self.assertIn(says, err)
        for flags, says in ((("--model", "nix"), "convnet5"), (("--trace", "nix"), "rf-room-1"),
                            (("--device", "max78000"), "battery")):
            code, out, err = bench("--quick", "--table", "E", *flags, "-o", self.folder / "out")
            self.assertNotEqual(code, OK, flags)
            self.assertEqual(out, "", flags)
            self.assertIn(says, err)
            self.assertFalse((self.folder / "out").exists(), "nothing is written")


if __name__ == "__main__":
    import unittest

    unittest.main()
