"""Taking part in the bus from Python, as schemas/README.md says: commands that are repeated until they are answered."""

import time
import uuid

import msgpack
import zmq

REPEAT_S = 0.25


class Participant:
    """One thread at a time. Joins when it is made, and again where an answer does not come: the broker may be another."""

    def __init__(self, run_folder, name):
        self.name = name
        self.context = zmq.Context()
        self.receive = self.context.socket(zmq.SUB)
        self.receive.connect(f"ipc://{run_folder}/bus.subscribe")
        self.receive.subscribe(f"@{name}/")
        self.send = self.context.socket(zmq.PUB)
        self.send.connect(f"ipc://{run_folder}/bus.publish")
        self.command("cmd/broker", "bus.join", {}, 20)

    def command(self, topic, schema, body, seconds):
        """The answer's whole message, or None where none came in time."""
        request_id = str(uuid.uuid4())
        end = time.monotonic() + seconds
        message = msgpack.packb({"schema": schema, "version": 1, "sender": self.name, "request_id": request_id,
                                 "deadline_unix_ns": time.time_ns() + int(seconds * 1e9), "body": body})
        while time.monotonic() < end:
            self.send.send_multipart([topic.encode(), message])
            until = min(end, time.monotonic() + REPEAT_S)
            while (left := until - time.monotonic()) > 0:
                if not self.receive.poll(int(left * 1000) + 1):
                    continue
                answer = msgpack.unpackb(self.receive.recv_multipart()[1])
                if answer.get("request_id") == request_id:
                    return answer
        return None
