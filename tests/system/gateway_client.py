"""What tests of the gateway share: a client over HTTP, a viewer, and a mesh that runs an app."""

import contextlib
import http.client
import json
import re
import socket
import threading
import time
import unittest

import mesh as m

DIGITS = {"app": "digits", "model": "digits", "sensing": {"needs": "camera", "on": "glasses"},
          "interaction": {"needs": "display", "on": "watch"}, "at_least_devices": 2, "repeat": True}


class Client:
    """Who knows the address that `mesh up` printed."""

    def __init__(self, mesh):
        self.mesh = mesh

    @property
    def url(self):
        return (self.mesh.run_dir / "gateway.url").read_text().strip()

    @property
    def port(self):
        return int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)/#token=[0-9a-f]{64}", self.url).group(1))

    @property
    def token(self):
        return self.url.split("#token=")[1]

    def connect(self, timeout=m.PATIENCE_S):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method, target, body=None, headers=None):
        """Status, and the answer as JSON, or as text where it is none."""
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
            is_json = answer.getheader("Content-Type", "").startswith("application/json")
            return answer.status, json.loads(text) if is_json else text

    def get(self, target):
        status, answer = self.ask("GET", target)
        if status != 200:
            raise AssertionError(f"{target}: {status} {answer}")
        return answer

    def post(self, target, document, token=None):
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        return self.ask("POST", target, document if isinstance(document, (str, bytes)) else json.dumps(document), headers)

    def raw(self, data, wait=m.PATIENCE_S):
        """All that comes back for these bytes, until the other side closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as link:
            link.sendall(data)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while piece := link.recv(65536):
                    received += piece
            return received


class Stream:
    """A viewer that reads in a thread of its own. `ended` is set when the stream is over."""

    def __init__(self, client, target="/api/stream"):
        self.connection = client.connect(timeout=60)
        self.connection.request("GET", target)
        self.socket = self.connection.sock  # which the answer takes over
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.events, self.ended = [], threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        name = None
        with contextlib.suppress(OSError, http.client.HTTPException, AttributeError, ValueError):
            while line := self.answer.readline().decode():
                if line.startswith("event: "):
                    name = line[7:].strip()
                elif line.startswith("data: "):
                    self.events.append((time.monotonic(), name, json.loads(line[6:])))
        self.ended.set()

    def named(self, name, since=0.0):
        return [data for when, event, data in list(self.events) if event == name and when >= since]

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        self.answer.close()
        self.connection.close()


class GatewayTest(unittest.TestCase):
    """One mesh for the whole class, with the digits running."""

    @classmethod
    def setUpClass(cls):
        cls.mesh = m.Mesh()
        cls.addClassCleanup(cls.mesh.__exit__)
        cls.said = cls.mesh.script("up").stdout
        cls.client = Client(cls.mesh)
        cls.run_digits()

    @classmethod
    def run_digits(cls):
        status, answer = cls.client.post("/api/submit", DIGITS)
        assert status == 200, answer

    def stream(self, target="/api/stream"):
        stream = Stream(self.client, target)
        self.addCleanup(stream.close)
        return stream

    def wait_for(self, condition, what):
        return self.mesh.wait_for(condition, what)

    def refused(self, answer, status, code, says=""):
        self.assertEqual(answer[0], status, answer)
        self.assertEqual(answer[1]["error"]["code"], code, answer)
        self.assertIn(says, answer[1]["error"]["message"])
