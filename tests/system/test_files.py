"""synergy check and synergy new: files that people write, checked and begun."""

import json
import pathlib
import shutil

import test_commands
from test_commands import CONFIG, FAILED, OK, ROOT, USAGE, synergy

DEPLOY = ROOT / "deploy"
BODY = DEPLOY / "bodies/four-78000.yaml"
APP = "app: a\nmodel: digits\nsensing: {needs: camera}\ninteraction: {needs: display}\n"


class Checking(test_commands.Temporary):
    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def test_good_files_are_named_and_end_with_0(self):
        code, out, err = synergy("check", self.write("a.yaml", APP), BODY)
        self.assertEqual((code, err), (OK, ""))
        self.assertIn("a.yaml: ok, app\n", out)
        self.assertIn("four-78000.yaml: ok, body\n", out)
        self.assertIn("max78000.yaml: ok, device\n", out)

    def test_each_error_has_a_line_that_editors_jump_to_and_1_is_the_end(self):
        app = self.write("a.yaml", APP.replace("digits", "digts") + "runs: many\nprio: 3\n")
        code, out, err = synergy("check", app)
        self.assertEqual(code, FAILED)
        self.assertEqual([line.split(": ")[0] for line in out.splitlines()], [f"{app}:2:8", f"{app}:5:7", f"{app}:6:7"])
        self.assertIn("did you mean 'digits'?", out)
        self.assertIn("3 errors in 3 files", err)

    def test_json_tells_the_same(self):
        app = self.write("a.yaml", APP + "runs: many\n")
        code, out, _ = synergy("check", "--json", app)
        self.assertEqual(code, FAILED)
        report = json.loads(out)
        self.assertEqual(report["findings"], [{"file": str(app), "line": 5, "column": 7, "severity": "error",
                                               "text": "runs: expected a whole number, found text; write a whole number"}])
        self.assertEqual(report["files"][0], {"file": str(app), "kind": "app", "findings": 1})

    def test_an_app_is_held_against_a_body(self):
        app = self.write("a.yaml", APP.replace("camera", "ecg") + "at_least_devices: 9\n")
        self.assertEqual(synergy("check", app)[0], OK)
        code, out, _ = synergy("check", app, "--body", BODY)
        self.assertEqual(code, FAILED)
        self.assertIn(":3:10: sensing: 'ecg' is offered by no device of body 'four-78000'", out)
        self.assertIn(":5:19: 'at_least_devices' is 9", out)

    def test_a_model_that_only_another_chip_holds_is_told_of(self):
        app = self.write("a.yaml", APP.replace("digits", "mobilenetv2-0.75"))
        self.assertEqual(synergy("check", app)[0], OK)
        self.assertEqual(synergy("check", app, "--body", DEPLOY / "bodies/mixed-4.yaml")[0], OK)
        code, out, _ = synergy("check", app, "--body", BODY)
        self.assertEqual(code, FAILED)
        self.assertIn(f"{app}:2:8: no device of body 'four-78000' holds it: ", out)

    def test_the_kind_can_be_said(self):
        file = self.write("x.yaml", "name: x\n")
        self.assertIn("say --as KIND", synergy("check", file)[1])
        self.assertIn("'tx_mw' is missing", synergy("check", file, "--as", "link")[1])
        code, _, err = synergy("check", file, "--as", "lnk")
        self.assertEqual(code, CONFIG)
        self.assertIn("did you mean 'link'?", err)

    def test_a_deploy_folder_of_ones_own_is_found_by_its_files_or_named(self):
        own = pathlib.Path(shutil.copytree(DEPLOY / "devices", self.folder / "own/devices")).parent
        (own / "apps").mkdir()
        app = self.write("own/apps/a.yaml", APP)
        self.assertIn("unknown model 'digits'", synergy("check", app)[1])
        self.assertEqual(synergy("check", app, "--deploy", DEPLOY)[0], OK)


class New(test_commands.Temporary):
    def setUp(self):
        super().setUp()
        self.own = self.folder / "deploy"
        for part in ("devices", "links", "schemas", "models/digits"):
            shutil.copytree(DEPLOY / part, self.own / part)

    def new(self, kind, name, *more):
        code, out, err = synergy("new", kind, name, "--deploy", self.own, *more)
        self.assertEqual((code, err), (OK, ""))
        return pathlib.Path(out.strip())

    def solve(self, *arguments):
        code, out, err = synergy("solve", "--deploy", self.own, *arguments)
        self.assertEqual(code, OK, err)
        return out

    def test_each_passes_check_and_stands_where_others_find_it(self):
        for kind, folder in (("app", "apps"), ("body", "bodies"), ("device", "devices"), ("link", "links")):
            file = self.new(kind, "mine")
            self.assertEqual(file, self.own / folder / "mine.yaml")
            code, out, _ = synergy("check", file)
            self.assertEqual(code, OK, out)
            self.assertIn(f"mine.yaml: ok, {kind}\n", out)

    def test_an_app_on_a_body_is_planned_and_runs_in_virtual_time(self):
        app, body = self.new("app", "mine"), self.new("body", "me")
        self.assertIn("mine", self.solve("--body", body, "--app", app))
        day = self.folder / "day.yaml"
        day.write_text(f"- {{at_s: 0, submit: {app}}}\n- {{until_s: 2}}\n")
        code, out, err = synergy("simulate", "--deploy", self.own, "--body", body, "--events", day, "--json")
        self.assertEqual(code, OK, err)
        self.assertIn('"mine"', out)

    def test_a_device_and_a_link_are_used_by_a_body_at_once(self):
        self.new("device", "own-chip")
        self.new("link", "own-link")
        body = self.new("body", "me")
        text = body.read_text()
        body.write_text(text.replace("profile: max78000", "profile: own-chip").replace("link: ble-2m", "link: own-link"))
        self.assertNotEqual(body.read_text(), text)
        self.assertEqual(synergy("check", body)[0], OK)
        self.assertIn("own-link", self.solve("--body", body, "--app", self.new("app", "mine")))

    def test_what_is_commented_out_can_be_taken_in(self):
        for kind in ("app", "body"):
            file = self.new(kind, "mine")
            text = file.read_text()
            taken_in = "".join(line[1:] if line.startswith("#") and line[1:2].isalpha() else line
                               for line in text.splitlines(keepends=True))
            self.assertNotEqual(taken_in, text)
            file.write_text(taken_in)
            code, out, _ = synergy("check", file)
            self.assertEqual(code, OK, out)

    def test_every_field_is_explained_with_unit_and_default(self):
        text = self.new("app", "mine").read_text()
        schema = json.loads((DEPLOY / "schemas/app.schema.json").read_text())
        for field in schema["properties"]:
            self.assertRegex(text, rf"(?m)^# {field}: .+$")
        self.assertRegex(text, r"(?m)^# rate: .*runs per second")
        self.assertIn("default 0", text)
        self.assertIn("free (default)", text)
        device = self.new("device", "mine").read_text()
        self.assertRegex(device, r"(?m)^# battery_mwh: battery capacity, at least 0.001; ")
        for block, figure in (("harvest", "cold_start_below_v"), ("store", "capacitance_uf"), ("checkpoint", "boot_us")):
            self.assertRegex(device, rf"(?m)^# {block}: of a device without a battery: ")
            self.assertRegex(device, rf"(?m)^#   {figure}: .+")
            self.assertRegex(device, rf"(?m)^#{block}: *$")
        self.assertTrue(all(len(line) <= 100 for line in text.splitlines() if line.startswith("# ")))

    def test_the_schema_is_named_as_seen_from_the_file(self):
        self.assertTrue(self.new("app", "mine").read_text().startswith(
            "# yaml-language-server: $schema=../schemas/app.schema.json\n"))
        deep = self.new("app", "mine", "--out", self.folder / "a/b/mine.yaml")
        self.assertTrue(deep.read_text().startswith(
            "# yaml-language-server: $schema=../../deploy/schemas/app.schema.json\n"))

    def test_nothing_is_overwritten(self):
        file = self.new("app", "mine")
        file.write_text("precious")
        code, _, err = synergy("new", "app", "mine", "--deploy", self.own)
        self.assertEqual(code, FAILED)
        self.assertIn("is there already", err)
        self.assertEqual(file.read_text(), "precious")

    def test_it_is_printed_where_asked(self):
        code, out, _ = synergy("new", "link", "mine", "--deploy", self.own, "--out", "-")
        self.assertEqual(code, OK)
        self.assertIn("\nname: mine\n", out)
        self.assertFalse((self.own / "links/mine.yaml").exists())

    def test_bad_names_kinds_and_folders_are_refused(self):
        for arguments, code, needle in ((("app", "a/b"), CONFIG, "'a/b' can not be a name"),
                                        (("model", "m"), USAGE, "app"),
                                        (("app", "a", "--deploy", self.folder), CONFIG, "models"),
                                        (("app", "a", "--out", "/proc/none/a.yaml"), 4, "--out FILE")):
            done = synergy("new", "--deploy", self.own, *arguments) if "--deploy" not in arguments else synergy("new", *arguments)
            self.assertEqual(done[0], code, done)
            self.assertIn(needle, done[2])


if __name__ == "__main__":
    import unittest
    unittest.main()
