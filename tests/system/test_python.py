"""The Python package on a live mesh: the bytes of `synergy`, the README's examples, Ctrl-C, nothing left behind, and
frames and results while processes are killed."""

import asyncio
import collections
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import unittest

import feed_audit
import mesh as m

PACKAGE = m.ROOT / "deploy/python"
sys.path[:0] = [str(PACKAGE), str(m.ROOT / "tests/python")]

import bench  # noqa: E402
import synergy_mesh as sm  # noqa: E402
from synergy_mesh import aio  # noqa: E402
from synergy_mesh.client import Client  # noqa: E402
from synergy_mesh.envelope import open_envelope  # noqa: E402
from synergy_mesh.mesh import run  # noqa: E402
from synergy_mesh.messages import (AppSubmit, AppTry, CollaborationPlan, FrameUse, Join, QueryRuns, ServiceList)  # noqa: E402
from synergy_mesh.participant import Participant  # noqa: E402
from synergy_mesh.transport import ZmqTransport  # noqa: E402

HELDOUT = m.ROOT / "deploy/models/digits/heldout/images.npy"


def request(app="seen", **more):
    return sm.AppRequest(app=app, model="digits", sensing=sm.Requirement(needs="camera", on="glasses"),
                         interaction=sm.Requirement(needs="display", on="watch"), **more)


def fed_request(app="seen", **more):
    return request(app, trigger=sm.Trigger.FRAME, rate=20, **more)


class PythonTest(m.MeshTest):
    def setUp(self):
        super().setUp()
        self.mesh.up()

    def python(self, *arguments, **more):
        """A program of a user's."""
        environment = {**self.mesh.environment, "PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.Popen([sys.executable, *arguments], env=environment, cwd=m.ROOT, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def output(self, *arguments):
        process = self.python(*arguments)
        out, errors = process.communicate(timeout=m.PATIENCE_S)
        self.assertEqual(process.returncode, 0, errors)
        return out


class ReadingsClock(bench.ManualClock):
    """Its wall clock shows what it is told to, one after the other."""

    def __init__(self):
        super().__init__()
        self.readings = collections.deque()

    def unix_ns(self):
        return self.readings.popleft()


class SameBytes(PythonTest):
    """What `synergy` puts on the bus, the package puts there, with the same ids and clock."""

    def setUp(self):
        super().setUp()
        self.tap = ZmqTransport(self.mesh.run_dir)
        self.addCleanup(self.tap.close)
        self.tap.subscribe("cmd/")
        self.mesh.wait_for(lambda: self.recorded("services"), "the tap")

    def recorded(self, *arguments):
        """The commands that `synergy` sent; repetitions once."""
        while self.tap.receive():
            pass
        self.mesh.cli(*arguments)
        packets = []
        time.sleep(0.05)
        while packet := self.tap.receive():
            envelope, body = open_envelope(packet.payload)
            if envelope.sender.startswith("cli-") and packet not in [known for known, *_ in packets]:
                packets.append((packet, envelope, body))
        return packets

    def compare(self, ask, *arguments):
        """`ask(client, bodies)` asks the same as the command."""
        recorded = self.recorded(*arguments)
        self.assertGreaterEqual(len(recorded), 2, arguments)
        first = recorded[0][1]
        self.assertEqual({(e.sender, e.instance) for _, e, _ in recorded}, {(first.sender, first.instance)})
        clock, wire = ReadingsClock(), bench.HeldTransport()
        for _, envelope, _ in recorded:
            clock.readings.append(envelope.sent_unix_ns)
            if envelope.deadline_unix_ns:
                lasts = envelope.deadline_unix_ns - envelope.sent_unix_ns
                timeout, = [one for one in (20 * 10**9, 30 * 60 * 10**9) if 0 <= lasts - one < 10**9]
                clock.readings.append(envelope.deadline_unix_ns - timeout)  # the clock was read again for it
        bus = Participant(wire, clock, sm.Identity(first.sender, first.instance))
        io = bench.HeldIo(bus, clock)
        client = Client(bus, clock, io, self.mesh.run_dir)
        bus.join()
        with self.assertRaises(AnsweredByNobody):
            io.on_idle = nobody
            run(ask(client, [body for *_, body in recorded]))
        self.assertEqual(wire.sent, [packet for packet, *_ in recorded], arguments)
        self.assertFalse(clock.readings)
        return [envelope.schema for _, envelope, _ in recorded]

    def test_requests(self):
        file = m.write(self.mesh.folder, "seen.yaml", "app: seen\nmodel: digits\nsensing: {needs: camera, on: glasses}\n"
                       "interaction: {needs: display, on: watch}\ntrigger: frame\nrate: 20\n")
        seen = set()
        for ask, *arguments in [
                (lambda client, _: client.ask(AppTry(request=fed_request())), "submit", file, "--dry-run"),
                (lambda client, _: client.ask(AppSubmit(request=fed_request())), "submit", file),
                (lambda client, _: client.feed("glasses", "camera", sm.read_npy(self.one)[0], frame_id="x-0"),
                 "feed", "glasses", "camera", self.one, "--id", "x"),
                (lambda client, bodies: client.ask(QueryRuns.from_plain(bodies[1])), "results", "seen", "--last", "5"),
                (lambda client, _: client.replan(policy="synergy", objective=sm.Objective.ENERGY),
                 "replan", "--policy", "synergy", "--objective", "energy"),
                (lambda client, _: client.history(7), "history", "--limit", "7"),
                (lambda client, _: client.change_body(sm.BodyChange(device="ring", battery_percent=12.5)),
                 "body", "battery", "ring", "12.5"),
                (lambda client, _: client.stop("seen"), "stop", "seen")]:
            with self.subTest(arguments=arguments):
                seen.update(self.compare(ask, *arguments)[:2])
        self.assertEqual(seen, {"bus.join", "app.try", "app.submit", "frame.feed", "store.query_runs", "plan.again",
                                "store.query_history", "body.change", "app.stop"})

    @property
    def one(self):
        """A file of one frame."""
        raw = HELDOUT.read_bytes()
        header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 28, 28), }"
        path = self.mesh.folder / "one.npy"
        path.write_bytes(b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + header.ljust(117) + b"\n" + raw[-784 * 100:][:784])
        return path


class AnsweredByNobody(Exception):
    pass


def nobody():
    raise AnsweredByNobody


class Examples(PythonTest):
    def blocks(self):
        return re.findall(r"^```python\n(.*?)^```", (PACKAGE / "README.md").read_text(), re.M | re.S)

    def test_the_programs_of_the_readme(self):
        ten_lines, tasks = self.blocks()
        self.assertLessEqual(len([line for line in ten_lines.splitlines() if line.strip()]), 10)
        lines = self.output("-c", ten_lines).splitlines()
        self.assertEqual(len(lines), 10, lines)
        for number, line in enumerate(lines):
            self.assertRegex(line, rf"^python-digits run {number}: \d; glasses( > \w+)* > watch, \d+\.\d\d ms, \d+\.\d uJ$")
        self.assertEqual(len(self.output("-c", tasks).splitlines()), 5)

    def test_a_comparison_of_policies_is_drawn(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("SKIPPED: no comparison is drawn, because matplotlib is not installed; apt-get install python3-matplotlib")
        with sm.Mesh(self.mesh.run_dir) as mesh:
            mesh.submit(request(rate=20, repeat=True))
            picture = self.mesh.folder / "policies.svg"
            lines = self.output(PACKAGE / "examples/compare_policies.py", "--policies", "synergy,nonsense,optimal", "--seconds", "2",
                                "-o", picture).splitlines()
            self.assertIn("no plan: unknown policy 'nonsense'", lines[2])
            for line in (lines[1], lines[3]):
                policy, app, promised, reached = line.split()
                self.assertEqual((app, float(promised)), ("seen", 20.0))
                self.assertGreater(float(reached), 0)
            self.assertIn("reached", picture.read_text())
            self.assertEqual(mesh.plan().policy, "optimal")


class Living(PythonTest):
    """What users of other client libraries expect."""

    def test_errors_say_what_the_mesh_says(self):
        with sm.Mesh(self.mesh.run_dir) as mesh:
            for wrong, code, says in [(lambda: mesh.submit(request(at_least_devices=9)), sm.NoFitError, "at_least_devices"),
                                      (lambda: mesh.stop("nobody"), sm.NotFoundError, "nobody"),
                                      (lambda: mesh.app("nobody"), sm.NotFoundError, "there is no app 'nobody'"),
                                      (lambda: mesh.plan(10**6), sm.NotFoundError, "1000000"),
                                      (lambda: mesh.replan(policy="x"), sm.ConflictError, "no app is running"),
                                      (lambda: mesh.submit(request("x/y")), sm.InvalidError, "'x/y' is no plain name"),
                                      (lambda: mesh.feed("glasses", "nose", bytes(4)), sm.NotFoundError, "has no sensor 'nose'")]:
                with self.subTest(says=says), self.assertRaisesRegex(code, re.escape(says)):
                    wrong()
            mesh.submit(request(rate=5, repeat=True))
            with self.assertRaisesRegex(sm.ConflictError, "trigger: frame"):
                mesh.app("seen").feed(bytes(784))

    def test_what_is_told_of_the_mesh(self):
        with sm.Mesh(self.mesh.run_dir) as mesh, mesh.watch("state/", timeout=60) as states:
            self.assertEqual([device.id for device in mesh.body().devices], ["glasses", "earbud", "watch", "ring"])
            self.assertIn("dispatcher", [service.process for service in mesh.services().services])
            app = mesh.submit(request(runs=30, repeat=True))
            results = list(app.results(timeout=60))
            self.assertEqual(sorted(result.run for result in results), list(range(30)))
            self.assertEqual([record.run for record in mesh.runs("seen")], list(range(30)))
            self.assertEqual([record.run for record in mesh.runs("seen", first_run=3, count=2)], [3, 4])
            self.assertEqual(mesh.history().plans[0].id, mesh.plan().id)
            self.assertEqual(mesh.plan(1).pipelines[0].app, "seen")
            self.assertGreater(mesh.use().window_ns, 0)
            for heard in states:
                if isinstance(heard.message, CollaborationPlan):
                    break
            self.assertEqual(heard.topic, "state/plan")
            self.assertIsInstance(mesh.state(ServiceList), ServiceList)

    def test_a_mesh_goes_on_after_a_restart_of_the_broker(self):
        with sm.Mesh(self.mesh.run_dir) as mesh:
            app = mesh.submit(fed_request())
            frames = sm.read_npy(HELDOUT)
            self.assertEqual(app.ask(frames[1]).label, 1)
            for _ in range(2):
                self.mesh.kill("broker")
                self.assertEqual(app.ask(frames[2]).label, 2)
            self.assertEqual([result.label for result in app.results(3, timeout=60)], [1, 2, 2])

    def test_nothing_is_left_behind(self):
        def count():
            return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))

        async def visit():
            async with aio.Mesh(self.mesh.run_dir) as mesh:
                async with await mesh.submit(fed_request()) as app:
                    with self.assertRaises(TimeoutError):
                        await asyncio.wait_for(anext(app.results()), 0.2)
                    self.assertEqual((await app.ask(sm.read_npy(HELDOUT)[7], timeout=60)).label, 7)
                waiting = asyncio.create_task(mesh.ask(QueryRuns(app="seen"), timeout=60))
                await asyncio.sleep(0)
            with self.assertRaisesRegex(sm.UnavailableError, "was closed"):
                await waiting
            self.assertEqual(len(asyncio.all_tasks()), 1)

        asyncio.run(visit())  # Python's own first-time things
        before = count()
        asyncio.run(visit())
        with sm.Mesh(self.mesh.run_dir) as mesh:
            mesh.app("seen").ask(sm.read_npy(HELDOUT)[3])
        with self.assertRaisesRegex(sm.UnavailableError, "is closed"):
            mesh.apps()
        self.assertEqual(count(), before)

    def test_ctrl_c_ends_what_is_waited_for(self):
        for program in ("import synergy_mesh as s\nwith s.Mesh() as mesh:\n  app = mesh.app('seen')\n  print('waits', flush=True)\n"
                        "  for result in app.results(): print(result)\n",
                        "import asyncio, synergy_mesh as s\nasync def main():\n  async with s.aio.Mesh() as mesh:\n"
                        "    app = await mesh.app('seen')\n    print('waits', flush=True)\n"
                        "    async for result in app.results(): print(result)\nasyncio.run(main())\n"):
            with sm.Mesh(self.mesh.run_dir) as mesh:
                mesh.submit(fed_request())
            process = self.python("-c", program)
            self.assertEqual(process.stdout.readline(), "waits\n")
            process.send_signal(signal.SIGINT)
            begin = time.monotonic()
            _, errors = process.communicate(timeout=m.PATIENCE_S)
            self.assertEqual(process.returncode, -signal.SIGINT, errors)
            self.assertIn("KeyboardInterrupt", errors)
            self.assertLess(time.monotonic() - begin, 30)  # a watchdog


class UnderKills(m.MeshTest):
    """Frames fed by Python, and results read by Python, while processes are killed."""

    FRAMES, RATE = 300, 30

    def setUp(self):
        super().setUp()
        self.told = {app: collections.Counter() for app in feed_audit.APPS}
        self.owed, self.fed_all, self.errors = {app: {} for app in feed_audit.APPS}, threading.Event(), []

    def test_each_frame_has_one_outcome_and_is_told_once(self):
        self.mesh.up()
        feeder = feed_audit.Feeder(self.mesh, self.FRAMES, self.RATE)  # what the audit compares with
        killer = feed_audit.Killer(self.mesh, 17, (0.7, 2.0))
        reading, reader = threading.Event(), None
        with sm.Mesh(self.mesh.run_dir, join_timeout=60) as mesh:
            for app, devices in zip(feed_audit.APPS, (1, 2)):
                mesh.submit(request(app, at_least_devices=devices, trigger=sm.Trigger.FRAME, rate=500))
            reader = threading.Thread(target=self.read_all, args=[reading])
            reader.start()
            reading.wait(m.PATIENCE_S)
            killer.thread.start()
            try:
                self.feed_all(mesh, feeder)
            finally:
                self.fed_all.set()
                killer.ended.set()
                killer.thread.join()
        feed_audit.wait_for_outcomes(self.mesh, feeder)
        reader.join()
        wrong, summary = feed_audit.audit(feeder, feed_audit.outcomes(self.mesh))
        print(f"killed: {dict(killer.killed)}; {summary}; told: { {app: self.told[app].total() for app in self.told} }", flush=True)
        self.assertEqual(wrong + self.errors, [])
        self.assertTrue(killer.killed)
        self.assertEqual(self.told, self.owed)

    def feed_all(self, mesh, feeder):
        """Until so many are owed to both: the first ones may come before the plan is served."""
        frames, begin, both = sm.read_npy(HELDOUT), time.monotonic(), 0
        for number in range(10 * self.FRAMES):
            if both == self.FRAMES:
                return
            mesh.sleep(max(0, begin + number / self.RATE - time.monotonic()))
            fed = mesh.feed("glasses", "camera", frames[number % 100], frame_id=f"f{number}", timeout=m.PATIENCE_S)
            feeder.fed[f"f{number}"] = fed.apps
            feeder.again += fed.again
            both += len(fed.apps) == 2
            for app in fed.apps:
                self.owed[app][f"f{number}"] = 1

    def read_all(self, reading):
        """In a thread of its own, as another program would: the results of both apps, over asyncio."""
        async def read():
            async with aio.Mesh(self.mesh.run_dir, join_timeout=60) as mesh:
                apps = [await mesh.app(name) for name in feed_audit.APPS]
                reading.set()
                await asyncio.gather(*map(self.read, apps))

        try:
            asyncio.run(read())
        except Exception as error:  # shown by the test
            self.errors.append(repr(error))
        reading.set()

    async def read(self, app):
        """Until all that is owed was told, or nothing comes for long."""
        told, owed, last = self.told[app.name], self.owed[app.name], time.monotonic()
        while not (self.fed_all.is_set() and told.total() >= len(owed)) and time.monotonic() - last < m.PATIENCE_S:
            try:
                async for result in app.results(1, timeout=0.5):
                    told[result.frame.id] += 1
                    last = time.monotonic()
            except sm.DeadlineError:
                pass


if __name__ == "__main__":
    unittest.main()
