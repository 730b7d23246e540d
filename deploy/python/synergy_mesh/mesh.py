"""The mesh for programs that block: the methods of `client.py`, each waiting until it is done.

    with synergy_mesh.Mesh() as mesh:
        app = mesh.submit(request)
        for result in app.results(count=10, timeout=30): ...

A Mesh, and what it gives, serves one thread at a time. Ctrl-C ends whatever it waits for.
"""

from __future__ import annotations

import os
import pathlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeVar

from . import app as asynchronous
from .calls import Clock, HostClock
from .client import Client
from .envelope import M
from .errors import ConflictError, UnavailableError
from .fields import Command, Message
from .messages import (AppForecast, AppRequest, AppStatus, AppSubmitted, BodyChange, BodyView, CollaborationPlan, FrameFed,
                       MeshUse, Objective, Placement, PlanHistory, Residency, RunRecord, ServiceList)
from .participant import SECOND_NS, Identity, Participant
from .results import Result
from .session import JOIN_TIME_S, Heard
from .session import Watch as AsyncWatch
from .transport import ZmqTransport, default_run_folder

R = TypeVar("R", bound=Message)
T = TypeVar("T")

PACKETS_A_TURN = 1000
LONGEST_PAUSE_NS = SECOND_NS // 10


class _BlockingIo:
    """Waits in place: whoever awaits it is never suspended."""

    def __init__(self, transport: ZmqTransport, participant: Participant, clock: Clock) -> None:
        self._transport, self._bus, self._clock = transport, participant, clock
        self._busy = threading.Lock()
        self.closed = False

    def changed(self) -> None:
        """wait() looks at everything each time."""

    async def wait(self, done: Callable[[], bool], until_ns: int | None) -> bool:
        if not self._busy.acquire(blocking=False):
            raise ConflictError("another thread is using this Mesh; give each thread one of its own")
        try:
            while True:
                if self.closed:
                    raise UnavailableError("this Mesh is closed, or not open yet")
                packets = 0
                while packets < PACKETS_A_TURN and self._bus.step():
                    packets += 1
                self._bus.tick()
                if done():
                    return True
                now = self._clock.monotonic_ns()
                if until_ns is not None and now >= until_ns:
                    return False
                if packets < PACKETS_A_TURN:
                    ends = [now + LONGEST_PAUSE_NS, until_ns, self._bus.next_deadline()]
                    pause = min(end for end in ends if end is not None) - now
                    self._transport.wait(max(0.001, pause / SECOND_NS))
        finally:
            self._busy.release()


def run(coroutine: Awaitable[T]) -> T:
    """The outcome of a coroutine that waits for nothing but a _BlockingIo."""
    steps = coroutine.__await__()
    try:
        next(steps)
    except StopIteration as done:
        outcome: T = done.value
        return outcome
    raise AssertionError("a coroutine of a blocking Mesh was suspended")


def _each(source: AsyncIterator[T]) -> Iterator[T]:
    while True:
        try:
            item = run(source.__anext__())
        except StopAsyncIteration:
            return
        yield item


class App:
    """An app; its results are heard from the moment it is made. Leaving `with` ends that, not the app."""

    def __init__(self, app: asynchronous.App) -> None:
        self._app = app

    @property
    def name(self) -> str:
        return self._app.name

    @property
    def submitted(self) -> AppSubmitted | None:
        """What was answered to submit(); None of an app that was submitted before."""
        return self._app.submitted

    def results(self, count: int | None = None, *, timeout: float | None = None) -> Iterator[Result]:
        """Each run once, as it ends, failed ones included; until there were `count`, or the app has ended.

        Raises DeadlineError where none came for `timeout` seconds. Another call goes on where this one stopped."""
        return _each(self._app.results(count, timeout=timeout))

    def feed(self, frame: Any, *, frame_id: str | None = None, timeout: float = 60.0) -> FrameFed:
        """A frame for the sensor that the app takes its frames from, as Mesh.feed(). Of an app with `trigger: frame` it
        returns when the frame is owed a run: one that came before the plan was served is fed again as ID~2, ID~3 ..."""
        return run(self._app.feed(frame, frame_id=frame_id, timeout=timeout))

    def ask(self, frame: Any, *, timeout: float = 60.0) -> Result:
        """Feeds the frame, and waits for what the app makes of it. Raises UnavailableError where its run failed, and
        DeadlineError where there was no answer in time; the frame waits for its run all the same."""
        return run(self._app.ask(frame, timeout=timeout))

    def stop(self) -> None:
        """No run is started any more; those under way have 3 s to end."""
        run(self._app.stop())

    def close(self) -> None:
        self._app.close()

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Watch:
    """What is published on a topic, message after message; `lost` counts those that were not taken in time."""

    def __init__(self, watch: AsyncWatch) -> None:
        self._watch = watch

    @property
    def lost(self) -> int:
        return self._watch.lost

    def __iter__(self) -> Iterator[Heard]:
        return _each(self._watch)

    def close(self) -> None:
        self._watch.close()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Mesh:
    """A visit to a mesh. `run_folder`: where it runs; SYNERGY_RUN_DIR or where `deploy/mesh up` puts it by itself.

    Raises UnavailableError when no mesh answers within `join_timeout` seconds. close() it, or use `with`."""

    def __init__(self, run_folder: str | os.PathLike[str] | None = None, *, join_timeout: float = JOIN_TIME_S,
                 identity: Identity | None = None) -> None:
        folder = pathlib.Path(run_folder) if run_folder is not None else default_run_folder()
        clock = HostClock()
        self._transport = ZmqTransport(folder)
        participant = Participant(self._transport, clock, identity or Identity())
        self._io = _BlockingIo(self._transport, participant, clock)
        self._client = Client(participant, clock, self._io, folder)
        try:
            run(self._client.join(join_timeout))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """What was not sent yet is dropped after 200 ms at most."""
        if not self._io.closed:
            self._io.closed = True
            self._transport.close()

    def __enter__(self) -> Mesh:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """On the bus."""
        return self._client.name

    @property
    def run_folder(self) -> pathlib.Path:
        return self._client.run_folder

    def submit(self, request: AppRequest) -> App:
        """Asks for an app; returns when it, and the plan that serves it, are stored. Raises NoFitError, with the reason and
        what would have to change, where there is no room. Its results are heard from here on."""
        return App(run(self._client.submit(request)))

    def app(self, name: str) -> App:
        """One that was submitted before; its results are heard from here on. Raises NotFoundError."""
        return App(run(self._client.app(name)))

    def forecast(self, request: AppRequest) -> AppForecast:
        """What would become of it, and of the others, if it were submitted. Changes nothing."""
        return run(self._client.forecast(request))

    def stop(self, app: str) -> None:
        """No run is started any more; those under way have 3 s to end."""
        run(self._client.stop(app))

    def apps(self) -> list[AppStatus]:
        """All that are known, ended ones included."""
        return run(self._client.apps())

    def feed(self, device: str, sensor: str, frame: Any, *, frame_id: str | None = None, timeout: float = 60.0) -> FrameFed:
        """A frame for a sensor; returns when it is in the executor's spool, which survives the end of any process.

        `frame`: a Frame, or an array of bytes. Until `timeout` it is offered again while the spool is full or nobody is
        there to take it, always under its id, so that it is fed once. Raises what was answered last."""
        return run(self._client.feed(device, sensor, frame, frame_id=frame_id, timeout=timeout))

    def plan(self, plan_id: int | None = None) -> CollaborationPlan | None:
        """The plan in force, None where there is none yet; or one that is kept. Raises NotFoundError."""
        return run(self._client.plan(plan_id))

    def replan(self, *, policy: str = "", objective: Objective | None = None, residency: Residency | None = None,
               once: bool = False, pin: Placement | None = None, unpin: bool = False) -> CollaborationPlan:
        """Plans again, now. What is not named stays as before; `once`: it is for this plan only."""
        return run(self._client.replan(policy=policy, objective=objective, residency=residency, once=once, pin=pin, unpin=unpin))

    def history(self, limit: int = 20) -> PlanHistory:
        """The newest plans first."""
        return run(self._client.history(limit))

    def runs(self, app: str, *, first_run: int = 0, count: int | None = None) -> Iterator[RunRecord]:
        """The app's runs that are kept, by number."""
        return _each(self._client.runs(app, first_run=first_run, count=count))

    def body(self) -> BodyView:
        """Devices, profiles, links, who is absent."""
        return run(self._client.body())

    def services(self) -> ServiceList:
        """Every process of the mesh."""
        return run(self._client.services())

    def use(self) -> MeshUse:
        """Rates, latencies, power, how busy units are; told once a second."""
        return run(self._client.use())

    def change_body(self, change: BodyChange) -> None:
        """Another link, another profile or charge of a device; the mesh plans again."""
        run(self._client.change_body(change))

    # Whatever has no method of its own.

    def ask(self, command: Command[R], *, device: str = "", timeout: float | None = None) -> R:
        """The reply to any command of the catalogue; `device`: to whose executor, where its topic ends in DEVICE.

        It is repeated until it is answered. Raises the error that was answered, and DeadlineError after `timeout` seconds
        (20; the dispatcher is waited for as long as it says that it is at work)."""
        return run(self._client.ask(command, device=device, timeout=timeout))

    def state(self, of: type[M], timeout: float = 1.0) -> M:
        """The latest of a state's class; raises UnavailableError where none was published so far."""
        return run(self._client.state(of, timeout))

    def watch(self, topic: str, *, timeout: float | None = None) -> Watch:
        """What is published on a topic, or below one that ends in '/', from now on; of states, the latest first."""
        return Watch(run(self._client.watch(topic, timeout=timeout)))

    def publish(self, topic: str, message: Message) -> None:
        """By the rule of the topic's class. Raises OverloadedError at a full queue."""
        run(self._client.publish(topic, message))

    def sleep(self, seconds: float) -> None:
        """The bus is served meanwhile; between calls nothing is, and what arrives waits."""
        run(self._client.sleep(seconds))
