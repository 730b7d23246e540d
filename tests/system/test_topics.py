"""synergy topic: what travels on a running mesh, and what a person may send."""

import json
import subprocess
import unittest

import mesh as m


class Topics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mesh = m.Mesh()
        cls.mesh.up()
        cls.addClassCleanup(cls.mesh.__exit__)
        cls.mesh.cli("submit", str(m.digits_app(cls.mesh.folder, runs=1000000)))

    def refused(self, *arguments, says, code):
        done = self.mesh.cli(*arguments, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for text in says:
            self.assertIn(text, done.stderr)

    def test_list_has_the_mesh_s_names(self):
        topics = {row["topic"]: row for row in self.mesh.json("topic", "list")["topics"]}
        for topic in ("event/result/digits", "run/watch", "health/executor/ring", "cmd/accelerator/glasses", "state/plan"):
            self.assertIn(topic, topics)
        self.assertEqual(topics["state/plan"]["published_by"], "dispatcher")
        self.assertEqual(set(topics) & {"event/result/APP"}, set())
        text = self.mesh.cli("topic", "list", "health/executor/*").stdout
        self.assertEqual(len(text.splitlines()), 5)  # a heading and four devices

    def test_list_of_patterns_needs_no_mesh(self):
        done = self.mesh.cli("--run-dir", "/nowhere", "topic", "list", "event/", "--patterns")
        self.assertIn("event/result/APP", done.stdout)
        self.assertNotIn("state/", done.stdout)
        self.refused("--run-dir", "/nowhere", "topic", "list", says=["no mesh answers"], code=6)

    def test_echo_of_several_patterns(self):
        lines = self.mesh.cli("topic", "echo", "health/executor/*", "event/*/digits", "--count", "30").stdout.splitlines()
        topics = {json.loads(line)["topic"] for line in lines}
        self.assertEqual(len(lines), 30)
        self.assertIn("event/result/digits", topics)
        self.assertTrue(all(topic.startswith(("health/executor/", "event/")) for topic in topics), topics)

    def test_echo_ends_in_time_and_says_when_too_few_came(self):
        self.assertEqual(self.mesh.cli("topic", "echo", "event/failed/", "--for", "0.5").stdout, "")
        self.refused("topic", "echo", "event/failed/", "--for", "0.5", "--count", "2", says=["only 0 of 2 messages"], code=1)

    def test_a_state_is_echoed_once_though_the_broker_sends_it_again(self):
        echo = subprocess.Popen([m.BIN / "synergy", "topic", "echo", "state/plan", "--for", "3"], text=True,
                                env=self.mesh.environment, stdout=subprocess.PIPE)
        for _ in range(3):  # each subscribes to the state
            self.mesh.cli("plan")
        lines = echo.communicate(timeout=m.PATIENCE_S)[0].splitlines()
        seen = [(message["instance"], message["sequence"]) for message in map(json.loads, lines)]
        self.assertEqual(len(seen), len(set(seen)))
        self.assertGreaterEqual(len(seen), 1)

    def test_top_shows_all_topics_at_once(self):
        traffic = self.mesh.json("topic", "top", "--once", "--interval", "2")
        topics = {topic["topic"]: topic for topic in traffic["topics"]}
        for topic in ("health/monitor", "health/executor/glasses", "event/result/digits", "state/use", "state/broker"):
            self.assertIn(topic, topics)
        beats = topics["health/monitor"]
        self.assertGreater(beats["messages_per_second"], 0)
        self.assertEqual(beats["last_sender"], "monitor")
        self.assertAlmostEqual(beats["mean_bytes"] * beats["messages_per_second"], beats["bytes_per_second"], places=3)
        rates = [topic["messages_per_second"] for topic in traffic["topics"]]
        self.assertEqual(rates, sorted(rates, reverse=True))
        self.assertAlmostEqual(sum(rates), traffic["messages_per_second"], places=6)

    def test_hz_and_bw_of_some_topics_once_per_interval(self):
        lines = self.mesh.cli("topic", "hz", "health/", "--for", "1.5", "--interval", "0.5", "--json").stdout.splitlines()
        self.assertEqual(len(lines), 3)
        for line in lines:
            self.assertTrue(all(topic["topic"].startswith("health/") for topic in json.loads(line)["topics"]))
        text = self.mesh.cli("topic", "hz", "health/monitor", "--for", "1").stdout
        self.assertIn("DEVIATION", text)
        self.assertIn("received here", text)
        self.assertNotIn("\x1b", text)
        self.assertIn("LARGEST", self.mesh.cli("topic", "bw", "health/", "--once").stdout)

    def test_pub_sends_a_command_and_prints_its_answer(self):
        answer = json.loads(self.mesh.cli("topic", "pub", "cmd/store", '{"limit": 1}', "--message", "store.query_history").stdout)
        self.assertEqual(answer["schema"], "store.history")
        self.assertEqual(len(answer["body"]["plans"]), 1)
        answer = json.loads(self.mesh.cli("topic", "pub", "cmd/monitor", '{"device": "ring", "battery_percent": 40}').stdout)
        self.assertEqual(answer["schema"], "done")
        ring = lambda: self.mesh.json("devices")["batteries"]["ring"] <= 40  # it drains
        self.mesh.wait_for(ring, "the ring's battery to be at 40 %")

    def test_pub_passes_on_what_the_mesh_answers(self):
        self.refused("topic", "pub", "cmd/dispatcher", '{"app": "nobody"}', "--message", "app.stop", says=["nobody"], code=3)

    def test_pub_refuses_what_does_not_fit_before_anything_is_sent(self):
        self.refused("topic", "pub", "cmd/monitor", '{"battery_percent": 101}', says=["battery_percent"], code=3)
        self.refused("topic", "pub", "cmd/monitor", '{"battery": 10}', says=["'battery'"], code=3)
        self.refused("topic", "pub", "cmd/monitor", "{", says=["not JSON"], code=3)
        self.refused("topic", "pub", "weather", "{}", says=["'weather'", "state/plan"], code=3)
        self.refused("topic", "pub", "state/plan", json.dumps(self.mesh.json("plan")), says=["from dispatcher only"], code=3)

    def test_pub_says_what_is_dangerous_and_does_it_only_when_told_to(self):
        turns = '{"app": "digits", "plan_id": 999999, "start": 1, "turn": 0}'
        grant = next(line for line in self.mesh.cli("topic", "echo", "run/", "--count", "20").stdout.splitlines()
                     if json.loads(line)["schema"] == "run.grant")
        topic = json.loads(grant)["topic"]
        self.refused("topic", "pub", topic, grant, says=["dangerous", "runs may be lost", "--dangerous"], code=3)
        self.refused("topic", "pub", topic, turns, says=["--message"], code=3)
        # An old grant, said again as it was: the executor knows that run already.
        echo = subprocess.Popen([m.BIN / "synergy", "topic", "echo", topic], env=self.mesh.environment, text=True,
                                stdout=subprocess.PIPE)
        self.addCleanup(echo.stdout.close)
        self.addCleanup(echo.wait)
        self.addCleanup(echo.kill)
        self.assertTrue(echo.stdout.readline())
        self.mesh.cli("topic", "pub", topic, grant, "--dangerous")
        while True:
            message = json.loads(echo.stdout.readline())
            if message["sender"].startswith("cli-"):
                break
        self.assertEqual(message["body"], json.loads(grant)["body"])
        self.assertEqual(message["sequence"], 1)

    def test_pub_reads_lines_and_says_which_is_wrong(self):
        done = subprocess.run([m.BIN / "synergy", "topic", "pub", "cmd/store", "-", "--message", "store.query_history",
                               "--interval", "0.01"], env=self.mesh.environment, text=True, capture_output=True,
                              timeout=m.PATIENCE_S, input='{"limit": 1}\n\n{"limit": 2}\n{"limt": 3}\n{"limit": 4}\n')
        self.assertEqual(done.returncode, 3)
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.assertIn("line 4", done.stderr)
        self.assertIn("sent before: 2", done.stderr)


if __name__ == "__main__":
    unittest.main()
