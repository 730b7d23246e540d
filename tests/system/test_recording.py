"""record and replay: a mesh's traffic in a file, its plans made again, and the file played to another bus."""

import json
import pathlib
import signal
import subprocess
import tempfile
import unittest

import mesh as m
from test_commands import CONFIG, FAILED, OK, USAGE, synergy

ENVIRONMENT, NO_MESH = 4, 6


class Recorder:
    """`synergy record` in the background: taps are in force when this is made, and it is ended as by Ctrl-C."""

    def __init__(self, mesh, *arguments):
        self.process = subprocess.Popen([m.BIN / "synergy", "record", *map(str, arguments)], env=mesh.environment, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.first = self.process.stderr.readline()

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        out, error = self.process.communicate(timeout=m.PATIENCE_S)
        return self.process.returncode, out, error


def topics(info):
    return {line["topic"]: line for line in info["topics"]}


class Recording(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """One recording, of a mesh that accepts two apps and refuses one, for the tests that only read it."""
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="recording-"))
        cls.addClassCleanup(lambda: subprocess.run(["rm", "-rf", cls.folder], check=True))
        cls.mesh = m.Mesh()
        cls.addClassCleanup(cls.mesh.__exit__)
        cls.mesh.up()
        cls.file = cls.folder / "mesh.rec"
        recorder = Recorder(cls.mesh, "-o", cls.file, "--json")
        assert "recording to" in recorder.first, recorder.first
        cls.mesh.json("submit", str(m.digits_app(cls.folder, "digits", runs=10)), "--follow")
        cls.mesh.cli("submit", str(m.digits_app(cls.folder, "endless", runs=0, at_least=1)))
        assert cls.mesh.cli("submit", str(m.digits_app(cls.folder, "toomany", at_least=9)), check=False).returncode == FAILED
        cls.mesh.cli("stop", "endless")
        cls.code, out, cls.error = recorder.end()
        cls.recorded = json.loads(out)

    def plans(self, *arguments):
        code, out, error = synergy("replay", self.file, "--plans", "--json", *arguments)
        return code, json.loads(out), error

    def test_ctrl_c_ends_a_recording_in_order(self):
        self.assertEqual((self.code, self.error), (OK, ""))
        self.assertEqual(self.recorded["file_bytes"], self.file.stat().st_size)
        self.assertEqual((self.recorded["end"]["reason"], self.recorded["end"]["gaps"]), ("signal", 0))

    def test_everything_that_travelled_is_in_it(self):
        code, out, error = synergy("replay", self.file, "--info", "--json")
        self.assertEqual((code, error), (OK, ""))
        info = json.loads(out)
        self.assertEqual(info["body"], self.mesh.json("devices")["name"])
        self.assertEqual(info["packets"], self.recorded["end"]["packets"])
        self.assertEqual(info["end"], self.recorded["end"])
        self.assertLessEqual({"state/body", "state/broker", "state/plan", "state/apps", "cmd/planner", "cmd/dispatcher",
                              "@dispatcher/reply", "run/watch", "health/planner"}, set(topics(info)))
        self.assertEqual(topics(info)["event/result/digits"]["packets"], 10)
        self.assertIn("event/result/digits", synergy("replay", self.file, "--info")[1])

    def test_the_same_events_give_the_same_plans(self):
        code, report, error = self.plans()
        self.assertEqual((code, error), (OK, ""))
        self.assertGreaterEqual(report["plans"], 3)
        self.assertEqual((report["identical"], report["different"]), (report["plans"], 0))
        recorded = [line["recorded"] for line in report["comparisons"]]
        self.assertEqual({"plan"}, set(recorded), "a refusal is a plan that leaves the app out")
        out = synergy("replay", self.file, "--plans")[1]
        self.assertEqual(out.splitlines()[-1], f"plans {report['plans']}, identical {report['plans']}, different 0")

    def test_another_policy_gives_other_plans_and_fails(self):
        code, report, error = self.plans("--policy", "max-dev")
        self.assertEqual(code, FAILED)
        self.assertGreater(report["different"], 0)
        self.assertIn("differ from the recorded ones", error)

    def test_what_a_killed_recorder_leaves_is_read(self):
        file = self.folder / "cut.rec"
        file.write_bytes(self.file.read_bytes()[:-1])
        code, out, error = synergy("replay", file, "--info", "--json")
        self.assertEqual(code, OK)
        self.assertIn("cut off", error)
        self.assertEqual(json.loads(out)["packets"], self.recorded["end"]["packets"])
        self.assertIsNone(json.loads(out)["end"])

    def test_another_mesh_hears_a_replay_and_is_not_commanded_by_it(self):
        with m.Mesh() as other:
            echo = subprocess.Popen([m.BIN / "synergy", "topic", "echo", "event/result/digits", "--count", "10"],
                                    env=other.environment, text=True, stdout=subprocess.PIPE)
            self.addCleanup(echo.kill)
            info = json.loads(synergy("replay", self.file, "--info", "--json")[1])
            events = sum(line["packets"] for line in info["topics"] if line["topic"].startswith("event/"))

            replays = []

            def heard():  # the echo's subscription may not be in force yet at the first replay
                replays.append(other.json("replay", str(self.file), "--topic", "event/", "--topic", "cmd/", "--speed", "0"))
                return echo.poll() is not None

            other.wait_for(heard, "the echo to hear the results")
            self.assertEqual(replays[-1]["replayed"], events)
            self.assertGreater(replays[-1]["left_out"], 0)
            lines = [json.loads(line) for line in echo.communicate(timeout=m.PATIENCE_S)[0].splitlines()]
            self.assertEqual(len(lines), 10)
            for line in lines:
                self.assertEqual(line["topic"], "event/result/digits")
                self.assertEqual(line["schema"], "run.result")
            self.assertEqual(other.json("apps")["apps"], [])

    def test_a_replay_takes_as_long_as_it_took(self):
        with m.Mesh() as other:
            recorded = self.recorded["end"]["lasted_ns"] * 1e-9
            done = other.json("replay", str(self.file), "--topic", "health/", "--speed", "4")
            self.assertGreaterEqual(done["seconds"], recorded / 4 - 0.5)
            self.assertEqual(done["left_out"], 0)

    def test_a_recorder_that_is_killed_leaves_what_it_heard(self):
        file = self.folder / "killed.rec"
        recorder = Recorder(self.mesh, "-o", file, "--topic", "health/", "--topic", "health/planner")
        self.mesh.wait_for(lambda: file.stat().st_size > 4000, "packets to be written")
        recorder.end(signal.SIGKILL)
        code, out, error = synergy("replay", file, "--info", "--json")
        self.assertEqual(code, OK, error)
        self.assertIn("cut off", error)
        self.assertTrue(all(topic.startswith("health/") for topic in topics(json.loads(out))))

    def test_a_recording_ends_by_itself_at_its_limits(self):
        timed, small = self.folder / "timed.rec", self.folder / "small.rec"
        self.assertEqual(self.mesh.json("record", "-o", str(timed), "--duration", "0.3")["end"]["reason"], "duration")
        self.assertEqual(self.mesh.json("record", "-o", str(small), "--max-bytes", "20000")["end"]["reason"], "max-bytes")
        self.assertLessEqual(small.stat().st_size, 20000)

    def test_bad_output_is_refused_and_nothing_is_changed(self):
        there = m.write(self.folder, "there.rec", "precious")
        for arguments, code, says in (
                (("-o", there), FAILED, "there.rec: is there already; --force replaces it"),
                (("-o", self.folder), CONFIG, "is a folder"),
                (("-o", self.folder / "no/such/a.rec"), ENVIRONMENT, "can not be written"),
                (("-o", "/dev/full", "--force"), ENVIRONMENT, "No space left"),
                ((), USAGE, "--output"),
                (("-o", "x", "--duration", "0"), USAGE, "--duration"),
                (("-o", "x", "--duration", "nan"), USAGE, "--duration"),
                (("-o", "x", "--max-bytes", "10"), USAGE, "--max-bytes"),
                (("-o", there, "--force", "--run-dir", self.folder / "nowhere"), NO_MESH, "no mesh answers")):
            done = self.mesh.cli("record", *map(str, arguments), check=False)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(says, done.stderr)
        self.assertEqual(there.read_text(), "precious")

    def test_bad_recordings_are_refused(self):
        good = self.file.read_bytes()
        spoilt = bytearray(good)
        spoilt[8 + 1:8 + 5] = b"\xff\xff\xff\xff"
        for name, data, says in (("empty", b"", "is empty"), ("text", b"app: digits\n" * 9, "is no recording"),
                                 ("huge", bytes(spoilt), "a frame of 4294967295 bytes"), ("head", good[:20], "cut off within"),
                                 ("more", good + b"x", "behind the end")):
            path = self.folder / name
            path.write_bytes(data)
            for way in ("--info", "--plans"):
                code, _, error = synergy("replay", path, way)
                self.assertEqual(code, CONFIG, error)
                self.assertIn(f"{path}: ", error)
                self.assertIn(says, error)
                self.assertEqual(len(error.splitlines()), 1, error)
        for arguments, code, says in (((self.folder / "nowhere", "--info"), CONFIG, "No such file"),
                                      ((self.folder, "--plans"), CONFIG, "not a regular file"),
                                      ((self.file, "--plans", "--policy", "max-dew"), CONFIG, "did you mean 'max-dev'?"),
                                      ((self.file, "--policy", "max-dev"), USAGE, "--plans"),
                                      ((self.file, "--plans", "--speed", "2"), USAGE, "--plans"),
                                      ((self.file, "--speed", "-1"), USAGE, "--speed"),
                                      ((self.file, "--speed", "fast"), USAGE, "--speed"),
                                      ((self.file, "--run-dir", self.folder / "nowhere"), NO_MESH, "no mesh answers"),
                                      ((), USAGE, "FILE")):
            got, _, error = synergy("replay", *arguments)
            self.assertEqual(got, code, error)
            self.assertIn(says, error)

    def test_a_recording_without_plans_has_nothing_to_compare(self):
        file = self.folder / "health.rec"
        self.mesh.json("record", "-o", str(file), "--topic", "health/", "--duration", "0.3")
        code, _, error = synergy("replay", file, "--plans")
        self.assertEqual(code, CONFIG)
        self.assertIn("no plan that was asked for", error)


if __name__ == "__main__":
    unittest.main()
