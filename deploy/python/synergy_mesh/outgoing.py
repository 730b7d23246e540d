"""What a participant sends, and what waits to be sent: the rules of the topic classes at a full queue.

state: the newest of each topic waits, and all are remembered, for a broker that restarted. event, run: wait in order,
up to MAX_OUTBOX; also until the broker confirmed this participant. The others are dropped: commands are repeated.
"""

from __future__ import annotations

import collections

from .errors import InvalidError, OverloadedError
from .messages import MAX_MESSAGE_BYTES, MAX_TOPIC_BYTES
from .transport import Packet, Transport

MAX_OUTBOX = 10000


def class_of(topic: str) -> str:
    """By the topic's first part; anything unknown is telemetry, the class that may be dropped."""
    head = topic.split("/", 1)[0]
    return {"state": "state", "cmd": "command", "event": "event", "run": "run"}.get(
        head, "direct" if head.startswith("@") else "telemetry")


def check_size(packet: Packet) -> None:
    """The broker would drop what is larger, without a word."""
    size = len(packet.topic.encode())
    if size > MAX_TOPIC_BYTES:
        raise InvalidError(f"a topic of {size} bytes; at most {MAX_TOPIC_BYTES} are allowed")
    if len(packet.payload) > MAX_MESSAGE_BYTES:
        raise InvalidError(f"the message for '{packet.topic}' has {len(packet.payload)} bytes, "
                           f"at most {MAX_MESSAGE_BYTES} are allowed")


class Outgoing:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._states: dict[str, Packet] = {}
        self._states_to_send: dict[str, Packet] = {}
        self._outbox: collections.deque[Packet] = collections.deque()
        self._confirmed = False
        self.sent = self.dropped = 0

    def transmit(self, packet: Packet) -> None:
        """Raises OverloadedError where it is dropped, InvalidError where it is too large."""
        check_size(packet)
        kind = class_of(packet.topic)
        if kind == "state":
            self._states[packet.topic] = packet
        may_wait = kind in ("event", "run")
        held_back = may_wait and (not self._confirmed or bool(self._outbox))
        if not held_back and self._send(packet):
            self._states_to_send.pop(packet.topic, None)
        elif kind == "state":
            self._states_to_send[packet.topic] = packet
        elif may_wait and len(self._outbox) < MAX_OUTBOX:
            self._outbox.append(packet)
        else:
            self.dropped += 1
            raise OverloadedError("the queue to the broker is full")

    def _send(self, packet: Packet) -> bool:
        if not self._transport.send(packet):
            return False
        self.sent += 1
        return True

    def confirmed(self) -> None:
        """The broker confirmed this participant, or another broker did: own states are sent again."""
        self._confirmed = True
        for topic in sorted(self._states):
            self.transmit(self._states[topic])

    def flush(self) -> None:
        while self._confirmed and self._outbox and self._send(self._outbox[0]):
            self._outbox.popleft()
        for topic in sorted(self._states_to_send):
            if not self._send(self._states_to_send[topic]):
                break
            del self._states_to_send[topic]

    @property
    def has_to_flush(self) -> bool:
        return bool(self._confirmed and self._outbox) or bool(self._states_to_send)
