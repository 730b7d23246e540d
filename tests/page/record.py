#!/usr/bin/python3
"""Records what the page's tests replay: a real mesh with three apps, then without one device.

    tests/page/record.py      by hand, after a build; writes tests/page/recorded/*.json

Everything in the files is what the mesh said, with the names that it has on the bus and in `--json`; only the newest tasks
of each device are kept.
"""

import json
import os
import pathlib
import sys
import time
import uuid

import msgpack
import zmq

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from mesh import ROOT, Mesh  # noqa: E402

BODY, LINK = ROOT / "deploy/bodies/six-78000.yaml", "wired-spi"  # a link on which it pays to spread a model
APPS = ["digits.yaml", "w1/unet.yaml", "w2/widenet.yaml", "w2/kws.yaml"]
POLICIES = ["optimal", "optimal-mixed", "synergy", "joint-model", "ind-model", "ind-e2e", "pri-min-dev", "pri-max-dev", "min-dev",
            "max-dev"]
TASKS_KEPT = 200
RESULTS_KEPT = 40  # of an app
PLANS_KEPT = 2  # whole; all are in the history
SECONDS = 3.0


def plain(value):
    """As JSON has it: bytes are not shown by the page."""
    if isinstance(value, bytes):
        return ""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


class Bus:
    def __init__(self, run_folder):
        self.name = f"recorder-{os.getpid()}"
        context = zmq.Context.instance()
        self.receive = context.socket(zmq.SUB)
        self.receive.connect(f"ipc://{run_folder}/bus.subscribe")
        for topic in ["state/", "event/", f"@{self.name}/"]:
            self.receive.subscribe(topic)
        self.send = context.socket(zmq.PUB)
        self.send.connect(f"ipc://{run_folder}/bus.publish")
        self.states = {}
        self.command("cmd/broker", "bus.join", {})

    def messages(self, deadline):
        while (left := deadline - time.monotonic()) > 0:
            if self.receive.poll(int(left * 1000) + 1):
                topic, payload = self.receive.recv_multipart()
                message = msgpack.unpackb(payload)
                if topic.startswith(b"state/"):
                    self.states[topic.decode()[6:]] = plain(message["body"])
                yield topic.decode(), message

    def command(self, topic, schema, body):
        request_id = str(uuid.uuid4())
        end = time.monotonic() + 20
        message = msgpack.packb({"schema": schema, "version": 1, "sender": self.name, "request_id": request_id,
                                 "deadline_unix_ns": time.time_ns() + 20_000_000_000, "body": body})
        while time.monotonic() < end:
            self.send.send_multipart([topic.encode(), message])
            for at, answer in self.messages(time.monotonic() + 0.25):
                if at == f"@{self.name}/reply" and answer["request_id"] == request_id:
                    return plain(answer["body"])
        sys.exit(f"no answer to {schema}")


def compare(mesh, apps):
    """What `/api/compare` tells, computed by `synergy solve`."""
    files = [word for app in apps for word in ("--app", str(ROOT / "deploy/apps" / app))]
    rows = []
    for policy in POLICIES:
        done = mesh.cli("solve", "--body", str(BODY), "--link", LINK, *files, "--policy", policy, "--json", check=False)
        report = json.loads(done.stdout)
        rows.append({"policy": policy, "rates": {line["app"]: line["runs_per_second"] for line in report["pipelines"]},
                     **{name: report[name] for name in ("status", "objective_value", "energy_uj", "latency_us", "reason")}})
    return rows


def scene(mesh, bus):
    """All that the gateway could be asked now, and what its stream would say for some seconds."""
    stream, began = [], time.monotonic()
    for topic, message in bus.messages(began + SECONDS):
        kind = topic.split("/")[1]
        if topic.startswith("event/") or topic == "state/use":
            stream.append({"after_ms": round((time.monotonic() - began) * 1000), "event": kind, "data": plain(message["body"])})
    states = dict(bus.states)
    tasks = {}
    for device in states["body"]["devices"]:
        if device["id"] not in states["body"]["absent"]:
            table = bus.command(f"cmd/executor/{device['id']}", "tasks.query", {})
            tasks[device["id"]] = {**table, "tasks": table["tasks"][-TASKS_KEPT:]}
    history = mesh.json("history")
    return {
        "state": {"body": states["body"], "apps": states["apps"]["apps"], "plan": states.get("plan"), "services": states["services"],
                  "use": states["use"], "sensors": [{"device": device["id"], "capability": sensor["capability"], "feed": False}
                                                    for device in states["body"]["devices"] for sensor in device.get("sensors", [])]},
        "explained": mesh.json("explain"),
        "history": history,
        "plans": {str(plan["id"]): bus.command("cmd/store", "store.query_plan", {"id": plan["id"]}) for plan in history["plans"][:PLANS_KEPT]},
        "events": mesh.query("SELECT at_unix_ns, kind, subject, text FROM events ORDER BY id DESC LIMIT 200"),
        "tasks": tasks,
        "stream": thinned(stream),
    }


def thinned(stream):
    """Evenly fewer results of each app, at their times."""
    by_app = {}
    for one in stream:
        if one["event"] == "result":
            by_app.setdefault(one["data"]["run"]["key"]["app"], []).append(one)
    kept = [one for one in stream if one["event"] != "result"]
    for results in by_app.values():
        kept += results[::max(1, len(results) // RESULTS_KEPT)]
    return sorted(kept, key=lambda one: one["after_ms"])


def one_to_leave(plan):
    """A device that computes, and that no app insists on."""
    wanted = {way[end] for pipeline in plan["pipelines"] for way in pipeline["executions"] for end in ("source", "target")}
    for pipeline in plan["pipelines"]:
        for chunk in pipeline["executions"][0]["chunks"]:
            if chunk["device"] not in wanted:
                return chunk["device"]
    sys.exit("every device that computes is insisted on: choose other apps")


def write(name, value):
    (HERE / "recorded").mkdir(exist_ok=True)
    (HERE / "recorded" / name).write_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n")


def main():
    mesh = Mesh()
    try:
        body = mesh.folder / "six-78000.yaml"  # whose camera sees digits
        camera = "{capability: camera, sources: ["
        body.write_text(BODY.read_text().replace(camera, camera + "{frames: models/digits/heldout/images.npy}, "))
        mesh.script("up", "--body", str(body), "--link", LINK)
        folder = mesh.folder
        for app in APPS:
            text = (ROOT / "deploy/apps" / app).read_text()
            file = folder / pathlib.Path(app).name
            file.write_text("".join(line + "\n" for line in text.splitlines() if not line.startswith("runs:")))
            mesh.cli("submit", str(file))
        bus = Bus(mesh.run_dir)
        for _ in bus.messages(time.monotonic() + 6):
            pass
        whole = scene(mesh, bus)
        before = whole["state"]["plan"]["id"]
        mesh.script("leave", one_to_leave(whole["state"]["plan"]))
        end = time.monotonic() + 60
        while bus.states["plan"]["id"] == before and time.monotonic() < end:
            for _ in bus.messages(time.monotonic() + 0.5):
                pass
        for _ in bus.messages(time.monotonic() + 6):
            pass
        write("whole.json", whole)
        write("without-a-device.json", scene(mesh, bus))
        write("compare.json", compare(mesh, APPS))
    finally:
        mesh.__exit__()


main()
