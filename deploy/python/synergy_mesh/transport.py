"""The two sockets that join a participant to the broker. Sending never blocks: a full queue is an answer."""

from __future__ import annotations

import os
import pathlib
from typing import NamedTuple, Protocol

import zmq

from .errors import MachineError, UnavailableError
from .messages import MAX_MESSAGE_BYTES

HIGH_WATER_MARK = 5000
LINGER_MS = 200
LONGEST_SOCKET_PATH = 107


class Packet(NamedTuple):
    topic: str
    payload: bytes


class Transport(Protocol):
    """What a participant needs of its sockets; tests have one of their own."""

    def subscribe(self, prefix: str) -> None: ...

    def unsubscribe(self, prefix: str) -> None: ...

    def send(self, packet: Packet) -> bool:
        """False: the queue to the broker is full, nothing was sent."""

    def receive(self) -> Packet | None:
        """The next packet that has arrived, if any."""


def default_run_folder() -> pathlib.Path:
    """SYNERGY_RUN_DIR, or where `deploy/mesh up` puts it: `run` of the checkout that this package lies in, else
    `synergy-mesh` in XDG_RUNTIME_DIR, else /tmp/synergy-mesh-UID."""
    if named := os.environ.get("SYNERGY_RUN_DIR"):
        return pathlib.Path(named)
    checkout = pathlib.Path(__file__).resolve().parents[3]
    run = checkout / "run"
    if (checkout / "deploy" / "mesh").exists():
        if run.exists() and run.stat().st_uid == os.geteuid() and os.access(run, os.W_OK | os.X_OK):
            return run
        if not run.exists() and os.access(checkout, os.W_OK | os.X_OK):
            return run
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and os.access(runtime, os.W_OK | os.X_OK):
        return pathlib.Path(runtime) / "synergy-mesh"
    return pathlib.Path(f"/tmp/synergy-mesh-{os.geteuid()}")


def no_mesh(run_folder: pathlib.Path) -> UnavailableError:
    return UnavailableError(f"no mesh answers in {run_folder}; start one with deploy/mesh up, or name its folder: "
                            "Mesh(run_folder), or SYNERGY_RUN_DIR")


def check_run_folder(run_folder: pathlib.Path) -> None:
    """Raises UnavailableError where there is none, MachineError where it is another user's or its name is too long."""
    if not run_folder.exists():
        raise no_mesh(run_folder)
    strangers = {path.st_uid for path in (run_folder.lstat(), run_folder.stat())} - {os.geteuid()}
    if strangers and os.geteuid() != 0:  # root may look at anybody's mesh; others would talk to a stranger's
        raise MachineError(f"{run_folder}: the run folder belongs to another user; choose one of your own")
    longest = len(os.fsencode(run_folder / "bus.subscribe"))
    if longest > LONGEST_SOCKET_PATH:
        raise MachineError(f"the socket path '{run_folder}/bus.subscribe' is longer than {LONGEST_SOCKET_PATH} bytes; "
                           "use a shorter run folder")


class ZmqTransport:
    """Connected to a broker that may come later, go and return. One thread at a time; close() it."""

    def __init__(self, run_folder: pathlib.Path) -> None:
        check_run_folder(run_folder)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._publish = self._socket(zmq.PUB)
        self._subscribe = self._socket(zmq.SUB)
        self._publish.setsockopt(zmq.XPUB_NODROP, 1)  # a full queue is told, not swallowed
        self._publish.connect(f"ipc://{run_folder}/bus.publish")
        self._subscribe.connect(f"ipc://{run_folder}/bus.subscribe")
        self.malformed = 0

    def _socket(self, kind: int) -> zmq.Socket[bytes]:
        """The options of bus/README.md, "ZeroMQ options, and why"."""
        socket = self._context.socket(kind)
        socket.setsockopt(zmq.LINGER, LINGER_MS)
        socket.setsockopt(zmq.SNDHWM, HIGH_WATER_MARK)
        socket.setsockopt(zmq.RCVHWM, HIGH_WATER_MARK)
        socket.setsockopt(zmq.RECONNECT_IVL, 20)
        socket.setsockopt(zmq.RECONNECT_IVL_MAX, 500)
        socket.setsockopt(zmq.MAXMSGSIZE, 2 * MAX_MESSAGE_BYTES)
        return socket

    def subscribe(self, prefix: str) -> None:
        self._subscribe.setsockopt(zmq.SUBSCRIBE, prefix.encode())

    def unsubscribe(self, prefix: str) -> None:
        self._subscribe.setsockopt(zmq.UNSUBSCRIBE, prefix.encode())

    def send(self, packet: Packet) -> bool:
        try:
            self._publish.send_multipart([packet.topic.encode(), packet.payload], zmq.DONTWAIT)
        except zmq.Again:
            return False
        return True

    def receive(self) -> Packet | None:
        while True:
            try:
                frames = self._subscribe.recv_multipart(zmq.DONTWAIT)
            except zmq.Again:
                return None
            if len(frames) == 2:
                return Packet(frames[0].decode(errors="surrogateescape"), frames[1])
            self.malformed += 1

    def wait(self, seconds: float) -> None:
        """For a packet, at most so long."""
        self._subscribe.poll(max(0, int(seconds * 1000)))

    def fileno(self) -> int:
        """Readable where something changed; then receive() until there is no packet."""
        return int(self._subscribe.getsockopt(zmq.FD))

    def close(self) -> None:
        """What was not sent yet is dropped after 200 ms at most."""
        self._context.destroy(LINGER_MS)
