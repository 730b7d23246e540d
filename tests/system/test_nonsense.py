"""Raw nonsense on the bus of a running mesh: every process is alive and working afterwards."""

import json
import random
import tempfile
import time
import unittest

import msgpack
import zmq

import mesh as m

FAR = 2**62
LARGE = 2**64 - 1


def envelope(schema, body, **changes):
    message = {"schema": schema, "version": 1, "sender": "stranger", "instance": 1, "sequence": 0,
               "request_id": f"r{random.random()}", "body": body}
    message.update(changes)
    return msgpack.packb(message)


def plan(devices, **changes):
    """A plan that is right but for `changes`, which may hold changes of its pipeline, execution plan or steps."""
    step = {"kind": "infer", "device": devices[0], "chunk": 0, "duration_ns": 1000, **changes.pop("step", {})}
    execution = {"share": 1.0, "source": devices[0], "target": devices[0],
                 "chunks": [{"device": devices[0], "first_layer": 0, "last_layer": 4}], "steps": [step],
                 "latency_ns": 1000, "energy_uj": 1.0, **changes.pop("execution", {})}
    pipeline = {"app": "evil", "model": "digits", "sensing": "camera", "model_digest": "00", "result": "argmax",
                "output_width": 8, "input_bytes": 784, "executions": [execution], "depth": 1,
                "runs_per_second": 1.0, "runs_per_cycle": 1, "cycle_ns": 1_000_000_000, "energy_uj": 1.0,
                "bottleneck": "", **changes.pop("pipeline", {})}
    return {"id": 1, "body": "b", "policy": "p", "objective": "rounds", "status": "heuristic",
            "pipelines": [pipeline], "units": [], "memory": [], "devices": [], "rounds_per_second": 1.0, "latency_ns": 1,
            "energy_uj": 1.0, "bottleneck": "", "reason": "", "planning_us": 1, **changes}


def hostile_plans(devices):
    yield plan(devices, execution={"chunks": []})
    yield plan(devices, execution={"steps": []})
    yield plan(devices, pipeline={"executions": []})
    yield plan(devices, pipeline={"depth": 0})
    yield plan(devices, pipeline={"depth": 2**32 - 1})
    yield plan(devices, pipeline={"output_width": 0})
    yield plan(devices, pipeline={"runs_per_second": float("nan")})
    yield plan(devices, pipeline={"runs_per_cycle": 0})
    yield plan(devices, pipeline={"runs_per_cycle": 2**32 - 1})
    yield plan(devices, pipeline={"runs_per_cycle": 3, "sequence": [0, 0]})
    yield plan(devices, pipeline={"cycle_ns": -1})
    yield plan(devices, pipeline={"input_bytes": LARGE})
    yield plan(devices, step={"chunk": 77})
    yield plan(devices, step={"duration_ns": -5})
    yield plan(devices, step={"duration_ns": 2**63 - 1})
    yield plan(devices, step={"kind": "transfer"})
    yield plan(devices, rounds_per_second=float("nan"))
    yield plan(devices, units=[{"device": devices[0], "unit": "cpu", "busy_ns": 0,
                                "order": [{"pipeline": 9, "execution": 9, "step": 9}]}])
    yield plan(devices, pipelines=[])


def hostile_bodies(body):
    """The mesh's own body view, spoilt in one place each."""
    def spoilt(**changes):
        return {**body, **changes}
    yield spoilt(device_profiles={})
    yield spoilt(sensor_profiles={})
    yield spoilt(actuator_profiles={})
    yield spoilt(devices=[])
    yield spoilt(devices=body["devices"] * 2)
    yield spoilt(time_scale=0.0)
    yield spoilt(time_scale=1e-300)
    yield spoilt(time_scale=float("inf"))
    yield spoilt(absent=["nobody"])
    profile = next(iter(body["device_profiles"]))
    for clock in ("cnn_clock_mhz", "mcu_clock_mhz"):
        for value in (0.0, -1.0, float("nan"), 1e300):
            stopped = {**body["device_profiles"][profile], clock: {"value": value, "mark": "sheet"}}
            yield spoilt(device_profiles={**body["device_profiles"], profile: stopped})


def run_messages(app, device):
    key = {"app": app, "run": 0, "attempt": 1}
    run = {"key": key, "plan_id": 1, "execution": 0, "began_ns": 0, "energy_uj": 1.0, "devices": [device]}
    for time_ns in (-1, -2**63, FAR, 2**63 - 1):
        yield f"run/{device}", "run.grant", {"key": key, "plan_id": 1, "execution": 0, "not_before_ns": time_ns}
        yield f"run/{device}", "tensor", {"run": run, "step": 0, "from": device, "ready_ns": time_ns, "data": b""}
        yield f"run/{device}", "tensor.taken", {"key": key, "step": 0, "begin_ns": time_ns, "end_ns": time_ns}
        yield f"cmd/accelerator/{device}", "accelerator.do", {
            "action": "power_cycle", "chunk": {"model": "", "model_digest": "", "first_layer": 0, "last_layer": 0},
            "begin_ns": time_ns}
        yield f"event/result/{app}", "run.result", {"run": run, "ended_ns": time_ns, "label": 1, "score": 1}
    for changes in ({"devices": ["a > b"]}, {"plan_id": LARGE}, {"energy_uj": float("nan")}, {"key": {**key, "run": LARGE}}):
        yield f"event/result/{app}", "run.result", {"run": {**run, **changes}, "ended_ns": 1, "label": 1, "score": 1}
    for step in (0, 1, 2**32 - 1):
        yield f"run/{device}", "run.grant", {"key": key, "plan_id": 1, "execution": step, "not_before_ns": 1}
        yield f"run/{device}", "tensor", {"run": run, "step": step, "from": device, "ready_ns": 1, "data": b"x" * 9}


def live_messages(app, devices):
    """What steers a live mesh: turns, starts, switches, changes of the body, questions."""
    for device in devices:
        for first, turns in ((LARGE, LARGE), (FAR, FAR), (0, FAR), (0, 0), (-1, 5)):
            yield f"run/{device}", "run.skip", {"app": app, "plan_id": 1, "start": 0, "first_turn": first, "turns": turns}
        yield f"run/{device}", "run.skip", {"app": "nobody", "plan_id": LARGE, "start": LARGE, "first_turn": 0, "turns": 1}
        for stage in ("load_beside", "sideways"):
            yield f"cmd/executor/{device}", "deploy", {"plan": plan(devices, pipelines="none"), "stage": stage}
            yield f"cmd/executor/{device}", "deploy", {"plan": plan(devices, step={"chunk": 77}), "stage": stage, "start": LARGE}
        for since, last in ((-2**63, -1), (2**63 - 1, 2**63 - 1), (0, 0)):
            yield f"cmd/executor/{device}", "tasks.query", {"since_ns": since, "last_ns": last}
    for policy in ("bestest", "p" * 100_000):
        yield "cmd/dispatcher", "plan.again", {"policy": policy}
        yield "cmd/dispatcher", "plan.again", {"policy": policy, "once": True}
    yield "cmd/dispatcher", "plan.again", {"policy": "optimal", "once": "for ever"}
    for change in ({}, {"link": "../../etc/passwd"}, {"link": "no-such"}, {"device": "nobody", "profile": "max78000"},
                   {"profile": "max78000"}, {"device": devices[0], "profile": "../bodies/mixed-4"},
                   {"device": devices[0], "battery_percent": float("nan")}, {"device": devices[0], "battery_percent": 1e300},
                   {"device": devices[0], "battery_percent": "full"}, {"battery_percent": 1}):
        yield "cmd/monitor", "body.change", change
    for drain, load in ((-1, 0), (2**63 - 1, 2**63 - 1), (0, -2**63)):
        yield "cmd/store", "store.switch", {"plan_id": 1, "drain_ns": drain, "load_ns": load}
    yield "cmd/store", "store.switch", {"plan_id": LARGE, "drain_ns": 0, "load_ns": 0}
    yield "cmd/store", "store.decision", {"apps": [], "cause": "c" * 1_000_000, "decided": "d" * 1_000_000, "at_unix_ns": -5}
    yield "state/use", "use", {"window_s": float("nan"), "units": "none"}


def request(**changes):
    return {"app": "evil", "model": "digits", "sensing": {"needs": "camera"}, "interaction": {"needs": "display"},
            **changes}


def requests():
    yield request(app="")
    yield request(app="../../etc")
    yield request(app="a/b")
    yield request(app="x" * 100_000)
    yield request(model="../../../etc/passwd")
    yield request(sensing={"needs": ""})
    yield request(sensing={"needs": "y" * 1_000_000})
    yield request(runs=LARGE)
    yield request(rate=-1.0)
    yield request(rate=1e-10)
    yield request(rate=float("nan"))
    yield request(at_least_devices=2**32 - 1, runs=1)


def status(**changes):
    return {"request": request(runs=1), "phase": "running", "first_run": 0, "next_run": LARGE, **changes}


def packets(body, devices):
    """Every (topic, payload) of the attack."""
    chance = random.Random(4711)
    for hostile in hostile_bodies(body):
        yield "state/body", envelope("body", hostile)
        yield "cmd/store", envelope("store.body", {"body": hostile})
    for bad in requests():
        yield "cmd/dispatcher", envelope("app.submit", {"request": bad})
        yield "cmd/planner", envelope("plan.make", {"id": 1, "apps": [bad]})
    yield "cmd/dispatcher", envelope("app.stop", {"app": "z" * 1_000_000})
    for bad in hostile_plans(devices):
        yield "cmd/store", envelope("store.decision", {"apps": [], "plan": bad, "cause": "evil"})
        for device in devices:
            # A plan that names no pipeline is right, and would be taken: it is for the store to refuse a number.
            if bad["pipelines"]:
                yield f"cmd/executor/{device}", envelope("deploy", {"plan": bad})
    yield "cmd/store", envelope("store.decision", {"apps": [status()], "cause": "evil"})
    yield "cmd/store", envelope("store.query_runs", {"app": "victim", "first_run": LARGE, "limit": 2**32 - 1})
    for device in devices:
        for topic, schema, message in run_messages("victim", device):
            yield topic, envelope(schema, message)
    for topic, schema, message in live_messages("victim", devices):
        yield topic, envelope(schema, message)
    for i in range(2000):
        yield f"health/evil-{i}", envelope("health", {"process": f"evil-{i}", "instance": 1, "pid": 1, "state": "ready"})
    yield "health/large", envelope("health", {"process": "p" * 1_000_000, "instance": 1, "pid": 1, "state": "ready",
                                              "note": "n" * 1_000_000})
    services = ["broker", "store", "monitor", "planner", "dispatcher", *(f"{k}/{d}" for d in devices for k in ("executor", "accelerator"))]
    for service in services:
        topic = f"cmd/{service}"
        yield topic, envelope("app.stop", {"app": "victim"}, request_id="")  # nobody acts on what has no id
        yield topic, envelope("no.such", {}, sender="s" * 1000)
        yield topic, envelope("no.such", {"x": [[[[[]]]]]}, request_id="q" * 1_000_000)
        yield topic, envelope("app.submit", None)
        yield topic, b""
        yield topic, b"\xdf\xff\xff\xff\xff"
        yield topic, b"\x91" * 1000
        yield topic, bytes(chance.randrange(256) for _ in range(500))
        yield topic, b"\xc4" * (5 << 20)
    whole = envelope("deploy", {"plan": plan(devices)})
    for _ in range(300):  # a right message with a few bytes changed
        spoilt = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        yield f"cmd/executor/{devices[-1]}", bytes(spoilt)


class Nonsense(unittest.TestCase):
    def test_leaves_every_process_alive_and_the_mesh_working(self):
        with m.Mesh() as mesh, tempfile.TemporaryDirectory() as folder:
            victim = m.digits_app(folder, "victim", runs=0)
            mesh.cli("submit", str(victim))
            mesh.wait_for(lambda: mesh.app("victim")["completed"] > 5, "an app to run")
            before = {s["process"]: s["pid"] for s in mesh.json("services")["services"] if s["state"] == "ready"}
            self.assertEqual(len(before), 14)

            context = zmq.Context()
            bus = context.socket(zmq.PUB)
            bus.setsockopt(zmq.SNDHWM, 0)  # all of it waits here where the broker makes this process wait
            bus.connect(f"ipc://{mesh.run_dir}/bus.publish")
            listen = context.socket(zmq.SUB)
            listen.connect(f"ipc://{mesh.run_dir}/bus.subscribe")
            listen.subscribe("state/body")
            body = msgpack.unpackb(listen.recv_multipart()[1])["body"]
            devices = [device["id"] for device in body["devices"]]
            time.sleep(0.5)  # the publisher's connection; what is lost before is only less nonsense
            for topic, payload in packets(body, devices):
                bus.send_multipart([topic.encode(), payload])
            for frames in ([b"only one"], [b"a", b"b", b"c"], [b"", b""], [b"t" * 5000, b""]):
                bus.send_multipart(frames)

            # The broker makes this process wait: what others send meanwhile overtakes it.
            # `services` tells counters as of the last change of some state; a heartbeat has those of now.
            def invalid(process):
                heartbeat = mesh.cli("topic", "echo", f"health/{process}", "--count", "1").stdout
                return json.loads(heartbeat)["body"]["counters"]["bus.invalid"]
            for process in ["planner", "dispatcher", "store", "executor/glasses", "accelerator/ring"]:
                mesh.wait_for(lambda name=process: invalid(name) > 5, f"the nonsense to reach {process}")
            report = mesh.json("submit", str(m.digits_app(folder, "after", runs=20)), "--follow")
            self.assertEqual((report["completed"], report["failed"]), (20, 0))
            context.destroy()
            completed = mesh.app("victim")["completed"]
            mesh.wait_for(lambda: mesh.app("victim")["completed"] > completed + 10, "the victim to go on")
            mesh.cli("stop", "victim")
            after = {s["process"]: (s["pid"], s["state"]) for s in mesh.json("services")["services"]}
            for process, pid in before.items():
                self.assertEqual(after.get(process), (pid, "ready"), f"{process}\n{mesh.logs()}")
            broker = json.loads(mesh.cli("topic", "echo", "state/broker", "--count", "1").stdout)["body"]["counters"]
            self.assertGreater(broker["refused.packets"], 1000, "heartbeats of strangers were forwarded")
            self.assertIn("it came from process", (mesh.run_dir / "logs/broker.log").read_text())
            self.assertEqual(mesh.json("devices")["absent"], [])
            self.assertEqual([a["request"]["app"] for a in mesh.json("apps")["apps"] if a["phase"] == "running"], [])


if __name__ == "__main__":
    unittest.main()
