"""A visit to the bus: join, ask, listen, leave. Written once, as coroutines, for asyncio and for programs that block.

A coroutine here waits for nothing but `Io.wait`. That of a blocking program (`mesh.py`) waits in place, so its coroutines
end without ever being suspended; that of asyncio (`aio.py`) lets others run.
"""

from __future__ import annotations

import collections
import pathlib
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar

from .calls import Clock
from .envelope import M
from .errors import DeadlineError, InvalidError, MeshError, UnavailableError
from .fields import Command, Message
from .messages import Envelope, Health, Join
from .participant import SECOND_NS, Answer, Participant, Subscription
from .patience import ANSWER_TIME_NS, LONGEST_WAIT_NS, Patience
from .transport import Packet, no_mesh

R = TypeVar("R", bound=Message)

#: How long one waits for the broker before it is said that no mesh is running.
JOIN_TIME_S = 3.0
ANSWER_TIME_S = ANSWER_TIME_NS / SECOND_NS
MOST_WAITING = 10_000


class Io(Protocol):
    async def wait(self, done: Callable[[], bool], until_ns: int | None) -> bool:
        """Handles what arrives until done() holds; False when that time (monotonic; None: never) came first."""

    def changed(self) -> None:
        """The participant has something new to do: a command was begun, or a topic subscribed."""


def of_seconds(seconds: float) -> int:
    return int(seconds * SECOND_NS)


class Heard(NamedTuple):
    topic: str
    envelope: Envelope
    message: Message


class Session:
    def __init__(self, participant: Participant, clock: Clock, io: Io, run_folder: pathlib.Path) -> None:
        self._bus, self._clock, self._io = participant, clock, io
        self.run_folder = run_folder
        self._states: dict[type[Message], Message | None] = {}
        self._patience: dict[Answer[Any], Patience] = {}
        self._hears_dispatcher = False

    @property
    def name(self) -> str:
        """On the bus."""
        return self._bus.name

    async def join(self, seconds: float = JOIN_TIME_S) -> None:
        """Raises UnavailableError when no broker answers in time, or what the broker said where it refuses."""
        self._bus.join()
        self._io.changed()
        await self._wait(lambda: self._bus.joined or self._bus.join_error is not None, seconds)
        if self._bus.join_error is not None:
            raise self._bus.join_error
        if not self._bus.joined:
            raise no_mesh(self.run_folder)

    async def confirm(self) -> None:
        """All that was subscribed is in force: the broker serves subscriptions before it answers."""
        await self._reply(self._call("cmd/broker", Join(), ANSWER_TIME_S))

    async def ask(self, command: Command[R], *, device: str = "", timeout: float | None = None) -> R:
        """The reply to any command of the catalogue; `device`: to whose executor, where its topic ends in DEVICE.

        It is repeated until it is answered. Raises the error that was answered, and DeadlineError after `timeout` seconds
        (20; the dispatcher is waited for as long as it says that it is at work)."""
        topic = topic_of(command, device)
        if topic == "cmd/dispatcher" and timeout is None:
            return await self._ask_patiently(command)
        return await self._reply(self._call(topic, command, ANSWER_TIME_S if timeout is None else timeout))

    async def _ask_patiently(self, command: Command[R]) -> R:
        if not self._hears_dispatcher:
            self._hears_dispatcher = True
            self._bus.subscribe("health/dispatcher", Health, self._hear_dispatcher)
        answer = self._call("cmd/dispatcher", command, LONGEST_WAIT_NS / SECOND_NS)
        self._patience[answer] = patience = Patience(self._clock)
        try:
            await self._io.wait(lambda: answer.is_there or patience.is_over, None)
            if not answer.is_there:
                raise DeadlineError("no answer on 'cmd/dispatcher', and no sign of work there for 20 s")
            return answer.result()
        finally:
            del self._patience[answer]
            self._bus.cancel(answer)

    def _hear_dispatcher(self, _: Envelope, health: Health) -> None:
        for patience in self._patience.values():
            patience.hear(health)

    def _call(self, topic: str, command: Command[R], seconds: float) -> Answer[R]:
        answer = self._bus.call(topic, command, of_seconds(seconds))
        self._io.changed()
        return answer

    async def _reply(self, answer: Answer[R]) -> R:
        try:
            await self._io.wait(lambda: answer.is_there, None)  # the call has its own deadline
            return answer.result()
        finally:
            self._bus.cancel(answer)  # where somebody gave up

    async def _wait(self, done: Callable[[], bool], seconds: float) -> bool:
        return await self._io.wait(done, self._clock.monotonic_ns() + of_seconds(seconds))

    async def sleep(self, seconds: float) -> None:
        """The bus is served meanwhile."""
        await self._wait(lambda: False, seconds)

    # What is heard.

    def _follow(self, of: type[M]) -> None:
        """Keeps the latest of a state."""
        if of in self._states or of.TOPIC is None:
            return
        self._states[of] = None

        def keep(_: Envelope, state: M) -> None:
            self._states[of] = state

        self._bus.subscribe(of.TOPIC, of, keep)
        self._io.changed()

    async def find_state(self, of: type[M], timeout: float = 1.0) -> M | None:
        """The latest of a state's class (`AppSet`, `CollaborationPlan` ...); None where none was published so far."""
        if of.TOPIC is None or not of.TOPIC.startswith("state/"):
            raise InvalidError(f"{of.__name__} is no state of the mesh")
        self._follow(of)
        await self._wait(lambda: self._states[of] is not None, timeout)
        found: Any = self._states[of]
        return found if isinstance(found, of) else None

    async def state(self, of: type[M], timeout: float = 1.0) -> M:
        """The same; raises UnavailableError where none was published so far."""
        found = await self.find_state(of, timeout)
        if found is None:
            raise UnavailableError(f"nothing is published on '{of.TOPIC}' yet")
        return found

    async def watch(self, topic: str, *, timeout: float | None = None) -> Watch:
        """What is published on a topic, or below one that ends in '/', from now on; of states, the latest first."""
        watch = Watch(self, topic, timeout)
        await self.confirm()
        return watch

    async def publish(self, topic: str, message: Message) -> None:
        """By the rule of the topic's class. Raises OverloadedError at a full queue."""
        self._bus.publish(topic, message)
        self._io.changed()

    def counters(self) -> dict[str, int]:
        """Since the start: packets received, damaged ones, gaps in what was heard."""
        return {"received": self._bus.received, "invalid": self._bus.invalid, "gaps": self._bus.gaps}


class Watch:
    """An iterator over messages; `lost` counts those that were not taken in time. `timeout`: longest pause in seconds
    before it raises DeadlineError."""

    def __init__(self, session: Session, topic: str, timeout: float | None) -> None:
        self._session, self._timeout, self.topic = session, timeout, topic
        self._waiting: collections.deque[Heard] = collections.deque()
        self.lost = 0
        self._subscription: Subscription | None = session._bus.subscribe_all(topic, self._hear)
        session._io.changed()

    def _hear(self, packet: Packet, envelope: Envelope, message: Message) -> None:
        if len(self._waiting) == MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1
        self._waiting.append(Heard(packet.topic, envelope, message))

    def __aiter__(self) -> Watch:
        return self

    async def __anext__(self) -> Heard:
        if self._timeout is None:
            await self._session._io.wait(lambda: bool(self._waiting) or self._subscription is None, None)
        elif not await self._session._wait(lambda: bool(self._waiting) or self._subscription is None, self._timeout):
            raise DeadlineError(f"nothing was heard on '{self.topic}' for {self._timeout:g} s")
        if not self._waiting:
            raise StopAsyncIteration
        return self._waiting.popleft()

    def close(self) -> None:
        if self._subscription is not None:
            self._session._bus.unsubscribe(self._subscription)
            self._subscription = None


def topic_of(command: Command[Any], device: str) -> str:
    topic = command.TOPIC or ""
    if not topic.endswith("/DEVICE"):
        return topic
    if not device:
        raise InvalidError(f"{type(command).__name__} goes to '{topic}': name the device")
    return topic.removesuffix("DEVICE") + device


__all__ = ["Heard", "Io", "MeshError", "Session", "Watch"]
