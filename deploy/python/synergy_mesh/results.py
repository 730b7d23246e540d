"""What a run came to, and each run once: results come over the bus, which may lose some while a process is started
again, and what is missing is fetched from the store (as `services/client`: followed_runs.hpp, answer.hpp)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from .messages import FrameRef, PipelinePlan, ResultKind, RunOutcome, RunRecord, RunResult

#: Runs beyond the lowest missing one that are remembered; where there are more, that one is given up.
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Result:
    """How one run ended. (app, run) is its identity."""

    app: str
    run: int
    plan_id: int
    outcome: RunOutcome
    #: The class; None of maps, raw values, and runs that failed.
    label: int | None
    #: Its name, where the model gives names.
    label_name: str
    score: int | None
    #: Of maps a label for each pixel; of softmax and raw output the values. Empty of classes, and of runs that were
    #: fetched from the store: it has none.
    values: tuple[int, ...]
    #: Model time from sensing to interaction.
    latency_us: float
    energy_uj: float
    #: Crossed, in order.
    devices: tuple[str, ...]
    #: Computed from generated noise.
    generated: bool
    #: Why it failed.
    reason: str
    #: That was fed; None: the sensor's own.
    frame: FrameRef | None

    @property
    def completed(self) -> bool:
        return self.outcome == RunOutcome.COMPLETED

    def __str__(self) -> str:
        if not self.completed:
            return f"{self.app} run {self.run}: failed: {self.reason}"
        name = f" ({self.label_name})" if self.label_name not in ("", str(self.label)) else ""
        answer = f"{self.label}{name}" if self.label is not None else f"{len(self.values)} values"
        return (f"{self.app} run {self.run}: {answer}; {' > '.join(self.devices)}, {self.latency_us / 1000:.2f} ms, "
                f"{self.energy_uj:.1f} uJ")


def values_of(output: bytes, width: int) -> tuple[int, ...]:
    """Of 8 or 32 bits, signed."""
    count = len(output) // (width // 8)
    return struct.unpack(f"<{count}{'b' if width == 8 else 'i'}", output[:count * (width // 8)])


def has_one_label(pipeline: PipelinePlan) -> bool:
    return pipeline.classes == 0 or pipeline.output_pixels == 1


def result_of(heard: RunResult, pipeline: PipelinePlan | None) -> Result:
    """`pipeline`: the app's in the run's plan, or None where it is not known."""
    label: int | None = heard.label if heard.label >= 0 else None
    score: int | None = heard.score if label is not None else None
    values: tuple[int, ...] = ()
    if heard.output and pipeline is not None and pipeline.result != ResultKind.ARGMAX:
        values = values_of(heard.output, pipeline.output_width)
        if pipeline.result == ResultKind.SOFTMAX and has_one_label(pipeline):
            score = max(values)
            label = values.index(score)
    elif heard.output:
        values = tuple(heard.output)
    name = heard.label_name
    if label is not None and not name and pipeline is not None and label < len(pipeline.labels):
        name = pipeline.labels[label]
    run = heard.run
    return Result(run.key.app, run.key.run, run.plan_id, RunOutcome.COMPLETED, label, name, score, values,
                  (heard.ended_ns - run.began_ns) / 1000, run.energy_uj, tuple(run.devices), run.generated, "", run.frame)


def result_of_record(record: RunRecord, pipeline: PipelinePlan | None) -> Result:
    label = record.label if record.label >= 0 else None
    name = pipeline.labels[label] if pipeline is not None and label is not None and label < len(pipeline.labels) else ""
    return Result(record.app, record.run, record.plan_id, record.outcome, label, name,
                  record.score if label is not None else None, (), (record.ended_ns - record.began_ns) / 1000,
                  record.energy_uj, tuple(record.devices), record.generated, record.reason, record.frame)


class FollowedRuns:
    """Which runs were told already. Runs below `first` are not followed.

    A dispatcher that was killed may give the number of a run that it had not kept to another frame, and the frame another
    number. So what is fed is told by its frame: each (app, frame) has one outcome."""

    def __init__(self, first: int) -> None:
        self.first = self.next = first  # the lowest that was not noted
        self._above: set[int] = set()
        self._frames: dict[tuple[str, int], None] = {}  # a set that knows its oldest

    def note(self, run: int, frame: FrameRef | None = None) -> bool:
        """Whether it is to be told: not when it was before, or is not followed."""
        is_new = self._note_run(run)
        if frame is None or frame.sequence == 0:
            return is_new
        key = (frame.device, frame.sequence)
        if run < self.first or key in self._frames:
            return False
        self._frames[key] = None
        if len(self._frames) > MOST_REMEMBERED:
            del self._frames[next(iter(self._frames))]
        return True

    def _note_run(self, run: int) -> bool:
        if run < self.next or run in self._above:
            return False
        self._above.add(run)
        if len(self._above) > MOST_REMEMBERED:
            self.next = min(self._above)
        while self.next in self._above:
            self._above.remove(self.next)
            self.next += 1
        return True

    @property
    def has_gaps(self) -> bool:
        return bool(self._above)
