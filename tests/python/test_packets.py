"""The Python package puts on the bus what the C++ client puts there, byte for byte, at the same times.

`record_packets` tells what bus::Participant sends in some scenarios, with a clock that is moved by hand. The same
scenarios are played here under the same name, instance and clock.
"""

import json
import subprocess
import unittest

from bench import BIN, HeldTransport, ManualClock

from synergy_mesh.envelope import open_envelope, seal
from synergy_mesh.messages import (AppRequest, AppStop, AppSubmit, AppSubmitted, AppTry, BodyChange, BrokerState, Chunk, Done,
                                   ElementType, Envelope, FrameFeed, Join, Joined, LoadState, Objective, PlacedApp, Placement,
                                   PlanAgain, QueryFrames, QueryHistory, QueryPlan, QueryRuns, Requirement, Trigger)
from synergy_mesh.errors import OverloadedError
from synergy_mesh.participant import Identity, Participant
from synergy_mesh.session import topic_of
from synergy_mesh.transport import Packet

MS = 10**6
S = 10**9
MINUTES = 60 * S


class Scenario:
    """As the class of that name in record_packets.cpp."""

    def __init__(self, recorded):
        self.clock, self.wire, self.packets = ManualClock(), HeldTransport(), []
        self.bus = Participant(self.wire, self.clock, Identity(recorded["name"], recorded["instance"]))
        self.last_join = None

    def note(self):
        for packet in self.wire.sent:
            self.packets.append((self.clock.monotonic_ns(), packet.topic, packet.payload.hex()))
            envelope, _ = open_envelope(packet.payload)
            if envelope.schema == Join.NAME:
                self.last_join = envelope.request_id
        self.wire.sent.clear()

    def advance(self, time):
        self.note()
        for _ in range(time // (10 * MS)):
            self.clock.elapsed += 10 * MS
            self.bus.tick()
            self.note()

    def take(self, topic, message, sender, sequence=0, request_id="", sent=0):
        envelope = Envelope(schema="", version=1, sender=sender, instance=1, sequence=sequence, request_id=request_id,
                            sent_unix_ns=sent)
        self.wire.arriving.append(Packet(topic, seal(envelope, message)))
        while self.bus.step():
            pass
        self.bus.tick()
        self.note()

    def answer_join(self, epoch, ahead=0):
        self.take(f"@{self.bus.name}/reply", Joined(epoch=epoch), "broker", request_id=self.last_join,
                  sent=self.clock.unix_ns() + ahead)

    def call(self, command, timeout, device=""):
        return self.bus.call(topic_of(command, device), command, timeout)

    def publish(self, topic, note):
        self.bus.publish(topic, Done(note=note))


def request():
    return AppRequest(app="seen", model="digits", sensing=Requirement(needs="camera", on="glasses"),
                      interaction=Requirement(needs="display"), rate=12.5, priority=-3, trigger=Trigger.FRAME)


def frame():
    return FrameFeed(sensor="camera", id="übung-1", dtype=ElementType.INT8, shape=[1, 2, 200],
                     data=bytes(i % 256 for i in range(400)))


def again():
    app = PlacedApp(app="seen", rate=4, chunks=[Chunk(device="glasses", first_layer=0, last_layer=2),
                                                Chunk(device="watch", first_layer=3, last_layer=4)])
    return PlanAgain(policy="synergy", objective=Objective.ENERGY, pin=Placement(apps=[app]))


def unanswered(scenario):
    scenario.bus.join()
    scenario.advance(3 * S)
    scenario.call(AppSubmit(request=request()), 30 * MINUTES)
    scenario.advance(9 * S)


def requests(scenario):
    scenario.bus.join()
    scenario.advance(20 * MS)
    scenario.answer_join(77, 10 * S)
    answered = scenario.call(AppSubmit(request=request()), 30 * MINUTES)
    scenario.call(AppTry(request=request()), 30 * MINUTES)
    scenario.call(frame(), 20 * S, "glasses")
    scenario.call(AppStop(app="seen"), 30 * MINUTES)
    scenario.call(again(), 30 * MINUTES)
    scenario.call(BodyChange(device="ring", battery_percent=12.5), 20 * S)
    scenario.call(QueryHistory(limit=7), 20 * S)
    scenario.call(QueryPlan(id=1 << 40), 20 * S)
    scenario.call(QueryRuns(app="seen", first_run=300, limit=1000), 20 * S)
    scenario.call(QueryFrames(device="glasses", sequences=[1, 65536]), 20 * S)
    scenario.advance(600 * MS)
    scenario.take(f"@{scenario.bus.name}/reply", AppSubmitted(app="seen", plan_id=1, first_run=0), "dispatcher",
                  request_id=answered.request_id)
    assert answered.result().plan_id == 1
    scenario.advance(22 * S)


def restart(scenario):
    scenario.bus.join()
    scenario.publish("state/mine", "first")
    scenario.publish("event/mine/seen", "waits until joined")
    scenario.publish("mine/else", "telemetry")
    scenario.advance(20 * MS)
    scenario.answer_join(77)
    scenario.publish("state/mine", "second")
    scenario.publish("event/mine/seen", "goes at once")
    scenario.wire.full = True
    scenario.publish("state/mine", "waits for room")
    scenario.publish("run/mine", "as well")
    scenario.call(LoadState(), 5 * S)
    scenario.advance(40 * MS)
    scenario.wire.full = False
    scenario.advance(300 * MS)
    scenario.take("state/broker", BrokerState(epoch=77, counters={}), "broker", sequence=1)
    scenario.take("state/broker", BrokerState(epoch=78, counters={}), "broker", sequence=2)
    scenario.advance(300 * MS)
    scenario.answer_join(78)
    scenario.advance(7 * S)


class SamePackets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = subprocess.run([BIN / "record_packets"], check=True, capture_output=True, text=True)
        cls.recorded = {one["scenario"]: one for one in json.loads(made.stdout)}

    def play(self, script, least):
        recorded = self.recorded[script.__name__]
        scenario = Scenario(recorded)
        script(scenario)
        theirs = [(packet["at"], packet["topic"], packet["bytes"]) for packet in recorded["packets"]]
        self.assertGreaterEqual(len(theirs), least)
        for i, (ours, other) in enumerate(zip(scenario.packets, theirs)):
            self.assertEqual(ours, other, f"packet {i}: {open_envelope(bytes.fromhex(other[2]))}")
        self.assertEqual(len(scenario.packets), len(theirs))
        return scenario

    def test_joining_and_asking_in_vain(self):
        self.play(unanswered, 20)

    def test_every_kind_of_request(self):
        scenario = self.play(requests, 80)
        schemas = {open_envelope(bytes.fromhex(packet[2]))[0].schema for packet in scenario.packets}
        self.assertEqual(len(schemas), 11, schemas)

    def test_a_broker_that_starts_again_and_a_full_queue(self):
        self.play(restart, 15)


class OwnRules(unittest.TestCase):
    """What no packet shows."""

    def setUp(self):
        self.scenario = Scenario({"name": "mine", "instance": 5})

    def test_a_state_that_was_seen_is_not_told_again(self):
        heard = []
        self.scenario.bus.subscribe("state/x", Done, lambda _, done: heard.append(done.note))
        for sequence, note in [(3, "a"), (3, "b"), (2, "c"), (6, "d")]:
            self.scenario.take("state/x", Done(note=note), "other", sequence=sequence)
        self.assertEqual(heard, ["a", "d"])
        self.assertEqual(self.scenario.bus.gaps, 2)

    def test_damaged_packets_are_counted(self):
        self.scenario.bus.subscribe("state/x", Done, lambda *_: self.fail("was told"))
        for payload in (b"", b"\xff" * 40, b"\x81\xa1a\x01", bytes(5 << 20), b"\x91" * 2000):
            self.scenario.wire.arriving.append(Packet("state/x", payload))
        while self.scenario.bus.step():
            pass
        self.assertEqual(self.scenario.bus.invalid, 5)

    def test_telemetry_at_a_full_queue_is_refused(self):
        self.scenario.wire.full = True
        with self.assertRaisesRegex(OverloadedError, "queue to the broker is full"):
            self.scenario.publish("mine/else", "x")

    def test_a_message_that_is_too_large_is_told_from_the_tick(self):
        feed = frame()
        feed.data = bytes(5 << 20)
        answer = self.scenario.call(feed, S, "glasses")
        self.assertFalse(answer.is_there)
        self.scenario.advance(10 * MS)
        self.assertRegex(str(answer.error), "has 5243.* bytes, at most 4194304 are allowed")
        self.assertEqual(self.scenario.packets, [])


if __name__ == "__main__":
    unittest.main()
