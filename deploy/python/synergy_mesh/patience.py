"""Waiting for the dispatcher's word. A decision takes as long as its plan does, so a command waits for as long as the
dispatcher's heartbeats say that it is at something."""

from __future__ import annotations

import logging

from .calls import Clock
from .messages import Health
from .participant import SECOND_NS

ANSWER_TIME_NS = 20 * SECOND_NS
#: However busy the dispatcher is, a command ends some time.
LONGEST_WAIT_NS = 30 * 60 * SECOND_NS
SHOW_AFTER_NS = SECOND_NS

log = logging.getLogger("synergy_mesh")


class Patience:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_sign = clock.monotonic_ns()
        self._pause = SHOW_AFTER_NS
        self._show_at = self._last_sign + self._pause
        self._note = ""

    def hear(self, health: Health) -> None:
        """Without a note, the dispatcher may have lost the question."""
        self._note = health.note
        if self._note:
            self._last_sign = self._clock.monotonic_ns()

    @property
    def is_over(self) -> bool:
        """Nothing was heard of being at work for 20 s. What is waited for goes to the log, less and less often."""
        now = self._clock.monotonic_ns()
        if now >= self._show_at and self._note:
            self._pause *= 2
            self._show_at = now + self._pause
            log.info("waiting: %s", self._note)
        return now - self._last_sign >= ANSWER_TIME_NS
