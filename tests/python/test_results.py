"""Each run is told once, whatever the bus lost; and what is waited for ends in time. On a bus that the test holds."""

import collections
import struct
import tempfile
import threading
import time
import unittest

import msgpack
from bench import ROOT, HeldIo, HeldTransport, ManualClock

import synergy_mesh
from synergy_mesh import ConflictError, DeadlineError, InvalidError, NoFitError, UnavailableError
from synergy_mesh.client import Client
from synergy_mesh.envelope import open_envelope, seal
from synergy_mesh.mesh import _BlockingIo, run
from synergy_mesh.messages import (MESSAGES, AppPhase, AppRequest, AppSet, AppStatus, AppSubmitted, BodyView, Chunk,
                                   CollaborationPlan, Device, Envelope, ExecutionPlan, Failure, Figure, FrameFed, FrameOutcome,
                                   FrameOutcomes, FrameRef, FrameUse, Health, Joined, LifeCycle, LinkProfile, Mark, PipelinePlan,
                                   QueryHistory, Requirement, ResultKind, RunKey, RunOutcome, RunRecord, RunResult, RunState,
                                   RunTable, Step, TaskKind)
from synergy_mesh.participant import Identity, Participant
from synergy_mesh.results import FollowedRuns, result_of
from synergy_mesh.transport import Packet

REQUEST = AppRequest(app="seen", model="digits", sensing=Requirement(needs="camera"), interaction=Requirement(needs="display"))


def heard(number, output=b"", label=3):
    state = RunState(key=RunKey(app="seen", run=number, attempt=1), plan_id=1, execution=0, began_ns=1000, energy_uj=1.5,
                     devices=["glasses", "watch"])
    return RunResult(run=state, ended_ns=5_001_000, label=label, score=9, output=output)


def record(number, recorded, outcome=RunOutcome.COMPLETED):
    return RunRecord(app="seen", run=number, attempts=1, plan_id=1, outcome=outcome, label=4, score=8, began_ns=0, ended_ns=1,
                     energy_uj=2, devices=["glasses"], recorded_unix_ns=recorded, reason="why" * (outcome == RunOutcome.FAILED))


class HeldMesh(unittest.TestCase):
    """A mesh of the test's: `answers` says by schema what is answered; None: nothing."""

    def setUp(self):
        self.clock, self.wire = ManualClock(), HeldTransport()
        self.bus = Participant(self.wire, self.clock, Identity("mine", 5))
        self.client = Client(self.bus, self.clock, HeldIo(self.bus, self.clock, self.idle), "run")
        self.answers = {"bus.join": lambda _: Joined(epoch=7), "app.submit": lambda _: AppSubmitted(app="seen", plan_id=1, first_run=10)}
        self.asked, self.sequence, self.known, self.sent = [], 0, set(), collections.Counter()
        self.later = []  # (time, what happens)
        run(self.client.join())

    def idle(self):
        while self.wire.sent:
            packet = self.wire.sent.pop(0)
            envelope, body = open_envelope(packet.payload)
            self.sent[envelope.schema] += 1
            if envelope.request_id not in self.known:
                self.asked.append((envelope.schema, self.clock.elapsed, MESSAGES[envelope.schema].from_plain(body)))
            self.known.add(envelope.request_id)
            answer = self.answers.get(envelope.schema, lambda _: None)(self.asked[-1][2])
            if answer is not None:
                self.tell("@mine/reply", answer, envelope.request_id)
        for due in [due for due in self.later if due[0] <= self.clock.elapsed]:
            self.later.remove(due)
            due[1]()

    def tell(self, topic, message, request_id="", sender="dispatcher", instance=1):
        self.sequence += not request_id
        envelope = Envelope(schema="", version=1, sender=sender, instance=instance, request_id=request_id,
                            sequence=0 if request_id else self.sequence)
        self.wire.arriving.append(Packet(topic, seal(envelope, message)))

    def tell_results(self, *numbers):
        for number in numbers:
            self.tell("event/result/seen", heard(number), sender="executor/watch")

    def tell_status(self, phase=AppPhase.RUNNING, **more):
        self.tell("state/apps", AppSet(apps=[AppStatus(request=REQUEST, phase=phase, plan_id=1, first_run=10, **more)]))

    def taken(self, app, *arguments, **more):
        async def all_of():
            return [result async for result in app.results(*arguments, **more)]
        return run(all_of())


class Results(HeldMesh):
    def test_what_was_lost_on_the_bus_comes_from_the_store(self):
        app = run(self.client.submit(REQUEST))
        now = self.clock.unix_ns()
        self.answers["store.query_runs"] = lambda asked: RunTable(runs=[record(n, now) for n in range(asked.first_run, 14)])
        self.tell_results(10, 12, 12, 10, 13)
        begin = self.clock.elapsed
        results = self.taken(app, 4)
        self.assertLess(self.clock.elapsed - begin, 10**9)  # the gap is the reason, not that nothing comes
        self.assertEqual([(result.run, result.label) for result in results], [(10, 3), (12, 3), (13, 3), (11, 4)])
        self.assertEqual(results[0].latency_us, 5000)
        self.assertEqual(results[0].devices, ("glasses", "watch"))

    def test_a_result_that_came_before_the_answer_is_not_lost(self):
        self.answers["app.submit"] = lambda _: (self.tell_results(10), AppSubmitted(app="seen", plan_id=1, first_run=10))[1]
        self.assertEqual([result.run for result in self.taken(run(self.client.submit(REQUEST)), 1)], [10])

    def test_the_subscription_is_in_force_before_the_app_is_asked_for(self):
        run(self.client.submit(REQUEST))
        self.assertEqual([asked[0] for asked in self.asked], ["bus.join", "bus.join", "app.submit"])
        self.assertIn("event/result/seen", self.wire.subscriptions)

    def test_the_end_of_the_app_ends_the_results_with_none_missing(self):
        app = run(self.client.submit(REQUEST))
        now = self.clock.unix_ns()
        self.answers["store.query_runs"] = lambda asked: RunTable(runs=[record(n, now) for n in range(asked.first_run, 13)])
        self.tell_results(10)
        self.tell_status(AppPhase.FINISHED)
        self.assertEqual([result.run for result in self.taken(app)], [10, 11, 12])

    def test_failed_runs_are_told(self):
        app = run(self.client.submit(REQUEST))
        now = self.clock.unix_ns()
        self.tell_status(failed=1)
        self.answers["store.query_runs"] = lambda _: RunTable(runs=[record(10, now, RunOutcome.FAILED)])
        result, = self.taken(app, 1)
        self.assertFalse(result.completed)
        self.assertIn("failed: why", str(result))

    def test_a_process_that_started_again_is_a_reason_to_look(self):
        app = run(self.client.submit(REQUEST))
        now = self.clock.unix_ns()
        self.answers["store.query_runs"] = lambda _: RunTable(runs=[record(10, now)])
        for instance in (1, 2):
            self.tell("health/broker", Health(process="broker", instance=instance, pid=1, state=LifeCycle.READY, note="", counters={}),
                      sender="broker", instance=instance)
        begin = self.clock.elapsed
        self.assertEqual(len(self.taken(app, 1)), 1)
        self.assertLess(self.clock.elapsed - begin, 10**9)

    def test_where_nothing_comes_the_deadline_does(self):
        app = run(self.client.submit(REQUEST))
        begin = self.clock.elapsed
        with self.assertRaisesRegex(DeadlineError, "no result of app 'seen' in 7 s"):
            self.taken(app, timeout=7)
        self.assertAlmostEqual((self.clock.elapsed - begin) / 1e9, 7, delta=0.2)

    def test_runs_of_before_are_not_told(self):
        self.tell_status(next_run=13)
        self.answers["store.query_runs"] = lambda asked: RunTable(
            runs=[record(n, self.clock.unix_ns() - 10**12) for n in range(asked.first_run, 13)])
        app = run(self.client.app("seen"))
        self.tell_results(13)
        self.assertEqual([result.run for result in self.taken(app, 1)], [13])
        with self.assertRaises(DeadlineError):
            self.taken(app, 1, timeout=5)

    def test_a_number_that_is_given_to_another_frame(self):
        """As by a dispatcher that was killed before it kept the run."""
        app = run(self.client.submit(REQUEST))
        for number, frame in [(10, 1), (11, 2), (11, 3), (12, 2), (13, 4)]:
            told = heard(number)
            told.run.frame = FrameRef(device="glasses", sensor="camera", id=f"f{frame}", sequence=frame)
            self.tell("event/result/seen", told, sender="executor/watch")
        self.assertEqual([result.frame.id for result in self.taken(app, 4)], ["f1", "f2", "f3", "f4"])
        with self.assertRaises(DeadlineError):
            self.taken(app, 1, timeout=1)

    def test_the_same_where_the_bus_lost_the_other_frame(self):
        app = run(self.client.submit(REQUEST))
        now, kept = self.clock.unix_ns(), {10: 1, 11: 3, 12: 2}
        def runs_from(asked):
            runs = [record(number, now) for number in sorted(kept) if number >= asked.first_run]
            for one in runs:
                one.frame = FrameRef(device="glasses", sensor="camera", id=f"f{kept[one.run]}", sequence=kept[one.run])
            return RunTable(runs=runs)
        self.answers["store.query_runs"] = runs_from
        for number, frame in [(10, 1), (11, 2), (12, 2)]:
            told = heard(number)
            told.run.frame = FrameRef(device="glasses", sensor="camera", id=f"f{frame}", sequence=frame)
            self.tell("event/result/seen", told, sender="executor/watch")
        self.assertEqual([result.frame.id for result in self.taken(app, 3, timeout=20)], ["f1", "f2", "f3"])

    def test_a_run_that_never_ended_does_not_keep_the_end_away(self):
        app = run(self.client.submit(REQUEST))
        self.answers["store.query_runs"] = lambda asked: RunTable(runs=[])
        self.tell_results(10, 12)
        self.tell_status(AppPhase.STOPPED)
        begin = self.clock.elapsed
        self.assertEqual([result.run for result in self.taken(app)], [10, 12])
        self.assertLess(self.clock.elapsed - begin, 10 * 10**9)

    def test_results_that_nobody_takes_do_not_pile_up(self):
        app = run(self.client.submit(REQUEST))
        now = self.clock.unix_ns()
        self.answers["store.query_runs"] = lambda asked: RunTable(
            runs=[record(n, now) for n in range(asked.first_run, min(10 + 12_000, asked.first_run + 1000))])
        self.tell_results(*range(10, 10 + 12_000))
        run(self.client.sleep(1))
        self.assertEqual(len(app._waiting), 10_000)
        self.assertEqual([result.run for result in self.taken(app, 12_000, timeout=60)], list(range(10, 10 + 12_000)))

    def test_closing_unsubscribes(self):
        before = sorted(self.wire.subscriptions)
        app = run(self.client.submit(REQUEST))
        app.close()
        more = {"state/apps", "state/plan", "health/dispatcher"}  # the mesh's own
        self.assertEqual(sorted({*self.wire.subscriptions} - more), sorted({*before} - more))


class Asking(HeldMesh):
    def test_the_mesh_says_why_not(self):
        self.answers["app.submit"] = lambda _: Failure(code="no_fit", message="too much; stop another app")
        with self.assertRaisesRegex(NoFitError, "^too much; stop another app$") as caught:
            run(self.client.submit(REQUEST))
        self.assertEqual(caught.exception.code, "no_fit")
        self.assertNotIn("event/result/seen", self.wire.subscriptions)

    def test_the_dispatcher_is_waited_for_as_long_as_it_is_at_work(self):
        del self.answers["app.submit"]
        for second in range(60):
            note = "plans for 3 apps" if second < 40 else ""
            self.later.append((self.clock.elapsed + second * 10**9, lambda note=note: self.tell(
                "health/dispatcher", Health(process="dispatcher", instance=1, pid=1, state=LifeCycle.READY, note=note, counters={}))))
        begin = self.clock.elapsed
        with self.assertRaisesRegex(DeadlineError, "no sign of work there for 20 s"):
            run(self.client.submit(REQUEST))
        self.assertAlmostEqual((self.clock.elapsed - begin) / 1e9, 59, delta=0.5)
        sent = self.sent["app.submit"]
        self.assertGreater(sent, 10)
        run(self.client.sleep(10))
        self.assertEqual(self.sent["app.submit"], sent)  # what was given up is not repeated

    def test_a_frame_is_offered_again_under_its_id(self):
        said = iter([Failure(code="overloaded", message="full"), Failure(code="unavailable", message="deploying"),
                     FrameFed(frame=FrameRef(id="x", sequence=1), apps=["seen"])])
        self.answers["frame.feed"] = lambda _: next(said)
        fed = run(self.client.feed("glasses", "camera", bytes(4), frame_id="x"))
        self.assertEqual(fed.apps, ["seen"])
        offers = [(asked[2].id, asked[1]) for asked in self.asked if asked[0] == "frame.feed"]
        self.assertEqual([offer[0] for offer in offers], ["x", "x", "x"])
        self.assertGreaterEqual(offers[1][1] - offers[0][1], 100_000_000)

    def test_a_frame_that_is_wrong_is_not_offered_again(self):
        self.answers["frame.feed"] = lambda _: Failure(code="not_found", message="has no sensor 'cam'")
        with self.assertRaisesRegex(synergy_mesh.NotFoundError, "has no sensor"):
            run(self.client.feed("glasses", "cam", bytes(4)))
        self.assertEqual(len([asked for asked in self.asked if asked[0] == "frame.feed"]), 1)

    def test_a_frame_for_a_device_that_is_not_is_given_up(self):
        figure = Figure(value=1, mark=Mark.ASSUMED)
        link = LinkProfile(name="l", bytes_per_second=figure, message_overhead_us=figure, tx_mw=figure, rx_mw=figure, idle_mw=figure)
        body = BodyView(name="b", time_scale=1, devices=[Device(id="glasses", profile="max78000", sensors=[], actuators=[])],
                        absent=["ring"], link=link, device_profiles={}, sensor_profiles={}, actuator_profiles={})
        self.later.append((self.clock.elapsed + 150_000_000, lambda: self.tell("state/body", body)))
        self.answers["frame.feed"] = lambda _: Failure(code="unavailable", message="nobody takes it")
        begin = self.clock.elapsed
        with self.assertRaisesRegex(synergy_mesh.NotFoundError, "no device 'glases'; it has glasses, ring"):
            run(self.client.feed("glases", "camera", bytes(4)))
        self.assertLess((self.clock.elapsed - begin) / 1e9, 1)
        with self.assertRaisesRegex(UnavailableError, "nobody takes it"):  # who is absent may come back
            run(self.client.feed("ring", "camera", bytes(4), timeout=2))

    def test_a_feed_ends_in_time(self):
        self.answers["frame.feed"] = lambda _: Failure(code="overloaded", message="the spool is full")
        begin = self.clock.elapsed
        with self.assertRaisesRegex(synergy_mesh.OverloadedError, "the spool is full"):
            run(self.client.feed("glasses", "camera", bytes(4), timeout=3))
        self.assertAlmostEqual((self.clock.elapsed - begin) / 1e9, 3, delta=0.3)

    def test_a_state_that_nobody_publishes(self):
        with self.assertRaisesRegex(UnavailableError, "nothing is published on 'state/body' yet"):
            run(self.client.state(BodyView))
        with self.assertRaisesRegex(InvalidError, "QueryHistory is no state"):
            run(self.client.state(QueryHistory))

    def test_a_command_to_a_device_names_it(self):
        with self.assertRaisesRegex(InvalidError, "goes to 'cmd/executor/DEVICE': name the device"):
            run(self.client.ask(synergy_mesh.messages.QueryTasks(since_ns=0)))

    def test_a_name_that_is_taken(self):
        bus = Participant(self.wire, self.clock, Identity("mine", 6))
        client = Client(bus, self.clock, HeldIo(bus, self.clock, self.idle), "run")
        self.answers["bus.join"] = lambda _: Failure(code="conflict", message="'mine' is somebody else's")
        with self.assertRaisesRegex(ConflictError, "is somebody else's"):
            run(client.join())


def pipeline_of(result, width=32, classes=3, pixels=1, **more):
    way = ExecutionPlan(share=1, source="glasses", target="watch", chunks=[Chunk(device="glasses", first_layer=0, last_layer=1)],
                        steps=[Step(kind=TaskKind.SENSE, device="glasses", duration_ns=1)], latency_ns=1, energy_uj=1)
    return PipelinePlan(app="seen", model="digits", sensing="camera", model_digest="", result=result, output_width=width,
                        classes=classes, output_pixels=pixels, labels=["a", "b", "c"], input_bytes=1, executions=[way],
                        depth=1, runs_per_second=1, runs_per_cycle=1, cycle_ns=1, energy_uj=1, bottleneck="", **more)


class FramesOfAnApp(HeldMesh):
    def setUp(self):
        super().setUp()
        self.tell_status()
        self.tell_plan()
        self.app = run(self.client.submit(REQUEST))
        self.fed = []

    def tell_plan(self, frames=FrameUse.EVERY):
        plan = msgpack.unpackb(bytes.fromhex((ROOT / "tests/data/messages/plan.hex").read_text()))
        plan = CollaborationPlan.from_plain(plan)
        plan.id, plan.pipelines = 1, [pipeline_of(ResultKind.ARGMAX, frames=frames)]
        self.tell("state/plan", plan)

    def answer_feeds(self, owed_from=1):
        """The executor serves the plan from that frame on."""
        def feed(asked):
            self.fed.append(asked.id)
            return FrameFed(frame=FrameRef(device="glasses", sensor="camera", id=asked.id, sequence=len(self.fed)),
                            apps=["seen"] if len(self.fed) >= owed_from else [])
        self.answers["frame.feed"] = feed

    def test_a_frame_that_came_before_the_plan_was_served_is_fed_again(self):
        self.answer_feeds(owed_from=3)
        fed = run(self.app.feed(bytes(4), frame_id="x"))
        self.assertEqual((fed.frame.id, self.fed), ("x~3", ["x", "x~2", "x~3"]))

    def test_an_app_that_is_never_served_ends_in_time(self):
        self.answer_feeds(owed_from=10**6)
        with self.assertRaisesRegex(UnavailableError, "'seen' is not served yet, and takes no frame"):
            run(self.app.feed(bytes(4), timeout=2))

    def test_an_app_that_only_wants_the_newest_is_owed_none(self):
        self.tell_plan(FrameUse.NEWEST)
        self.answer_feeds(owed_from=10**6)
        self.assertEqual(run(self.app.feed(bytes(4))).apps, [])

    def test_an_answer_that_was_lost_is_looked_up(self):
        self.answer_feeds(owed_from=2)
        self.answers["store.query_frames"] = lambda asked: FrameOutcomes(
            outcomes=[FrameOutcome(app="seen", run=12, sequence=asked.sequences[0])])
        self.answers["store.query_runs"] = lambda asked: RunTable(runs=[record(asked.first_run, self.clock.unix_ns())])
        result = run(self.app.ask(bytes(4)))
        self.assertEqual((result.run, result.label), (12, 4))

    def test_an_answer_that_is_heard(self):
        self.answer_feeds()
        def hear():
            told = heard(12)
            told.run.frame = FrameRef(device="glasses", sensor="camera", id=self.fed[-1], sequence=1)
            self.tell("event/result/seen", told)
        self.later.append((self.clock.elapsed + 10**8, hear))
        self.assertEqual(run(self.app.ask(bytes(4))).run, 12)

    def test_a_run_that_failed_says_why(self):
        self.answer_feeds()
        self.answers["store.query_frames"] = lambda asked: FrameOutcomes(
            outcomes=[FrameOutcome(app="seen", run=12, sequence=asked.sequences[0])])
        self.answers["store.query_runs"] = lambda asked: RunTable(
            runs=[record(asked.first_run, self.clock.unix_ns(), RunOutcome.FAILED)])
        with self.assertRaisesRegex(UnavailableError, "no answer: why"):
            run(self.app.ask(bytes(4)))

    def test_an_app_that_takes_no_frames_from_outside(self):
        self.tell_plan(FrameUse.OWN)
        with self.assertRaisesRegex(ConflictError, "trigger: frame"):
            run(self.app.feed(bytes(4)))

    def test_an_app_that_has_ended(self):
        self.tell_status(AppPhase.STOPPED, reason="stopped on request")
        begin = self.clock.elapsed
        with self.assertRaisesRegex(ConflictError, r"'seen' is stopped \(stopped on request\); submit it again"):
            run(self.app.feed(bytes(4)))
        self.assertLess(self.clock.elapsed - begin, 10**9)


class Answers(unittest.TestCase):
    @staticmethod
    def pipeline(*arguments, **more):
        return pipeline_of(*arguments, **more)

    def test_a_class(self):
        result = result_of(heard(1, label=2), self.pipeline(ResultKind.ARGMAX))
        self.assertEqual((result.label, result.label_name, result.score, result.values), (2, "c", 9, ()))
        self.assertEqual(str(result), "seen run 1: 2 (c); glasses > watch, 5.00 ms, 1.5 uJ")

    def test_softmax_is_a_class_and_its_values(self):
        result = result_of(heard(1, struct.pack("<3i", -5, 7, 7), -1), self.pipeline(ResultKind.SOFTMAX))
        self.assertEqual((result.label, result.label_name, result.score, result.values), (1, "b", 7, (-5, 7, 7)))

    def test_raw_values_and_maps(self):
        result = result_of(heard(1, b"\xff\x01", -1), self.pipeline(ResultKind.RAW, width=8))
        self.assertEqual((result.label, result.values), (None, (-1, 1)))
        result = result_of(heard(1, b"\x00\xc8", -1), self.pipeline(ResultKind.ARGMAX, pixels=2))
        self.assertEqual((result.label, result.values), (None, (0, 200)))

    def test_runs_are_followed_once(self):
        runs = FollowedRuns(5)
        self.assertEqual([runs.note(n) for n in (4, 5, 7, 7, 6)], [False, True, True, False, True])
        self.assertFalse(runs.has_gaps)
        self.assertEqual(runs.next, 8)


class WithoutMesh(unittest.TestCase):
    def test_nobody_answers(self):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.monotonic()
            with self.assertRaisesRegex(UnavailableError, "no mesh answers in .*; start one with deploy/mesh up"):
                synergy_mesh.Mesh(folder, join_timeout=0.3)
            self.assertLess(time.monotonic() - begin, 60)
            with self.assertRaisesRegex(UnavailableError, "no mesh answers"):
                synergy_mesh.Mesh(folder + "/none")
            with self.assertRaisesRegex(synergy_mesh.MachineError, "is longer than 107 bytes"):
                deep = tempfile.mkdtemp(prefix="x" * 100, dir=folder)
                synergy_mesh.Mesh(deep)

    def test_two_threads_at_a_time_are_told(self):
        clock, wire = ManualClock(), HeldTransport()
        bus = Participant(wire, clock, Identity("mine", 5))
        entered, leave = threading.Event(), threading.Event()
        wire.wait = lambda _: (entered.set(), leave.wait(60))
        io = _BlockingIo(wire, bus, clock)
        other = threading.Thread(target=lambda: run(io.wait(leave.is_set, None)))
        other.start()
        entered.wait(60)
        with self.assertRaisesRegex(ConflictError, "another thread is using this Mesh"):
            run(io.wait(lambda: True, None))
        leave.set()
        other.join()


if __name__ == "__main__":
    unittest.main()
