"""An app as a program sees it: its results, each once, and its frames. The blocking one (`mesh.py`) is made of this."""

from __future__ import annotations

import collections
import itertools
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from .errors import ConflictError, DeadlineError, MeshError, NotFoundError, UnavailableError
from .frames import Frame, new_frame_id
from .messages import (AppPhase, AppSet, AppStatus, AppSubmitted, CollaborationPlan, Envelope, FrameFed, FrameRef, FrameUse,
                       Health, PipelinePlan, QueryFrames, QueryRuns, RunResult, RunTable)
from .participant import SECOND_NS, Answer
from .results import FollowedRuns, Result, result_of, result_of_record
from .session import ANSWER_TIME_S

if TYPE_CHECKING:
    from .client import Client

MOST_WAITING = 10_000
#: While somebody watches for days.
PLANS_REMEMBERED = 100
RUNS_UNDER_WAY = 1024
PAGE = 1000
#: From one look at the store to the next, where runs are missing; and where nothing at all is heard.
LOOK_NS = 2 * SECOND_NS
LOOKS_AT_END = 3
AGAIN_S = 0.05
QUIET_NS = 5 * SECOND_NS


class App:
    """One thread at a time, as its mesh. It hears results from the moment it is made; close() ends that, not the app."""

    def __init__(self, mesh: Client, name: str) -> None:
        self._mesh, self.name = mesh, name
        #: What was answered to submit(); None of an app that was submitted before.
        self.submitted: AppSubmitted | None = None
        self._runs: FollowedRuns | None = None
        self._first_run = self._since = self._failed = 0
        self._early: list[RunResult] = []
        self._waiting: collections.deque[Result] = collections.deque()
        self._asked: dict[str, Result | None] = {}  # by frame
        self._frames = FrameUse.EVERY  # how it takes them, by the plan that _sensor() looked at
        self._plans: dict[int, PipelinePlan] = {}
        self._instances: dict[str, int] = {}
        self._page: Answer[RunTable] | None = None
        self._look = self._look_deep = False
        self._look_from: int | None = None  # the next page of a deep look
        self._looks_at_end: int | None = None  # still to come, once the app has ended
        self._next_look = self._last_heard = mesh._clock.monotonic_ns()
        mesh._follow(AppSet)
        mesh._follow(CollaborationPlan)
        bus = mesh._bus
        self._subscriptions = [bus.subscribe(f"event/result/{name}", RunResult, self._hear),
                               bus.subscribe("state/plan", CollaborationPlan, self._hear_plan),
                               bus.subscribe("health/", Health, self._hear_health)]
        mesh._io.changed()

    def begin(self, status: AppStatus, since_ns: int) -> None:
        """From here on tells the runs that ended since then."""
        self._first_run, self._since, self._failed = status.first_run, since_ns, status.failed
        # Those that are under way are below the next one.
        self._runs = FollowedRuns(max(status.first_run, status.next_run - RUNS_UNDER_WAY))
        early, self._early = self._early, []
        for heard in early:
            self._tell(heard)

    # What is heard.

    def _hear(self, _: Envelope, heard: RunResult) -> None:
        self._last_heard = self._mesh._clock.monotonic_ns()
        if self._runs is None:
            self._early.append(heard)
        else:
            self._tell(heard)

    def _tell(self, heard: RunResult) -> None:
        frame = heard.run.frame
        if frame is not None and (asked := frame.id.partition("~")[0]) in self._asked:
            self._asked[asked] = result_of(heard, self._pipeline(heard.run.plan_id))
        # What has no room is not noted: so it is missing, and fetched when there is.
        if self._runs is not None and len(self._waiting) < MOST_WAITING and self._runs.note(heard.run.key.run, frame):
            self._waiting.append(result_of(heard, self._pipeline(heard.run.plan_id)))

    def _hear_plan(self, _: Envelope, plan: CollaborationPlan) -> None:
        for pipeline in plan.pipelines:
            if pipeline.app == self.name:
                self._plans[plan.id] = pipeline
        while len(self._plans) > PLANS_REMEMBERED:
            del self._plans[min(self._plans)]

    def _hear_health(self, _: Envelope, health: Health) -> None:
        """Of a process that was started again, messages may be missing."""
        if self._instances.setdefault(health.process, health.instance) != health.instance:
            self._look = self._look_deep = True
        self._instances[health.process] = health.instance

    def _pipeline(self, plan_id: int) -> PipelinePlan | None:
        if plan_id not in self._plans:  # the state may have been heard before this app was made
            plan = self._mesh._states.get(CollaborationPlan)
            if isinstance(plan, CollaborationPlan) and plan.id == plan_id:
                return find_pipeline(plan, self.name)
        return self._plans.get(plan_id)

    def _status(self) -> AppStatus | None:
        apps = self._mesh._states.get(AppSet)
        return find_app(apps, self.name) if isinstance(apps, AppSet) else None

    # Results.

    async def results(self, count: int | None = None, *, timeout: float | None = None) -> AsyncIterator[Result]:
        """Each run once, as it ends, failed ones included; until there were `count`, or the app has ended.

        Raises DeadlineError where none came for `timeout` seconds. Another call goes on where this one stopped."""
        told = 0
        while count is None or told < count:
            result = await self._next(timeout)
            if result is None:
                return
            told += 1
            yield result

    async def _next(self, timeout: float | None) -> Result | None:
        clock = self._mesh._clock
        until = None if timeout is None else clock.monotonic_ns() + int(timeout * SECOND_NS)
        while not self._waiting:
            self._look_at_store()
            if self._has_ended and not self._waiting:
                return None
            if until is not None and clock.monotonic_ns() >= until:
                raise DeadlineError(f"no result of app '{self.name}' in {timeout:g} s; 'synergy apps' says how it is")
            look = max(self._next_look, clock.monotonic_ns() + SECOND_NS // 10)
            await self._mesh._io.wait(lambda: bool(self._waiting) or (self._page is not None and self._page.is_there),
                                      look if until is None else min(look, until))
        return self._waiting.popleft()

    def _look_at_store(self) -> None:
        """Asks for what is missing, and takes the answer in; never waits."""
        now, status = self._mesh._clock.monotonic_ns(), self._status()
        if status is not None and status.failed != self._failed:
            self._failed, self._look = status.failed, True
        if self._is_over(status) and self._looks_at_end is None:
            self._looks_at_end, self._look, self._look_deep = LOOKS_AT_END, True, True
        if self._page is not None and self._page.is_there:
            self._take(self._page)
            self._page = None
        quiet = now - self._last_heard > QUIET_NS
        if self._runs is None or self._page is not None or now < self._next_look:
            return
        if not (self._look or quiet or self._runs.has_gaps):
            return
        if self._look_deep or quiet:  # numbers that were told, too: see FollowedRuns
            self._look_from = max(self._runs.first, self._runs.next - RUNS_UNDER_WAY)
        first = self._runs.next if self._look_from is None else self._look_from
        self._next_look, self._last_heard, self._look, self._look_deep = now + LOOK_NS, now, False, False
        self._page = self._mesh._call("cmd/store", QueryRuns(app=self.name, first_run=first, limit=PAGE), ANSWER_TIME_S)

    def _take(self, page: Answer[RunTable]) -> None:
        if page.reply is None:
            self._look = True
            return
        records = page.reply.runs
        if self._look_from is not None:
            self._look_from = records[-1].run + 1 if len(records) == PAGE else None
        self._look |= len(records) == PAGE
        if self._looks_at_end is not None and not self._look:
            self._looks_at_end -= 1
        for record in records:
            if self._runs is None or not self._runs.note(record.run, record.frame):
                continue
            if record.recorded_unix_ns >= self._since:
                self._waiting.append(result_of_record(record, self._pipeline(record.plan_id)))

    def _is_over(self, status: AppStatus | None) -> bool:
        return status is not None and status.phase != AppPhase.RUNNING and status.first_run == self._first_run

    @property
    def _has_ended(self) -> bool:
        """Runs that were under way when the app was stopped may be missing for ever: the store is asked a few times."""
        if self._looks_at_end is None or not self._is_over(self._status()) or self._look or self._page is not None:
            return False
        return self._looks_at_end == 0 or self._runs is None or (self._looks_at_end < LOOKS_AT_END and not self._runs.has_gaps)

    # Frames.

    async def feed(self, frame: Any, *, frame_id: str | None = None, timeout: float = 60.0) -> FrameFed:
        """A frame for the sensor that the app takes its frames from, as Client.feed(). Of an app with `trigger: frame` it
        returns when the frame is owed a run: one that came before the plan was served is fed again as ID~2, ID~3 ..."""
        clock, frame_id = self._mesh._clock, frame_id or new_frame_id()
        until = clock.monotonic_ns() + int(timeout * SECOND_NS)
        for attempt in itertools.count(1):
            left = (until - clock.monotonic_ns()) / SECOND_NS
            name = frame_id if attempt == 1 else f"{frame_id}~{attempt}"
            fed = await self._mesh._feed(self._sensor, Frame.of(frame), name, left)
            if self.name in fed.apps or self._frames != FrameUse.EVERY:
                break
            if left <= AGAIN_S:
                raise UnavailableError(f"app '{self.name}' is not served yet, and takes no frame; see 'synergy apps'")
            await self._mesh.sleep(AGAIN_S)
        return fed

    async def ask(self, frame: Any, *, timeout: float = 60.0) -> Result:
        """Feeds the frame, and waits for what the app makes of it. Raises UnavailableError where its run failed, and
        DeadlineError where there was no answer in time; the frame waits for its run all the same."""
        until = self._mesh._clock.monotonic_ns() + int(timeout * SECOND_NS)
        frame_id = new_frame_id("ask")
        self._asked[frame_id] = None
        try:
            fed = await self.feed(frame, frame_id=frame_id, timeout=timeout)
            while self._asked[frame_id] is None:
                now = self._mesh._clock.monotonic_ns()
                if now >= until:
                    raise DeadlineError(f"no answer in {timeout:g} s; the frame waits for its run all the same: "
                                        f"'synergy results {self.name}' shows what becomes of it")
                if await self._mesh._io.wait(lambda: self._asked[frame_id] is not None, min(until, now + SECOND_NS)):
                    break
                self._asked[frame_id] = await self._outcome(fed.frame)
            result = self._asked[frame_id]
            assert result is not None
        finally:
            del self._asked[frame_id]
        if not result.completed:
            raise UnavailableError(f"no answer: {result.reason}")
        return result

    async def _outcome(self, frame: FrameRef) -> Result | None:
        """What is kept of the frame, if anything; its result may have been lost on its way."""
        try:
            found = await self._mesh.ask(QueryFrames(device=frame.device, sequences=[frame.sequence]))
            for outcome in found.outcomes:
                if outcome.app == self.name:
                    table = await self._mesh.ask(QueryRuns(app=self.name, first_run=outcome.run, limit=1))
                    return result_of_record(table.runs[0], self._pipeline(table.runs[0].plan_id)) if table.runs else None
        except MeshError:
            pass  # the store is not there now: asked again
        return None

    async def _sensor(self) -> tuple[str, str]:
        """Device and capability; as `services/client/src/asking.cpp`."""
        apps, plan = await self._mesh.find_state(AppSet), await self._mesh.find_state(CollaborationPlan)
        pipeline, status = find_pipeline(plan, self.name) if plan else None, find_app(apps, self.name) if apps else None
        if status is None:
            known = ", ".join(sorted(app.request.app for app in apps.apps)) if apps else ""
            raise NotFoundError(f"there is no app '{self.name}'" + (f"; there are {known}" if known else ""))
        if status.phase != AppPhase.RUNNING:
            raise ConflictError(f"app '{self.name}' is {status.phase}" + (f" ({status.reason})" if status.reason else "")
                                + "; submit it again")
        if pipeline is None or status.plan_id == 0:
            raise UnavailableError(f"app '{self.name}' is served by no plan now: {status.reason or 'it waits'}; "
                                   "see 'synergy apps'")
        source, self._frames = pipeline.executions[0].source, pipeline.frames
        if pipeline.frames == FrameUse.OWN:
            raise ConflictError(f"app '{self.name}' takes the frames that sensor '{pipeline.sensing}' of '{source}' has "
                                "itself; an app that can be asked says 'trigger: frame', and its sensor lists 'feed: true' "
                                "among its 'sources'")
        return source, pipeline.sensing

    async def stop(self) -> None:
        """No run is started any more; those under way have 3 s to end."""
        await self._mesh.stop(self.name)

    def close(self) -> None:
        for subscription in self._subscriptions:
            self._mesh._bus.unsubscribe(subscription)
        self._subscriptions = []

    async def __aenter__(self) -> App:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


def find_app(apps: AppSet, name: str) -> AppStatus | None:
    return next((status for status in apps.apps if status.request.app == name), None)


def find_pipeline(plan: CollaborationPlan, app: str) -> PipelinePlan | None:
    return next((pipeline for pipeline in plan.pipelines if pipeline.app == app), None)
