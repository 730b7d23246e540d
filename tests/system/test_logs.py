"""`mesh logs` over the logs of real processes: their form, by time, followed through kill -9 and turned files."""

import collections
import json
import os
import re
import signal
import subprocess
import tempfile
import unittest

import mesh as m

LINE = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info |warn |error) [^ ]+ [a-z][a-z0-9_.]*'
                  r'( [a-z][a-z0-9_.]*=("([^"\\]|\\.)*"|[^ "=\\]+))*')


class Follower:
    """`mesh logs -f --json` of one process beside the test; what it printed is read as it comes."""

    def __init__(self, mesh, process):
        self.file = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([m.ROOT / "deploy/mesh", "logs", "-f", "--json", "--tail", "0", process], env=mesh.environment,
                                        stdin=subprocess.DEVNULL, stdout=self.file, stderr=subprocess.STDOUT)
        self.lines, self.cut, self.place = [], b"", 0
        log = mesh.run_dir / "logs" / f"{process.replace('/', '-')}.log"

        def follows():  # lines of before it began are not shown
            with open(log, "a", encoding="ascii") as file:
                file.write("does it follow?\n")
            return self.read()
        mesh.wait_for(follows, "the follower to begin")

    def read(self):
        more = os.pread(self.file.fileno(), 1 << 27, self.place)
        self.place += len(more)
        *whole, self.cut = (self.cut + more).split(b"\n")
        self.lines += [json.loads(line) for line in whole]
        return self.lines

    def events(self, service):
        return [line["event"] for line in self.read() if line["service"] == service and "event" in line]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.file.close()


class Logs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mesh = m.Mesh()
        cls.mesh.__enter__()
        cls.addClassCleanup(cls.mesh.__exit__)

    def lines(self, *arguments):
        return [json.loads(line) for line in self.mesh.cli("logs", "--json", *arguments).stdout.splitlines()]

    def test_every_line_of_every_process_can_be_read_by_a_machine(self):
        app = m.digits_app(self.mesh.folder, runs=5)
        self.mesh.cli("submit", app)
        self.mesh.cli("results", "digits", "--wait")
        self.mesh.cli("body", "link", "ideal")
        self.mesh.cli("body", "battery", "ring", "40")
        changes = [line["fields"] for line in self.lines("monitor") if line["event"] == "body_changed"]
        self.assertEqual(changes, [{"link": "ideal"}, {"device": "ring", "battery_percent": 40}])
        self.mesh.cli("explain", "9999", check=False)
        self.mesh.kill("planner")
        self.mesh.wait_for(lambda: self.mesh.pid("planner"), "the planner to be back")
        self.mesh.script("leave", "ring")
        self.mesh.script("join", "ring")
        self.mesh.wait_for(lambda: self.mesh.pid("executor/ring"), "the ring to be back")
        files = [f for f in sorted((self.mesh.run_dir / "logs").glob("*.log*")) if not f.name.startswith("supervisord")]
        self.assertEqual(len(files), 14)
        for file in files:
            for line in file.read_text().replace("does it follow?\n", "").splitlines():
                self.assertRegex(line, f"^{LINE.pattern}$", file.name)
        text = [line for line in self.mesh.script("logs").stdout.splitlines() if not line.endswith("| does it follow?")]
        for line in text:
            self.assertRegex(line, f"^{LINE.pattern}$")
        self.assertEqual([line[:24] for line in text], sorted(line[:24] for line in text), "by time")
        services = {line["service"] for line in self.lines()}
        self.assertLessEqual({"broker", "store", "executor/ring", "accelerator/watch", "supervisord"}, services)
        self.assertIn("spawned", [line["event"] for line in self.lines("--service", "supervisord")])

    def test_one_request_is_found_in_all_processes_that_worked_for_it(self):
        app = m.digits_app(self.mesh.folder, app="traced", runs=5)
        self.mesh.cli("submit", app)
        submitted = [line for line in self.lines("dispatcher") if line["event"] == "submit" and line["fields"]["app"] == "traced"]
        self.assertEqual(len(submitted), 1)
        events = collections.defaultdict(list)
        for line in self.lines():
            if line.get("request") == submitted[0]["request"]:
                events[line["service"]].append(line["event"])
        self.assertIn("plan_made", events["planner"])
        self.assertIn("deployed", events["dispatcher"])
        self.assertTrue(any("deployed" in found for service, found in events.items() if service.startswith("executor/")), events)

    def test_a_killed_process_goes_on_appearing_to_who_follows(self):
        follower = Follower(self.mesh, "executor/watch")
        self.addCleanup(follower.end)
        for life in range(1, 4):
            self.mesh.kill("executor/watch")
            self.mesh.wait_for(lambda: follower.events("executor/watch").count("ready") == life, f"life {life}")
        self.assertEqual(follower.events("executor/watch").count("start"), 3)
        self.assertEqual({line["service"] for line in follower.read()}, {"executor/watch"}, "and nobody else's lines")

    def test_words_of_a_crash_are_shown_as_they_are_under_their_process(self):
        with open(self.mesh.run_dir / "logs/executor-ring.log", "a", encoding="ascii") as file:
            file.write("==7==ERROR: AddressSanitizer: heap-use-after-free\n\t#0 0x55 in f()\n")
        shown = self.mesh.script("logs", "--level", "error", "executor").stdout
        self.assertIn("executor/ring | ==7==ERROR: AddressSanitizer: heap-use-after-free\nexecutor/ring | \t#0 0x55 in f()\n", shown)
        found = [line for line in self.lines("ring") if "==7==" in line.get("text", "")]
        self.assertEqual(found[0]["text"], "==7==ERROR: AddressSanitizer: heap-use-after-free")
        self.assertEqual(found[0]["service"], "executor/ring")

    def test_lines_are_chosen_by_time_number_and_level(self):
        everything = self.lines()
        self.assertEqual(self.lines("--tail", "3"), everything[-3:] if self.lines() == everything else self.lines()[-3:])
        middle = everything[len(everything) // 2]["time"]
        for line in self.lines("--since", middle):
            self.assertGreaterEqual(line["time"], middle)
        early = self.lines("--until", middle)
        self.assertTrue(early)
        for line in early:
            self.assertLess(line["time"], middle)
        self.assertEqual(self.lines("--since", "2h", "--until", "1h"), [])
        for line in self.lines("--level", "warn"):
            self.assertIn(line.get("level", "error"), ("warn", "error"))

    def test_what_can_not_be_meant_is_refused_with_what_can(self):
        for arguments, code, says in ((["--since", "soon"], 2, "how long ago"), (["--level", "loud"], 2, "warn"),
                                      (["executor/rin"], 3, "did you mean 'executor/ring'"), (["--tail", "-1"], 2, "number"),
                                      (["--since", "1h", "--until", "2h"], 3, "not later"), (["--nosuch"], 2, "nosuch")):
            done = self.mesh.script("logs", *arguments, check=False)
            self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}")
            self.assertIn(says, done.stdout)

    def test_a_reader_that_has_enough_ends_it(self):
        done = subprocess.run(["bash", "-c", f"{m.ROOT}/deploy/mesh logs -f | head -n 2"], env=self.mesh.environment,
                              text=True, timeout=m.PATIENCE_S, stdout=subprocess.PIPE, check=True)
        self.assertEqual(len(done.stdout.splitlines()), 2)


class Lives(m.MeshTest):
    def test_a_follower_goes_on_with_the_next_life_and_since_looks_back(self):
        self.mesh.up()
        follower = Follower(self.mesh, "broker")
        self.addCleanup(follower.end)
        self.mesh.script("down")
        self.mesh.up()
        self.mesh.wait_for(lambda: "ready" in follower.events("broker"), "the broker's second life")
        self.assertEqual(follower.events("broker"), ["signal", "stop", "start", "ready"])
        now = self.mesh.script("logs", "broker").stdout
        self.assertEqual(now.count(" broker start "), 1)
        self.assertEqual(self.mesh.script("logs", "--since", "1h", "broker").stdout.count(" broker start "), 2)

    def test_a_file_that_supervisord_turns_is_followed(self):
        self.mesh.up()
        follower = Follower(self.mesh, "planner")
        self.addCleanup(follower.end)
        words = "words of somebody " * 50
        with open(self.mesh.run_dir / "logs/planner.log", "a", encoding="ascii") as file:
            file.write(f"{words}\n" * 6000)  # more than a file may have
        self.mesh.kill("planner")
        self.mesh.wait_for(lambda: list(self.mesh.run_dir.glob("logs/planner.log.*")), "the file to be turned")
        self.mesh.wait_for(lambda: follower.events("planner").count("ready") == 1, "the planner's second life")
        self.mesh.kill("planner")
        self.mesh.wait_for(lambda: follower.events("planner").count("ready") == 2, "the planner's lines behind it")
        self.assertEqual(sum(line.get("text") == words for line in follower.read()), 6000)

    def test_without_a_mesh_it_says_so(self):
        self.refused("logs", says=["no mesh has run in", "deploy/mesh up"])


if __name__ == "__main__":
    unittest.main()
