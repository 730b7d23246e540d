"""What one can ask of a mesh. `aio.Mesh` is this one over asyncio; the blocking `Mesh` has the same methods."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from .app import App, find_app
from .errors import MeshError, NotFoundError
from .frames import Frame, new_frame_id
from .messages import (AppForecast, AppPhase, AppRequest, AppSet, AppStatus, AppStop, AppSubmit, AppTry, BodyChange, BodyView,
                       CollaborationPlan, FrameFed, MeshUse, Objective, Placement, PlanAgain, PlanHistory, QueryHistory,
                       QueryPlan, QueryRuns, Residency, RunRecord, ServiceList)
from .participant import SECOND_NS
from .session import ANSWER_TIME_S, Session

#: While the spool is full, or nobody is there to take it, a frame is offered again after this.
OFFER_AGAIN_S = 0.1
PAGE = 1000


class Client(Session):
    # Apps.

    async def submit(self, request: AppRequest) -> App:
        """Asks for an app; returns when it, and the plan that serves it, are stored. Raises NoFitError, with the reason and
        what would have to change, where there is no room. Its results are heard from here on."""
        app = App(self, request.app)
        try:
            await self.confirm()
            since = self._bus.broker_time_ns()
            app.submitted = await self.ask(AppSubmit(request=request))
        except BaseException:
            app.close()
            raise
        first = app.submitted.first_run
        status = app._status()
        if status is None or status.first_run != first:
            status = AppStatus(request=request, phase=AppPhase.RUNNING, first_run=first, next_run=first)
        app.begin(status, since)
        return app

    async def app(self, name: str) -> App:
        """One that was submitted before; its results are heard from here on. Raises NotFoundError."""
        app = App(self, name)
        try:
            await self.confirm()
            apps = await self.apps()
        except BaseException:
            app.close()
            raise
        status = find_app(AppSet(apps=apps), name)
        if status is None:
            app.close()
            known = ", ".join(sorted(one.request.app for one in apps))
            raise NotFoundError(f"there is no app '{name}'" + (f"; there are {known}" if known else ""))
        app.begin(status, self._bus.broker_time_ns())
        return app

    async def forecast(self, request: AppRequest) -> AppForecast:
        """What would become of it, and of the others, if it were submitted. Changes nothing."""
        return await self.ask(AppTry(request=request))

    async def stop(self, app: str) -> None:
        """No run is started any more; those under way have 3 s to end."""
        await self.ask(AppStop(app=app))

    async def apps(self) -> list[AppStatus]:
        """All that are known, ended ones included."""
        return (await self.state(AppSet)).apps

    # Frames.

    async def feed(self, device: str, sensor: str, frame: Any, *, frame_id: str | None = None, timeout: float = 60.0) -> FrameFed:
        """A frame for a sensor; returns when it is in the executor's spool, which survives the end of any process.

        `frame`: a Frame, or an array of bytes. Until `timeout` it is offered again while the spool is full or nobody is
        there to take it, always under its id, so that it is fed once. Raises what was answered last; NotFoundError at once,
        where nobody takes it because the body has no such device."""
        offered = False

        async def sensor_is() -> tuple[str, str]:
            nonlocal offered
            if offered and (body := await self.find_state(BodyView, timeout=0)) is not None:
                there = [one.id for one in body.devices] + list(body.absent)
                if device not in there:
                    raise NotFoundError(f"the body has no device '{device}'; it has {', '.join(sorted(there))}")
            offered = True
            return device, sensor
        return await self._feed(sensor_is, Frame.of(frame), frame_id or new_frame_id(), timeout)

    async def _feed(self, sensor_of: Callable[[], Awaitable[tuple[str, str]]], frame: Frame, frame_id: str,
                    timeout: float) -> FrameFed:
        until = self._clock.monotonic_ns() + int(timeout * SECOND_NS)
        while True:
            left = (until - self._clock.monotonic_ns()) / SECOND_NS
            try:
                device, sensor = await sensor_of()
                return await self.ask(frame.message(sensor, frame_id), device=device,
                                      timeout=max(0.0, min(left, ANSWER_TIME_S)))
            except MeshError as error:
                if not error.may_help_again or self._clock.monotonic_ns() + int(OFFER_AGAIN_S * SECOND_NS) >= until:
                    raise
            await self.sleep(OFFER_AGAIN_S)

    # Plans and what is kept.

    async def plan(self, plan_id: int | None = None) -> CollaborationPlan | None:
        """The plan in force, None where there is none yet; or one that is kept. Raises NotFoundError."""
        if plan_id is None:
            return await self.find_state(CollaborationPlan)
        return await self.ask(QueryPlan(id=plan_id))

    async def replan(self, *, policy: str = "", objective: Objective | None = None, residency: Residency | None = None,
                     once: bool = False, pin: Placement | None = None, unpin: bool = False) -> CollaborationPlan:
        """Plans again, now. What is not named stays as before; `once`: it is for this plan only."""
        return await self.ask(PlanAgain(policy=policy, once=once, objective=objective, residency=residency, pin=pin,
                                        unpin=unpin))

    async def history(self, limit: int = 20) -> PlanHistory:
        """The newest plans first."""
        return await self.ask(QueryHistory(limit=limit))

    async def runs(self, app: str, *, first_run: int = 0, count: int | None = None) -> AsyncIterator[RunRecord]:
        """The app's runs that are kept, by number."""
        told = 0
        while count is None or told < count:
            limit = PAGE if count is None else min(PAGE, count - told)
            page = (await self.ask(QueryRuns(app=app, first_run=first_run, limit=limit))).runs
            for record in page:
                yield record
            if len(page) < limit:
                return
            told, first_run = told + len(page), page[-1].run + 1

    # The body.

    async def body(self) -> BodyView:
        """Devices, profiles, links, who is absent."""
        return await self.state(BodyView)

    async def services(self) -> ServiceList:
        """Every process of the mesh."""
        return await self.state(ServiceList)

    async def use(self) -> MeshUse:
        """Rates, latencies, power, how busy units are; told once a second."""
        return await self.state(MeshUse, timeout=3.0)

    async def change_body(self, change: BodyChange) -> None:
        """Another link, another profile or charge of a device; the mesh plans again."""
        await self.ask(change)
