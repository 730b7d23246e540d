"""synergy intermittent: recordings, plans and capacitors of devices without a battery; and every way to ask wrongly."""

import csv
import io
import json

import test_commands
from test_commands import CONFIG, FAILED, OK, ROOT, USAGE, synergy

DEPLOY = ROOT / "deploy"
DEVICE = DEPLOY / "devices/max78000-harvested.yaml"
HEAD = "# kind: harvester_output_power\n# duration_us: 1000000\nt_us,p_nw\n"


class Intermittent(test_commands.Temporary):
    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def device(self, name="mine.yaml", **figures):
        """The committed device on another recording or with other figures of its blocks."""
        text = DEVICE.read_text()
        for figure, value in figures.items():
            if figure == "trace":
                text = text.replace("trace: wrist-office-1", f"trace: {value}")
                continue
            begin = text.index(f"  {figure}: {{value: ") + len(f"  {figure}: {{value: ")
            text = text[:begin] + str(value) + text[text.index(",", begin):]
        return self.write(name, text)

    def refused(self, *args, code=None):
        found, out, err = synergy("intermittent", *args)
        self.assertNotIn(found, (OK,), out)
        if code is not None:
            self.assertEqual(found, code, err)
        self.assertEqual(out, "")
        return err


class Traces(Intermittent):
    def test_those_of_deploy_are_listed(self):
        code, out, _ = synergy("intermittent", "traces", "--json")
        self.assertEqual(code, OK)
        traces = {trace["name"]: trace for trace in json.loads(out)["traces"]}
        self.assertEqual(sorted(traces), sorted(path.stem for path in (DEPLOY / "harvest").glob("*.csv")))
        room = traces["rf-room-1"]
        self.assertEqual(room["duration_s"], 300)
        self.assertAlmostEqual(room["mean_uw"], 248.8, 1)
        self.assertLessEqual(room["p20_uw"], room["median_uw"])
        self.assertLessEqual(room["median_uw"], room["p80_uw"])
        self.assertGreater(room["longest_gap_s"], 0)

    def test_every_format_tells_the_same(self):
        rows = list(csv.DictReader(io.StringIO(synergy("intermittent", "traces", "--format", "csv")[1])))
        told = json.loads(synergy("intermittent", "traces", "--json")[1])["traces"]
        self.assertEqual([float(row["mean_uw"]) for row in rows], [trace["mean_uw"] for trace in told])
        self.assertIn("name: rf-room-1", synergy("intermittent", "traces", "--format", "yaml")[1])
        self.assertIn("LONGEST GAP", synergy("intermittent", "traces")[1])

    def test_one_is_made_again_from_its_seed(self):
        file = self.folder / "made.csv"
        code, out, err = synergy("intermittent", "traces", "--family", "rf-room", "--seed", "1", "-o", file)
        self.assertEqual((code, out, err), (OK, "", ""))
        self.assertEqual(file.read_text(), (DEPLOY / "harvest/rf-room-1.csv").read_text())
        other = synergy("intermittent", "traces", "--family", "rf-room", "--seed", "2")[1]
        self.assertIn("# name: rf-room-2\n", other)
        self.assertNotEqual(other, file.read_text())
        code, out, _ = synergy("intermittent", "traces", file, "--below", "25", "--json")
        self.assertEqual(code, OK)
        self.assertEqual(json.loads(out)["traces"][0]["gap_below_uw"], 25)

    def test_a_file_that_is_wrong_is_told_with_its_line(self):
        for rows, line in (("", 3), ("0,-1\n", 4), ("0,5\n9,5\n8,5\n", 6), ("0,ten\n", 4), ("5,1\n", 4)):
            file = self.write("t.csv", HEAD + rows)
            err = self.refused("traces", file, code=CONFIG)
            self.assertRegex(err, rf"t\.csv(:{line}:|: )", rows)
        self.assertIn("t.csv", self.refused("traces", self.write("t.csv", "")))

    def test_a_gigabyte_is_refused_before_it_is_read(self):
        file = self.folder / "huge.csv"
        with file.open("wb") as out:
            out.truncate(1 << 30)
        self.assertIn("huge.csv", self.refused("traces", file))

    def test_names_are_corrected(self):
        self.assertIn("did you mean 'rf-room-1'?", self.refused("traces", "rf-rom-1"))
        self.assertIn("office-wall", self.refused("traces", "--family", "office", code=USAGE))
        self.refused("traces", "--seed", "3", code=USAGE)
        self.refused("traces", "rf-room-1", "--family", "rf-room", code=USAGE)
        self.refused("traces", "--below", "-1", code=USAGE)


class Solving(Intermittent):
    def solve(self, *args):
        code, out, err = synergy("intermittent", "solve", "--json", *args)
        self.assertEqual(code, OK, err)
        return json.loads(out)

    def test_every_policy_covers_the_model_and_stays_above_the_bound(self):
        energies = {}
        for policy in ("once", "sequence", "batch"):
            report = self.solve("--model", "kws", "--device", DEVICE, "--policy", policy)
            self.assertEqual(report["policy"], policy)
            self.assertGreaterEqual(report["energy_uj_per_inference"], report["bound_uj"] * (1 - 1e-9))
            for segment in report["segments"]:
                self.assertLessEqual(segment["power_cycle_uj"], report["capacity_uj"])
            layers = {layer for segment in report["segments"]
                      for layer in range(segment["first_layer"], segment["last_layer"] + 1)}
            self.assertEqual(layers, set(range(9)))
            energies[policy] = report["energy_uj_per_inference"]
        self.assertLess(energies["batch"], energies["once"])
        self.assertLessEqual(energies["sequence"], energies["once"])

    def test_a_limit_of_inputs_holds_and_a_front_has_several(self):
        report = self.solve("--model", "kws", "--device", "max78000-harvested", "--most-inputs", "2", "--front")
        self.assertTrue(all(segment["inputs"] <= 2 for segment in report["segments"]))
        self.assertGreater(len(report["front"]), 1)
        self.assertIn("--policy batch", self.refused("solve", "--model", "kws", "--device", DEVICE, "--policy", "once", "--front"))
        self.refused("solve", "--model", "kws", "--device", DEVICE, "--most-inputs", "0", code=CONFIG)

    def test_the_outcome_goes_into_a_file(self):
        file = self.folder / "plan.yaml"
        code, out, err = synergy("intermittent", "solve", "--model", "kws", "--device", DEVICE, "--format", "yaml", "-o", file)
        self.assertEqual((code, out, err), (OK, "", ""))
        self.assertIn("bound_uj: ", file.read_text())

    def test_a_network_that_never_ends_is_told_with_layer_joules_and_capacitor(self):
        err = self.refused("solve", "--model", "unet", "--device", DEVICE)
        self.assertRegex(err, r"model 'unet': no inference would ever end: layers? \d+ '.+' needs? [\d.]+ uJ in one power cycle, "
                              r"and 330\.0 uF give [\d.]+ uJ; the smallest capacitor that would do has [\d.]+ uF")
        smallest = err.rsplit(" has ", 1)[1].split()[0]
        report = self.solve("--model", "unet", "--device", DEVICE, "--capacitor", smallest, "--policy", "once")
        self.assertEqual(report["smallest_capacitor_uf"], float(smallest))

    def test_a_harvest_below_leakage_for_ever_is_told(self):
        dim = self.write("dim.csv", HEAD + "0,72000\n")
        device = self.device(trace="dim.csv", capacitance_uf=4700)
        self.assertRegex(self.refused("solve", "--model", "kws", "--device", device),
                         r"no progress: it never wakes at 3\.15 V, where it leaks 238 uW .* the harvest gives 6\d(\.\d)? uW")

    def test_capacitors_that_there_are_not_are_refused(self):
        for wrong in ("0", "-5", "1000001", "nan"):
            err = self.refused("solve", "--model", "kws", "--device", DEVICE, "--capacitor", wrong)
            self.assertTrue("'capacitance_uf' must be from 0.001 to 1000000" in err or "--capacitor" in err, err)
        # 1 F is allowed; what leaks of it no wearable harvests.
        self.assertIn("no progress: ", self.refused("solve", "--model", "kws", "--device", DEVICE, "--capacitor", "1000000"))

    def test_a_device_file_that_is_wrong_is_told_with_its_line(self):
        for figures, told in (({"on_v": 1.9}, "'on_v' must be above 'off_v'"), ({"max_v": 3}, "'max_v' must be at least 'on_v'"),
                              ({"capacitance_uf": 0}, "'capacitance_uf' must be from"), ({"margin": 0}, "'margin' must be above 0"),
                              ({"boot_us": 0}, "'boot_us' must be at least"), ({"esr_ohm": 1000}, "series resistance")):
            err = self.refused("solve", "--model", "kws", "--device", self.device(**figures))
            self.assertIn(told, err)
            if "esr_ohm" not in figures:
                self.assertRegex(err, r"mine\.yaml:\d+:\d+: ")
        self.assertIn("has a battery", self.refused("solve", "--model", "kws", "--device", "max78000"))
        self.assertIn("mine.yaml", self.refused("solve", "--model", "kws", "--device", self.device(trace="none.csv")))

    def test_bodies_have_no_such_device(self):
        body = self.write("b.yaml", "name: b\nlink: ideal\ndevices:\n  - {id: a, profile: max78000-harvested}\n")
        told = "profile 'max78000-harvested' has no battery, and a mesh can not use"
        code, out, _ = synergy("check", body)
        self.assertEqual(code, FAILED)
        self.assertRegex(out, rf"b\.yaml:4:22: {told}")
        code, _, err = synergy("solve", "--body", body, "--app", DEPLOY / "apps/digits.yaml")
        self.assertNotEqual(code, OK)
        self.assertIn(f"device 'a': {told}", err)


class Sizing(Intermittent):
    def test_the_smallest_capacitors_and_the_best(self):
        code, out, err = synergy("intermittent", "size", "--model", "kws", "--device", DEVICE, "--json")
        self.assertEqual(code, OK, err)
        report = json.loads(out)
        sizes = {size["cut"]: size["smallest_uf"] for size in report["sizes"]}
        self.assertLessEqual(sizes["best"], min(sizes["whole"], sizes["layer"]))
        rates = [line["inferences_per_hour"] or 0 for line in report["sweep"]]
        self.assertEqual(report["best"]["inferences_per_hour"], max(rates))
        rows = list(csv.DictReader(io.StringIO(synergy("intermittent", "size", "--model", "kws", "--device", DEVICE, "--format", "csv")[1])))
        self.assertEqual(len(rows), len(report["sweep"]))
        self.assertEqual(rows[0]["policy"], "once")

    def test_a_harvest_of_nothing_has_no_best(self):
        dark = self.write("dark.csv", HEAD + "0,0\n")
        code, out, _ = synergy("intermittent", "size", "--model", "kws", "--device", DEVICE, "--trace", dark, "--up-to", "470")
        self.assertEqual(code, OK)
        self.assertIn("no progress: at none of these sizes", out)
