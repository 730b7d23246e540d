"""The mesh for asyncio:

    async with synergy_mesh.aio.Mesh() as mesh:
        app = await mesh.submit(request)
        async for result in app.results(count=10, timeout=30): ...

Everything happens in the event loop of the one that entered; several tasks may ask at a time. Nothing is left behind when
it is closed: no thread, task or socket.
"""

from __future__ import annotations

import asyncio
import os
import pathlib
from collections.abc import Callable

from .app import App
from .calls import Clock, HostClock
from .client import Client
from .errors import UnavailableError
from .participant import SECOND_NS, Identity, Participant
from .session import JOIN_TIME_S, Watch
from .transport import ZmqTransport, default_run_folder

__all__ = ["App", "Mesh", "Watch"]

PACKETS_A_TURN = 1000  # a busy bus must not keep others from running
LONGEST_PAUSE_NS = SECOND_NS


class _LoopIo:
    """Packets are handled when the socket says that something changed, and when something is due."""

    def __init__(self, transport: ZmqTransport, participant: Participant, clock: Clock) -> None:
        self._transport, self._bus, self._clock = transport, participant, clock
        self._loop = asyncio.get_running_loop()
        self._waiting: set[asyncio.Future[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._turn: asyncio.Handle | None = None
        self._fd = transport.fileno()
        self.closed = False
        self._loop.add_reader(self._fd, self.changed)

    def changed(self) -> None:
        """A turn comes soon. The descriptor tells of each change only once, so each is a reason to look."""
        if self._turn is None and not self.closed:
            self._turn = self._loop.call_soon(self._take_turn)

    def _take_turn(self) -> None:
        self._turn = None
        packets = 0
        try:
            while packets < PACKETS_A_TURN and self._bus.step():
                packets += 1
            self._bus.tick()
        finally:
            for turn in self._waiting:
                _end(turn)
            if packets == PACKETS_A_TURN:
                self.changed()
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        now, due = self._clock.monotonic_ns(), self._bus.next_deadline()
        pause = LONGEST_PAUSE_NS if due is None else max(0, min(due - now, LONGEST_PAUSE_NS))
        self._timer = self._loop.call_later(pause / SECOND_NS, self.changed)

    async def wait(self, done: Callable[[], bool], until_ns: int | None) -> bool:
        self.changed()
        while not done():
            if self.closed:
                raise UnavailableError("this mesh was closed")
            left = None if until_ns is None else (until_ns - self._clock.monotonic_ns()) / SECOND_NS
            if left is not None and left <= 0:
                return False
            await self._next_turn(left)
        return True

    async def _next_turn(self, seconds: float | None) -> None:
        """At most so long. Not asyncio.wait_for: that of Python 3.11 loses a cancellation, Ctrl-C for one, that comes
        together with what it waits for."""
        turn = self._loop.create_future()
        self._waiting.add(turn)
        timer = None if seconds is None else self._loop.call_later(seconds, _end, turn)
        try:
            await turn
        finally:
            self._waiting.discard(turn)
            if timer is not None:
                timer.cancel()

    def close(self) -> None:
        self.closed = True
        self._loop.remove_reader(self._fd)
        for handle in (self._timer, self._turn):
            if handle is not None:
                handle.cancel()
        for turn in self._waiting:
            _end(turn)


def _end(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


class Mesh(Client):
    """A visit to a mesh. `run_folder`: where it runs; SYNERGY_RUN_DIR or where `deploy/mesh up` puts it by itself.

    Its sockets are made when it is entered, by `async with` or open(); raises UnavailableError when no mesh answers."""

    def __init__(self, run_folder: str | os.PathLike[str] | None = None, *, join_timeout: float = JOIN_TIME_S,
                 identity: Identity | None = None) -> None:
        self.run_folder = pathlib.Path(run_folder) if run_folder is not None else default_run_folder()
        self._join_timeout, self._identity = join_timeout, identity or Identity()
        self._transport: ZmqTransport | None = None
        self._loop_io: _LoopIo | None = None

    async def open(self) -> Mesh:
        self._transport = ZmqTransport(self.run_folder)
        clock = HostClock()
        participant = Participant(self._transport, clock, self._identity)
        self._loop_io = _LoopIo(self._transport, participant, clock)
        super().__init__(participant, clock, self._loop_io, self.run_folder)
        try:
            await self.join(self._join_timeout)
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        """What was not sent yet is dropped after 200 ms at most. Whoever waits for something gets UnavailableError."""
        if self._loop_io is not None and self._transport is not None:
            self._loop_io.close()
            self._transport.close()
            self._loop_io = self._transport = None

    async def __aenter__(self) -> Mesh:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()
