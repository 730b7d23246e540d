"""What every command has: forms for programs, --watch, colours, --trace, descriptions, and help with a misspelt name."""

import csv
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
import unittest

import mesh as m

TIME = re.compile(r"^--- \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", re.M)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


class Terminal:
    """A command with a terminal of its own as its output; `seen` is what it wrote there."""

    def __init__(self, mesh, *arguments, **environment):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen([m.BIN / "synergy", *arguments], stdin=slave, stdout=slave, stderr=subprocess.PIPE,
                                        env={**mesh.environment, "TERM": "xterm", **environment}, start_new_session=True)
        os.close(slave)
        self.seen = ""

    def read_until(self, enough):
        end = time.monotonic() + m.PATIENCE_S
        while not enough(self.seen):
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"waited in vain; the terminal shows {self.seen!r}")
            try:
                data = os.read(self.master, 65536)
            except OSError:  # the other end is closed
                data = b""
            if not data:
                raise AssertionError(f"the command ended; the terminal shows {self.seen!r}")
            self.seen += data.decode()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.master)


class Everyday(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mesh = m.Mesh()
        cls.addClassCleanup(cls.mesh.__exit__)
        cls.mesh.up()
        cls.mesh.cli("submit", str(m.digits_app(cls.mesh.folder, runs=20)))
        cls.mesh.cli("results", "digits", "--wait")
        cls.mesh.cli("submit", str(m.digits_app(cls.mesh.folder, app="steady", runs=0)), "--rate", "2")
        cls.mesh.cli("submit", str(m.digits_app(cls.mesh.folder, app="blind", runs=0, sensing="{needs: camera, on: ring}")), check=False)

    def terminal(self, *arguments, **environment):
        terminal = Terminal(self.mesh, *arguments, **environment)
        self.addCleanup(terminal.close)
        return terminal

    def test_csv_has_the_same_things_and_numbers_as_json(self):
        devices = self.mesh.json("devices")["devices"]
        self.assertEqual([row["device"] for row in rows(self.mesh.cli("devices", "--format", "csv").stdout)],
                         [device["id"] for device in devices])
        plans = self.mesh.json("history")["plans"]
        self.assertTrue(plans)
        for row, plan in zip(rows(self.mesh.cli("history", "--format", "csv").stdout), plans, strict=True):
            self.assertEqual(row["id"], str(plan["id"]))
            self.assertEqual(row["energy_uj"], json.dumps(plan["energy_uj"]))
            self.assertEqual(json.loads(row["placements"]), plan["placements"])
        apps = self.mesh.json("apps")["apps"]
        table = rows(self.mesh.cli("apps", "--format", "csv").stdout)
        self.assertEqual([row["app"] for row in table], [app["request"]["app"] for app in apps])
        for row, app in zip(table, apps, strict=True):
            if row["app"] != "steady":  # which runs meanwhile
                self.assertEqual([row["completed"], row["failed"]], [str(app["completed"]), str(app["failed"])])
        report = self.mesh.json("results", "digits")
        table = rows(self.mesh.cli("results", "digits", "--format", "csv").stdout)
        self.assertEqual([(row["plan_id"], row["completed"]) for row in table],
                         [(str(plan["plan_id"]), str(plan["completed"])) for plan in report["plans"]])

    def test_yaml_says_what_json_says_to_a_reader_of_yaml(self):
        explained = []
        for form in ("json", "yaml"):
            plan = m.write(self.mesh.folder, f"plan.{form}", self.mesh.cli("plan", "--format", form).stdout)
            explained.append(self.mesh.json("explain", str(plan)))
        self.assertEqual(explained[0], explained[1])
        self.assertIn("steady", json.dumps(explained[0]))
        self.assertFalse((self.mesh.folder / "plan.yaml").read_text().startswith("{"))

    def test_the_forms_exclude_each_other_and_are_named_where_one_is_misspelt(self):
        self.assertEqual(self.mesh.cli("apps", "--json", "--format", "csv", check=False).returncode, 2)
        done = self.mesh.cli("apps", "--format", "xml", check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("yaml", done.stderr)

    def test_an_app_and_a_device_are_described(self):
        made = self.mesh.json("apps", "describe", "digits")
        self.assertEqual(made["state"], "finished")
        self.assertEqual([run["run"] for run in made["runs"]], [15, 16, 17, 18, 19])
        self.assertTrue(any("digits" in event["subject"] + event["text"] for event in made["events"]), made["events"])
        text = self.mesh.cli("app", "describe", "digits").stdout
        self.assertRegex(text, r"(?m)^state: +finished")
        self.assertIn("20 completed, 0 failed", text)
        device = self.mesh.json("devices", "describe", "glasses")
        self.assertTrue(device["present"])
        self.assertEqual(device["device"]["id"], "glasses")
        self.assertRegex(self.mesh.cli("devices", "describe", "glasses").stdout, r"(?m)^senses: +camera")

    def test_a_misspelt_name_is_told_with_the_names_that_are_like_it(self):
        for arguments, code, says in ((("aps",), 2, "unknown command 'aps'; did you mean 'apps'?"),
                                      (("apps", "descibe", "digits"), 2, "unknown command 'descibe'; did you mean 'describe'?"),
                                      (("results", "digits", "--folow"), 2, "unknown option '--folow'; did you mean '--follow'?"),
                                      (("results", "digit"), 1, "unknown app 'digit'; did you mean 'digits'?"),
                                      (("stop", "digist"), 1, "unknown app 'digist'; did you mean 'digits'?"),
                                      (("apps", "describe", "digist"), 1, "unknown app 'digist'; did you mean 'digits'?"),
                                      (("device", "describe", "glases"), 1, "unknown device 'glases'; did you mean 'glasses'?"),
                                      (("body", "battery", "wach", "50"), 1, "unknown device 'wach'; did you mean 'watch'?"),
                                      (("model", "show", "digts"), 3, "unknown model 'digts'; did you mean 'digits'?")):
            with self.subTest(arguments=arguments):
                done = self.mesh.cli(*arguments, check=False)
                self.assertIn(says, done.stderr)
                self.assertNotEqual(done.returncode, 0)
                if code == 2:
                    self.assertEqual(done.returncode, code)

    def test_both_names_of_a_command_do_the_same(self):
        self.assertEqual(self.mesh.json("store", "export", "plans"), self.mesh.json("export", "plans"))
        self.assertEqual(self.mesh.json("plan", "history"), self.mesh.json("history"))

    def watched(self, *arguments):
        process = subprocess.Popen([m.BIN / "synergy", *arguments], env=self.mesh.environment, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close(), process.stderr.close()))
        return process

    def test_watch_tells_the_time_before_each_look_and_ends_well(self):
        process = self.watched("apps", "--watch", "0.1")
        text = ""
        while len(TIME.findall(text)) < 3:
            text += process.stdout.readline()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(m.PATIENCE_S), 0, process.stderr.read())
        self.assertNotIn("\x1b", text)
        self.assertGreaterEqual(text.count("digits"), 2)

    def test_watch_for_programs_is_a_line_of_json_or_csv_each(self):
        process = self.watched("devices", "--watch", "0.1", "--json")
        looks = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(m.PATIENCE_S), 0)
        self.assertEqual([len(look["devices"]) for look in looks], [4, 4])
        process = self.watched("devices", "--watch", "0.1", "--format", "csv")
        lines = [process.stdout.readline() for _ in range(9)]
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(m.PATIENCE_S), 0)
        self.assertEqual([line.split(",")[0] for line in lines], ["device", *2 * [d["id"] for d in looks[0]["devices"]]])

    def test_watch_on_a_terminal_draws_anew_and_gives_the_screen_back(self):
        terminal = self.terminal("services", "--watch=0.1")
        terminal.read_until(lambda seen: seen.count("\x1b[H") >= 3)
        terminal.process.send_signal(signal.SIGINT)
        terminal.read_until(lambda seen: "\x1b[?1049l" in seen)
        self.assertEqual(terminal.process.wait(m.PATIENCE_S), 0)
        self.assertTrue(terminal.seen.startswith("\x1b[?1049h"), terminal.seen[:40])
        self.assertIn("Ctrl-C ends it", terminal.seen)
        self.assertIn("dispatcher", terminal.seen)

    def test_watch_of_what_can_not_be_shown_fails_at_once(self):
        done = self.mesh.cli("results", "nobody", "--watch", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("unknown app 'nobody'", done.stderr)

    def test_watch_neither_changes_anything_nor_waits(self):
        for arguments in (("plan", "--watch", "--unpin"), ("plan", "--watch", "--pin", "placement.yaml"),
                          ("results", "digits", "--watch", "--follow"), ("results", "digits", "--watch", "--wait")):
            with self.subTest(arguments=arguments):
                done = self.mesh.cli(*arguments, check=False)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn("--watch", done.stderr)

    def test_colours_are_for_terminals_and_no_color_turns_them_off(self):
        red = "\x1b[31mrejected\x1b[0m"
        self.assertIn("rejected", self.mesh.cli("apps").stdout)
        self.assertNotIn("\x1b", self.mesh.cli("apps").stdout)
        for environment, is_coloured in (({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
            with self.subTest(environment=environment):
                terminal = self.terminal("apps", **environment)
                terminal.process.wait(m.PATIENCE_S)  # then all that it wrote is there at once
                terminal.read_until(lambda seen: "rejected" in seen)
                self.assertEqual(red in terminal.seen, is_coloured, terminal.seen)

    def test_trace_shows_the_messages_behind_a_command(self):
        done = self.mesh.cli("stop", "nobody", "--trace", check=False)
        lines = done.stderr.splitlines()
        sent = [line for line in lines if " -> cmd/dispatcher app.stop " in line]
        self.assertTrue(sent, done.stderr)
        self.assertRegex(sent[0], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} -> cmd/dispatcher app\.stop \d+ bytes \{\"app\":\"nobody\"\}$")
        self.assertTrue(any(re.search(r" <- @cli-\S+ failure \d+ bytes from dispatcher \{", line) for line in lines), done.stderr)
        self.assertNotIn(" -> ", self.mesh.cli("stop", "nobody", check=False).stderr)


if __name__ == "__main__":
    unittest.main()
