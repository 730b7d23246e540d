"""The commands that are not answered yet: repeated until an answer or their deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .errors import DeadlineError, InvalidError, MeshError, OverloadedError
from .outgoing import Outgoing
from .transport import Packet

#: A command is repeated after this, then after twice as long, up to LONGEST_RETRY_NS.
FIRST_RETRY_NS = 250_000_000
LONGEST_RETRY_NS = 2_000_000_000
#: The same of the request to join, whose first answer is often lost: it is sent before the new connections stand.
FIRST_JOIN_RETRY_NS = 8_000_000

#: Called once, with the answer's payload, or with what ended the call.
Done = Callable[[bytes | MeshError], None]


class Clock(Protocol):
    """Tests have one that stands still."""

    def monotonic_ns(self) -> int: ...

    def unix_ns(self) -> int: ...


class HostClock:
    def monotonic_ns(self) -> int:
        return time.monotonic_ns()

    def unix_ns(self) -> int:
        return time.time_ns()


@dataclass
class _Call:
    packet: Packet
    deadline: int
    next_try: int
    pause: int
    done: Done


class Calls:
    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self._outgoing, self._clock = outgoing, clock
        self._calls: dict[str, _Call] = {}
        self._refused: list[tuple[MeshError, Done]] = []
        self.retries = self.timeouts = 0

    def begin(self, packet: Packet, request_id: str, timeout_ns: int, done: Done, first_retry_ns: int = FIRST_RETRY_NS) -> None:
        """Nobody is told from within: also of what can not be sent, tick() tells."""
        now = self._clock.monotonic_ns()
        try:
            self._send(packet)
        except InvalidError as error:
            self._refused.append((error, done))
            return
        self._calls[request_id] = _Call(packet, now + timeout_ns, now + first_retry_ns, first_retry_ns, done)

    def _send(self, packet: Packet) -> None:
        try:
            self._outgoing.transmit(packet)
        except OverloadedError:
            pass  # it is repeated

    def cancel(self, request_id: str) -> None:
        self._calls.pop(request_id, None)

    def take(self, request_id: str) -> Done | None:
        """Ends the call that was answered; None: nobody waits for that answer."""
        call = self._calls.pop(request_id, None)
        return call.done if call else None

    def tick(self) -> None:
        now = self._clock.monotonic_ns()
        ended, self._refused = self._refused, []
        for request_id in sorted(self._calls):
            call = self._calls[request_id]
            if call.deadline <= now:
                self.timeouts += 1
                ended.append((DeadlineError(f"no answer on '{call.packet.topic}' before the deadline"), call.done))
                del self._calls[request_id]
            elif call.next_try <= now:
                self.retries += 1
                self._send(call.packet)
                call.pause = min(call.pause * 2, LONGEST_RETRY_NS)
                call.next_try = now + call.pause
        for error, done in ended:  # after the walk: one may begin new calls
            done(error)

    def next_deadline(self) -> int | None:
        """When tick() has something to do; None: not by itself."""
        if self._refused:
            return self._clock.monotonic_ns()
        return min((min(call.deadline, call.next_try) for call in self._calls.values()), default=None)
