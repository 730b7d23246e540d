"""The gateway of a real mesh over HTTP: what it tells, what it passes on, whom it refuses, and what it survives."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import stat
import time
import unittest

import mesh as m
from gateway_client import DIGITS, Client, GatewayTest


class Answers(GatewayTest):
    def test_up_prints_the_address_and_only_its_user_can_read_it(self):
        self.assertIn(self.client.url, self.said)
        for name in ("gateway.url", "gateway.token"):
            self.assertEqual(stat.S_IMODE(os.stat(self.mesh.run_dir / name).st_mode), 0o600)

    def test_the_state_is_that_of_the_command_line(self):
        self.assertEqual(self.client.get("/api/version")["mesh"], "four-78000")
        # The gateway shows a new state at most every 250 ms, so a plan of just now may not be in it yet.
        self.wait_for(lambda: self.client.get("/api/state")["plan"] == self.mesh.json("plan"), "the plan in force")
        state = self.client.get("/api/state")
        self.assertEqual([d["id"] for d in state["body"]["devices"]], ["glasses", "earbud", "watch", "ring"])
        self.assertEqual(state["apps"][0]["request"]["app"], "digits")
        self.assertIn({"device": "glasses", "capability": "camera", "feed": True}, state["sensors"])
        self.assertGreater(state["model_now_ns"], 0)
        for name, age in state["age_ms"].items():
            self.assertLess(age, 60_000, name)
        self.assertIn("gateway", [s["process"] for s in state["services"]])

    def test_plan_history_runs_events_and_tasks(self):
        plan = self.client.get("/api/plan")
        self.assertEqual(plan["explanation"]["bottleneck"], plan["bottleneck"])
        self.assertEqual(self.client.get("/api/plans"), self.mesh.json("history"))
        self.assertEqual(self.client.get(f"/api/plans/{plan['plan']['id']}"), plan["plan"])
        self.wait_for(lambda: len(self.client.get("/api/results?app=digits&limit=5")["runs"]) == 5, "five runs")
        runs = [run["run"] for run in self.client.get("/api/results?app=digits&limit=50")["runs"]]
        self.assertEqual(runs, sorted(runs, reverse=True))
        ended = [run["ended_ns"] for run in self.client.get("/api/results?limit=50")["runs"]]  # runs of all apps, each counted from 0
        self.assertEqual(ended, sorted(ended, reverse=True))
        self.assertIn("submitted", self.client.get("/api/events")["events"][-1]["text"])
        self.assertEqual(len(self.client.get("/api/events?limit=1")["events"]), 1)
        tasks = self.client.get("/api/tasks?device=glasses")
        later = self.client.get(f"/api/tasks?device=glasses&since_ns={tasks['tasks'][-1]['end_ns']}")
        self.assertTrue(all(t["end_ns"] > tasks["tasks"][-1]["end_ns"] for t in later["tasks"]))

    def test_policies_side_by_side(self):
        made = self.client.get("/api/compare?policies=min-dev,optimal")
        self.assertEqual([line["policy"] for line in made["policies"]], ["min-dev", "optimal"])
        for line in made["policies"]:
            self.assertGreater(line["rates"]["digits"], 0)
        self.refused(self.client.ask("GET", "/api/compare?policies=best"), 400, "invalid", "known:")

    def test_an_app_is_tried_submitted_and_stopped(self):
        app = {**DIGITS, "app": "second", "rate": 5, "at_least_devices": 1}
        status, forecast = self.client.post("/api/submit?dry_run=1", app)
        self.assertEqual((status, forecast["app"], forecast["rate"]), (200, "second", 5))
        self.assertIsNone(self.mesh.app("second"))
        stream = self.stream()
        status, accepted = self.client.post("/api/submit", app)
        self.assertEqual((status, accepted["app"]), (200, "second"), accepted)
        self.wait_for(lambda: [r for r in stream.named("result") if r["run"]["key"]["app"] == "second"], "its first result")
        self.assertTrue(stream.named("plan"))
        self.assertEqual(self.client.post("/api/stop", {"app": "second"}), (200, {"app": "second"}))
        self.assertEqual(self.mesh.app("second")["phase"], "stopped")
        self.refused(self.client.post("/api/stop", {"app": "nobody"}), 404, "not_found")
        self.refused(self.client.post("/api/submit", {**DIGITS, "app": "third", "model": "digit"}), 404, "not_found", "digits")
        status, replanned = self.client.post("/api/replan", {"policy": "ind-e2e"})
        self.assertEqual((status, replanned["policy"]), (200, "ind-e2e"), replanned)
        self.assertEqual(self.client.post("/api/replan", {"policy": "optimal"})[0], 200)

    def test_a_device_leaves_and_comes_back(self):
        stream = self.stream()
        self.assertEqual(self.client.post("/api/leave", {"device": "ring"}), (200, {"device": "ring"}))
        self.wait_for(lambda: any("ring" in body["absent"] for body in stream.named("body")), "the body without the ring")
        self.refused(self.client.post("/api/leave", {"device": "ring"}), 409, "conflict", "left already")
        self.assertEqual(self.client.post("/api/join", {"device": "ring"})[0], 200)
        self.wait_for(lambda: stream.named("body") and not stream.named("body")[-1]["absent"], "the ring's return")
        self.refused(self.client.post("/api/join", {"device": "ring"}), 409, "conflict", "there already")
        for wrong in ("all", "executor-ring", "broker"):
            self.refused(self.client.post("/api/leave", {"device": wrong}), 404, "not_found")
        self.refused(self.client.post("/api/leave", {"device": "ring; true"}), 400, "invalid")

    def test_the_stream_tells_states_results_and_tasks(self):
        stream = self.stream("/api/stream?tasks=1")
        for name in ("snapshot", "use", "apps", "result", "tasks"):
            self.wait_for(lambda: stream.named(name), f"an event '{name}'")
        self.assertEqual(stream.events[0][1], "snapshot")
        self.wait_for(lambda: len(stream.named("tasks")) >= 8, "several tables of tasks")
        seen = set()
        for table in stream.named("tasks"):
            for task in table["tasks"]:
                key = (table["device"], task["app"], task["run"], task["attempt"], task["step"], task["kind"], task["begin_ns"])
                self.assertNotIn(key, seen, "each task is told once")
                seen.add(key)
        for device in ("glasses", "watch"):
            self.assertIn(device, {key[0] for key in seen})

    def test_metrics_have_all_that_the_dashboard_shows(self):
        self.wait_for(lambda: "synergy_app_runs_per_second{" in self.client.get("/metrics"), "rates")
        text = self.client.get("/metrics")
        shown = (m.ROOT / "deploy/monitoring/grafana-dashboard.json").read_text()
        names = set(re.findall(r"synergy_[a-z_]+", " ".join(
            target["expr"] for panel in json.loads(shown)["panels"] for target in panel["targets"])))
        self.assertGreater(len(names), 10)
        known = set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))
        self.assertLessEqual(names - {"synergy_device_battery_ratio"}, known)


class Refusals(GatewayTest):
    def test_changes_need_the_token_and_nothing_changes_without(self):
        before = self.mesh.json("history")["plans"]
        for target, document in (("/api/stop", {"app": "digits"}), ("/api/replan", {}), ("/api/leave", {"device": "ring"}),
                                 ("/api/join", {"device": "ring"}), ("/api/submit", DIGITS)):
            self.refused(self.client.ask("POST", target, json.dumps(document)), 401, "unauthorised", "gateway.token")
            self.refused(self.client.post(target, document, token="0" * 64), 401, "unauthorised")
        self.assertEqual(self.mesh.app("digits")["phase"], "running")
        self.assertEqual(self.mesh.json("history")["plans"], before)

    def test_pages_of_others_are_refused_whatever_they_know(self):
        for host in ("evil.example", f"evil.example:{self.client.port}", "127.0.0.1.evil.example"):
            self.refused(self.client.ask("GET", "/api/state", headers={"Host": host}), 403, "forbidden", "Host")
        for origin in ("http://evil.example", "null", f"http://localhost:{self.client.port}"):
            headers = {"Origin": origin, "Authorization": f"Bearer {self.client.token}"}
            self.refused(self.client.ask("POST", "/api/stop", '{"app": "digits"}', headers), 403, "forbidden", "Origin")
        headers = {"Origin": f"http://127.0.0.1:{self.client.port}", "Authorization": f"Bearer {self.client.token}"}
        self.refused(self.client.ask("POST", "/api/stop", '{"app": "nobody"}', headers), 404, "not_found")

    def test_no_path_leads_to_files_of_the_machine(self):
        for target in ("/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "//etc/passwd", "/%2e%2e/gateway.token",
                       "/api/../gateway.token", "/./gateway.token", "/\\..\\gateway.token"):
            head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            answer = self.client.raw(head.encode())
            self.assertRegex(answer, rb"^HTTP/1\.1 4\d\d ", target)
            self.assertNotIn(b"root:", answer)
            self.assertNotIn(self.client.token.encode(), answer)

    def test_huge_bodies_and_wrong_json_are_told_what_is_wrong(self):
        self.refused(self.client.post("/api/submit", b"x" * (8 * 1024 * 1024)), 400, "invalid", "not JSON")
        head = (f"POST /api/submit HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.client.token}\r\n"
                "Content-Length: 99999999999\r\n\r\n")
        self.assertIn(b"too_large", self.client.raw(head.encode()))
        for wrong, says in (("[1, 2]", "map"), ('{"app": "digits"}', "model"), ("{", "not JSON"), ("[" * 100000 + "]" * 100000, "nests")):
            self.refused(self.client.post("/api/submit", wrong), 400, "invalid", says)
        self.refused(self.client.post("/api/submit", {**DIGITS, "aps": 1}), 400, "invalid", "aps")
        self.refused(self.client.ask("GET", "/api/plans?limit=5000"), 400, "invalid", "1 to 1000")

    def test_who_dawdles_is_cut_off_and_the_others_notice_nothing(self):
        with contextlib.ExitStack() as stack:
            slow = [stack.enter_context(socket.create_connection(("127.0.0.1", self.client.port))) for _ in range(40)]
            begun, open_ones = time.monotonic(), set(slow)
            for link in slow:
                link.sendall(b"GET /api/state HTTP/1.1\r\nHost: localhost\r\n")
            while open_ones and time.monotonic() - begun < m.PATIENCE_S:
                for link in list(open_ones):
                    try:
                        link.sendall(b"X")
                        link.setblocking(False)
                        if link.recv(1) == b"":
                            open_ones.discard(link)
                    except BlockingIOError:
                        pass
                    except OSError:
                        open_ones.discard(link)
                self.assertEqual(self.client.get("/api/version")["mesh"], "four-78000")
                time.sleep(0.2)
            self.assertFalse(open_ones, "each was cut off though it sent a byte now and then")

    def test_a_seventeenth_viewer_is_told_to_come_later(self):
        self.wait_for(lambda: "synergy_gateway_viewers 0\n" in self.client.get("/metrics"), "those of other tests to be gone")
        streams = [self.stream() for _ in range(16)]
        self.assertEqual([s.status for s in streams], [200] * 16)
        self.refused(self.client.ask("GET", "/api/stream"), 503, "overloaded", "16 viewers")
        self.assertEqual(self.client.get("/api/version")["mesh"], "four-78000")
        streams[0].close()
        self.wait_for(lambda: self.stream().status == 200, "room for another")

    def test_a_viewer_that_takes_nothing_costs_the_others_nothing(self):
        def viewers(number):
            return f"synergy_gateway_viewers {number}\n" in self.client.get("/metrics")

        self.wait_for(lambda: viewers(0), "those of other tests to be gone")
        with socket.socket() as stalled:
            stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            stalled.connect(("127.0.0.1", self.client.port))
            stalled.sendall(b"GET /api/stream?tasks=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            reading = self.stream("/api/stream?tasks=1")
            self.assertEqual(reading.status, 200)
            self.wait_for(lambda: viewers(2), "both viewers")
            self.wait_for(lambda: viewers(1), "the end of the one that takes nothing")
        self.assertFalse(reading.ended.is_set())
        self.assertFalse(reading.named("dropped"))
        times = [when for when, _, _ in reading.events]
        self.assertGreater(len(times), 20)
        self.assertLess(max(b - a for a, b in zip(times, times[1:])), 10, "events went on all the while")


class Survival(GatewayTest):
    def test_a_killed_gateway_is_found_again_where_it_was(self):
        url, stream = self.client.url, self.stream()
        self.wait_for(lambda: stream.named("snapshot"), "the snapshot")
        pid = self.mesh.kill("gateway")
        self.assertTrue(stream.ended.wait(30))
        self.wait_for(lambda: self.mesh.pid("gateway") not in (None, pid), "the gateway's return")
        self.assertEqual(self.client.url, url)

        def answers():
            with contextlib.suppress(OSError):
                return self.client.post("/api/stop", {"app": "nobody"})[0] == 404
        self.wait_for(answers, "an answer at the same address to the same token")
        again = self.stream()
        self.wait_for(lambda: again.named("snapshot") and again.named("snapshot")[0]["plan"], "a whole snapshot")

    def test_a_stream_goes_on_though_others_are_killed(self):
        stream = self.stream()
        for process in ("planner", "broker", "dispatcher", "monitor", "store"):
            pid = self.mesh.kill(process)
            killed = time.monotonic()
            self.wait_for(lambda: self.mesh.pid(process) not in (None, pid), f"{process}'s return")
            back = time.monotonic()
            self.wait_for(lambda: stream.named("use", since=back), f"news after {process} was killed")
            self.wait_for(lambda: stream.named("result", since=back), f"results after {process} was killed")
            self.wait_for(lambda: any(s["process"] == process and s["state"] == "ready" and s["pid"] != pid
                                      for list_ in stream.named("services", since=killed) for s in list_), "the list of services")
            self.assertFalse(stream.ended.is_set())

    def test_an_owner_that_is_away_shows_in_the_ages(self):
        pid = self.mesh.pid("monitor")
        os.kill(pid, signal.SIGSTOP)
        try:
            self.wait_for(lambda: self.client.get("/api/state")["age_ms"]["body"] > 2000, "the body to grow old")
            self.assertLess(self.client.get("/api/state")["age_ms"]["apps"], 2000)
        finally:
            os.kill(pid, signal.SIGCONT)
        self.wait_for(lambda: self.client.get("/api/state")["age_ms"]["body"] < 1000, "the monitor's word")


class Elsewhere(unittest.TestCase):
    def test_beyond_loopback_reading_needs_the_token_and_a_taken_port_gives_way(self):
        with contextlib.ExitStack() as stack:
            first, second = m.Mesh(), m.Mesh()
            for mesh in (first, second):
                stack.callback(mesh.__exit__)
            said = first.script("up", "--listen", "0.0.0.0").stdout
            second.up()
            port = int(re.search(r"http://[^/]+:(\d+)/#token=", said).group(1))
            self.assertNotEqual(port, Client(second).port)
            token = (first.run_dir / "gateway.token").read_text().strip()

            def status(target, headers):
                with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                    connection.request("GET", target, headers=headers)
                    return connection.getresponse().status
            for target in ("/api/state", "/api/stream", "/metrics"):
                self.assertEqual(status(target, {}), 401, target)
            self.assertEqual(status("/api/state", {"Authorization": f"Bearer {token}"}), 200)
            self.assertEqual(status("/", {}), 200)
            third = m.Mesh()
            stack.callback(third.__exit__)
            done = third.script("up", "--listen", f"127.0.0.1:{port}", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"can not listen on 127.0.0.1, port {port}", done.stdout)
            done = third.script("up", "--listen", "127.0.0.1:x", check=False)
            self.assertIn("no address to listen on", done.stdout)


if __name__ == "__main__":
    unittest.main()
