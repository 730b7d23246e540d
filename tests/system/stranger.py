"""A stranger takes part: submits an app and reads results with nothing but zmq, msgpack and schemas/README.md.

Usage: stranger.py RUN_FOLDER APP RUNS     prints one line a result: run, label, latency in ms, devices crossed
"""

import os
import sys
import time
import uuid

import msgpack
import zmq


class Stranger:
    def __init__(self, run_folder, topics):
        self.name = f"stranger-{os.getpid()}"
        context = zmq.Context.instance()
        self.receive = context.socket(zmq.SUB)
        self.receive.connect(f"ipc://{run_folder}/bus.subscribe")
        for topic in [*topics, f"@{self.name}/"]:
            self.receive.subscribe(topic)
        self.send = context.socket(zmq.PUB)
        self.send.connect(f"ipc://{run_folder}/bus.publish")

    def messages(self, deadline):
        """Every (topic, message) until the deadline."""
        while (left := deadline - time.monotonic()) > 0:
            if self.receive.poll(int(left * 1000) + 1):
                topic, payload = self.receive.recv_multipart()
                yield topic.decode(), msgpack.unpackb(payload)

    def command(self, topic, schema, body, seconds=20.0):
        """Repeats the command until it is answered, as the bus asks of everyone; returns the answer's body."""
        request_id = str(uuid.uuid4())
        deadline = time.monotonic() + seconds
        message = msgpack.packb({
            "schema": schema, "version": 1, "sender": self.name, "request_id": request_id,
            "deadline_unix_ns": time.time_ns() + int(seconds * 1e9), "body": body})
        while time.monotonic() < deadline:
            self.send.send_multipart([topic.encode(), message])
            for at, answer in self.messages(min(deadline, time.monotonic() + 0.25)):
                if at == f"@{self.name}/reply" and answer["request_id"] == request_id:
                    if answer["schema"] == "failure":
                        sys.exit(f"refused: {answer['body']['message']}")
                    return answer["body"]
        sys.exit(f"no answer to {schema}")


def main():
    run_folder, app, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    stranger = Stranger(run_folder, [f"event/result/{app}"])
    stranger.command("cmd/broker", "bus.join", {})  # from here on no result can be missed
    accepted = stranger.command("cmd/dispatcher", "app.submit", {"request": {
        "app": app, "model": "digits", "runs": runs, "at_least_devices": 2,
        "sensing": {"needs": "camera", "on": "glasses"}, "interaction": {"needs": "display", "on": "watch"}}})
    seen = {}
    for topic, message in stranger.messages(time.monotonic() + 60):
        if topic != f"event/result/{app}":
            continue
        body = message["body"]
        run = body["run"]
        seen[run["key"]["run"]] = body
        latency_ms = (body["ended_ns"] - run["began_ns"]) / 1e6
        print(run["key"]["run"], body["label_name"], f"{latency_ms:.3f}", ">".join(run["devices"]), flush=True)
        if len(seen) == runs:
            break
    first = accepted["first_run"]
    sys.exit(0 if sorted(seen) == list(range(first, first + runs)) else "results are missing")


main()
