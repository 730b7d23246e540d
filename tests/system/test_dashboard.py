"""dashboard: the address of a mesh's page, and a recorded mesh over the same API, without a mesh."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import mesh as m
from gateway_client import Client, Stream
from test_commands import CONFIG, FAILED, NO_MESH, OK, USAGE, synergy
from test_recording import Recorder, topics

# By hand, a longer recording: SYNERGY_RECORDING_SECONDS=60.
SECONDS = float(os.environ.get("SYNERGY_RECORDING_SECONDS", "10"))


class Shown(Client):
    """`synergy dashboard --recording FILE` in the background; `url` is what it printed."""

    url = None  # in place of the mesh's

    def __init__(self, *arguments):
        self.process = subprocess.Popen([m.BIN / "synergy", "dashboard", "--json", "--recording", *map(str, arguments)], text=True,
                                        env=m.ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        text = ""
        while line := self.process.stdout.readline():
            text += line
            if line.startswith("}"):
                break
        if not text:
            raise AssertionError(self.process.communicate(timeout=m.PATIENCE_S)[1])
        self.said = json.loads(text)
        self.url = self.said["url"]

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        out, error = self.process.communicate(timeout=m.PATIENCE_S)
        return self.process.returncode, error

    def play(self, **command):
        status, answer = self.post("/api/recording", command)
        if status != 200:
            raise AssertionError(f"{status} {answer}")
        return answer


def record(folder):
    """A mesh that runs an app for SECONDS, half of the time without one of its devices; and the address of its page."""
    file = folder / "mesh.rec"
    with m.Mesh() as mesh:
        recorder = Recorder(mesh, "-o", file, "--tasks", "--json")
        assert "recording to" in recorder.first, recorder.first
        mesh.cli("submit", str(m.write(folder, "digits.yaml", "app: digits\nmodel: digits\nsensing: {needs: camera, on: glasses}\n"
                                       "interaction: {needs: display, on: watch}\nat_least_devices: 3\nrepeat: true\nrate: 20\n")))
        time.sleep(SECONDS / 2)
        plan = mesh.json("plan")
        gone = next(chunk["device"] for chunk in plan["pipelines"][0]["executions"][0]["chunks"]
                    if chunk["device"] not in ("glasses", "watch"))
        mesh.script("leave", gone)
        mesh.wait_for(lambda: mesh.json("plan")["id"] != plan["id"], "the next plan")
        time.sleep(SECONDS / 2)
        url = synergy("dashboard", "--json", SYNERGY_RUN_DIR=str(mesh.run_dir))
        kept = mesh.query("SELECT count(*) AS runs FROM run_history WHERE app = 'digits'")[0]["runs"]
        code, out, error = recorder.end()
        assert code == OK, error  # which tells how far it is
        return file, gone, url, (mesh.run_dir / "gateway.url").read_text().strip(), kept


class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="dashboard-"))
        cls.addClassCleanup(lambda: subprocess.run(["rm", "-rf", cls.folder], check=True))
        cls.file, cls.gone, cls.of_mesh, cls.address, cls.kept = record(cls.folder)
        code, out, error = synergy("replay", cls.file, "--info", "--json")
        assert code == OK, error
        cls.info = json.loads(out)
        cls.shown = Shown(cls.file)
        cls.addClassCleanup(cls.shown.end, signal.SIGKILL)

    def setUp(self):
        self.shown.play(playing=False, speed=1, at_ns=0)

    def stream(self, target="/api/stream"):
        stream = Stream(self.shown, target)
        self.addCleanup(stream.close)
        return stream

    def wait_for(self, condition, what):
        end = time.monotonic() + m.PATIENCE_S
        while not (value := condition()):
            self.assertLess(time.monotonic(), end, f"waited in vain for {what}")
            time.sleep(0.02)
        return value

    def test_the_address_of_a_mesh_is_printed_while_it_runs(self):
        code, out, error = self.of_mesh
        self.assertEqual((code, error), (OK, ""))
        self.assertEqual(json.loads(out), {"url": self.address, "recording": "", "duration_us": 0})
        code, out, error = synergy("dashboard", SYNERGY_RUN_DIR=str(self.folder / "nowhere"))
        self.assertEqual((code, out), (NO_MESH, ""))
        self.assertIn("dashboard --recording FILE", error)

    def test_its_end_has_the_figures_of_replay_info(self):
        told = self.shown.play(at_ns=int(self.info["duration_us"] * 1000))
        self.assertEqual(told["apps"], self.info["apps"])
        self.assertEqual((told["plans"], told["departures"]), (self.info["plans"], self.info["departures"]))
        self.assertEqual((told["length_ns"], told["at_ns"]), (self.info["end"]["lasted_ns"],) * 2)
        self.assertEqual(told["body"], self.info["body"])
        # What the messages themselves say, and what the store had kept a moment before the end.
        [digits] = told["apps"]
        self.assertEqual(digits["results"], topics(self.info)["event/result/digits"]["packets"])
        self.assertGreater(digits["results"], SECONDS * 2)
        self.assertGreaterEqual(told["departures"], 1)
        runs, status = self.shown.get("/api/results?app=digits&limit=1000")["runs"], self.shown.get("/api/state")["apps"][0]
        completed = [run for run in runs if run["outcome"] == "completed"]
        self.assertEqual(len({run["run"] for run in runs}), len(runs))
        self.assertGreaterEqual(len(runs), min(self.kept, 1000))
        if status["next_run"] <= 1000:
            self.assertLessEqual(abs(len(completed) - digits["results"]), 40, "those kept, and those told and not kept yet")

    def test_seeking_shows_the_mesh_of_then(self):
        stream = self.stream()
        self.wait_for(lambda: stream.named("snapshot"), "the snapshot")
        end = int(self.info["duration_us"] * 1000)
        self.shown.play(at_ns=end)
        self.assertEqual(self.shown.get("/api/state")["body"]["absent"], [self.gone])
        plans = [plan["id"] for plan in self.shown.get("/api/plans")["plans"]]
        self.assertIn(f"'{self.gone}' left", json.dumps(self.shown.get("/api/events")))
        self.shown.play(at_ns=end // 4)
        state = self.shown.get("/api/state")
        self.assertEqual(state["body"]["absent"], [])
        self.assertLess(len(self.shown.get("/api/plans")["plans"]), len(plans))
        self.assertEqual(self.shown.get(f"/api/plans/{state['plan']['id']}"), state["plan"])
        self.assertNotIn(f"'{self.gone}' left", json.dumps(self.shown.get("/api/events")))
        for name in ("body", "apps", "plan", "services", "use"):
            self.assertLess(state["age_ms"][name], 20_000, name)
        self.wait_for(lambda: len(stream.named("snapshot")) >= 3, "a snapshot of each seek")
        self.assertEqual(stream.named("snapshot")[2]["recording"]["at_ns"], end // 4)

    def test_ten_times_as_fast_everything_is_shown_in_a_tenth_of_the_time(self):
        stream = self.stream()
        self.wait_for(lambda: stream.named("snapshot"), "the snapshot")
        self.shown.play(playing=True, speed=10)
        points = []
        while (told := self.shown.get("/api/recording"))["playing"]:
            points.append((time.monotonic(), told["at_ns"] * 1e-9))
            time.sleep(0.02)
        (first, _), (last, _) = points[0], points[-1]
        pace = (points[-1][1] - points[0][1]) / (last - first)
        print(f"{points[-1][1] - points[0][1]:.2f} recorded seconds in {last - first:.2f} s: {pace:.2f} a second")
        self.assertGreater(pace, 7)
        self.assertLess(pace, 14)
        self.wait_for(lambda: not stream.named("recording")[-1]["playing"], "the end to be told")
        shown = [event for event in stream.named("result") if event["run"]["key"]["app"] == "digits"]
        self.assertEqual(stream.named("dropped"), [])
        self.assertEqual(len(shown) + sum(event["skipped"] for event in shown), topics(self.info)["event/result/digits"]["packets"])
        self.assertEqual(stream.named("recording")[-1]["apps"], self.info["apps"])

    def test_tasks_are_shown_where_they_were_recorded(self):
        end = int(self.info["duration_us"] * 1000)
        self.shown.play(at_ns=end // 2)
        state = self.shown.get("/api/state")
        tasks = self.shown.get("/api/tasks?device=glasses")["tasks"]
        self.assertGreater(len(tasks), 20)
        self.assertEqual({task["app"] for task in tasks}, {"digits"})
        self.assertLess(abs(state["model_now_ns"] - tasks[-1]["end_ns"]), 5e9)
        self.assertLessEqual(tasks[-1]["end_ns"], state["model_now_ns"] + 1e8)

    def test_what_needs_a_mesh_is_refused(self):
        for path in ("submit", "stop", "replan", "leave", "join", "feed?device=glasses&sensor=camera", "ask?app=digits"):
            status, answer = self.shown.post(f"/api/{path}", {"app": "digits"})
            self.assertEqual((status, answer["error"]["code"]), (409, "conflict"), path)
            self.assertIn("a recording is shown", answer["error"]["message"])
        self.assertEqual(self.shown.post("/api/recording", {"playing": True}, token="0" * 64)[0], 401)
        self.assertEqual(self.shown.post("/api/recording", {"speed": 0})[0], 400)
        self.assertEqual(self.shown.ask("GET", "/metrics")[0], 409)
        self.assertFalse(self.shown.get("/api/recording")["playing"])

    def test_a_second_one_takes_another_port_and_ctrl_c_ends_it_in_order(self):
        second = Shown(self.file)
        self.addCleanup(second.process.kill)
        self.assertNotEqual(second.url, self.shown.url)
        self.assertEqual(second.get("/api/recording")["file"], "mesh.rec")
        stream = Stream(second)
        self.assertEqual(second.end(), (OK, ""))
        self.assertTrue(stream.ended.wait(m.PATIENCE_S))
        stream.close()

    def test_one_that_was_cut_off_is_shown_up_to_there(self):
        cut = self.folder / "cut.rec"
        cut.write_bytes(self.file.read_bytes()[:-1])
        shown = Shown(cut)
        self.addCleanup(shown.process.kill)
        self.assertIn("cut off", shown.get("/api/recording")["note"])
        code, error = shown.end(signal.SIGTERM)
        self.assertEqual(code, OK)
        self.assertIn("was cut off behind packet", error)

    def test_bad_files_and_addresses_are_refused(self):
        whole = self.file.read_bytes()
        half = len(whole) // 2
        damaged = whole[:half] + whole[half + 7:]  # from there on no frame begins where the one before it ended
        version = whole.replace(b"\xa7version\x01", b"\xa7version\x63", 1)
        self.assertNotEqual(version, whole)
        files = {"empty.rec": (b"", "is empty"), "text.rec": (b"a list of things to do\n", "is no recording"),
                 "head.rec": (whole[:12], "cut off within its header"), "damaged.rec": (damaged, "is damaged at byte"),
                 "later.rec": (version, "is a recording of version 99")}
        for name, (content, says) in files.items():
            (self.folder / name).write_bytes(content)
            code, out, error = synergy("dashboard", "--recording", self.folder / name)
            self.assertEqual((code, out), (CONFIG, ""), name)
            self.assertIn(says, error)
        self.assertIn("No such file", synergy("dashboard", "--recording", self.folder / "none.rec")[2])
        self.assertIn("not a regular file", synergy("dashboard", "--recording", self.folder)[2])
        self.assertEqual(synergy("dashboard", "--listen", "127.0.0.1")[0], USAGE)
        self.assertIn("is no address", synergy("dashboard", "--recording", self.file, "--listen", "127.0.0.1:no")[2])
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
            port = taken.getsockname()[1]
            code, _, error = synergy("dashboard", "--recording", self.file, "--listen", f"127.0.0.1:{port}")
            self.assertEqual(code, FAILED)
            self.assertIn(f"port {port}", error)
