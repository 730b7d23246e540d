#!/usr/bin/python3
"""Has a running mesh plan its apps by one policy after the other, and draws the rates they promise and reach.

    examples/compare_policies.py -o policies.svg                       # of the mesh of SYNERGY_RUN_DIR, or the checkout's
    examples/compare_policies.py --policies synergy,optimal --seconds 10 -o policies.png

The apps must run already (`synergy submit deploy/apps/w1`). Afterwards the mesh plans by its own policy again.
Needs python3-matplotlib.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from synergy_mesh import Mesh, MeshError  # noqa: E402
from synergy_mesh.messages import AppPhase, RunResult  # noqa: E402

POLICIES = "ind-model,joint-model,synergy,optimal"


@dataclass
class Outcome:
    policy: str
    #: Runs per second of each app, by the plan and in model time.
    promised: dict[str, float] = field(default_factory=dict)
    reached: dict[str, float] = field(default_factory=dict)
    refused: str = ""


def measure(mesh: Mesh, policy: str, seconds: float) -> Outcome:
    """Serves the apps by a plan of this policy for a while."""
    outcome = Outcome(policy)
    with mesh.watch("event/result/") as results:
        try:
            plan = mesh.replan(policy=policy, once=True)
        except MeshError as error:
            outcome.refused = str(error)
            return outcome
        outcome.promised = {pipeline.app: pipeline.runs_per_second for pipeline in plan.pipelines}
        ends: dict[str, list[int]] = defaultdict(list)
        until = time.monotonic() + seconds
        for _, _, result in results:
            if isinstance(result, RunResult) and result.run.plan_id == plan.id:
                ends[result.run.key.app].append(result.ended_ns)
            if time.monotonic() > until:
                break
    for app, times in ends.items():
        spread = max(times) - min(times)
        outcome.reached[app] = (len(times) - 1) / (spread / 1e9) if spread > 0 else 0.0
    return outcome


def table(outcomes: list[Outcome], apps: list[str]) -> str:
    lines = [f"{'POLICY':12} {'APP':20} {'PROMISED/S':>11} {'REACHED/S':>11}"]
    for outcome in outcomes:
        if outcome.refused:
            lines.append(f"{outcome.policy:12} no plan: {outcome.refused}")
        for app in apps if not outcome.refused else []:
            promised, reached = outcome.promised.get(app, 0), outcome.reached.get(app, 0)
            lines.append(f"{outcome.policy:12} {app:20} {promised:11.2f} {reached:11.2f}")
    return "\n".join(lines)


def draw(outcomes: list[Outcome], apps: list[str], file: str) -> None:
    import matplotlib  # type: ignore[import]  # Debian's has no types; asked for late, so that --help needs none

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(2 + 1.6 * len(outcomes), 4.2), layout="constrained")
    width = 0.8 / len(apps)
    for i, app in enumerate(apps):
        places = [at - 0.4 + (i + 0.5) * width for at in range(len(outcomes))]
        bars = axes.bar(places, [outcome.promised.get(app, 0) for outcome in outcomes], width * 0.9, label=app, alpha=0.55)
        color = bars.patches[0].get_facecolor()[:3]
        dots = [None if outcome.refused else outcome.reached.get(app, 0) for outcome in outcomes]
        axes.plot(places, dots, "o", color=color, markeredgecolor="black")
    for at, outcome in enumerate(outcomes):
        if outcome.refused:
            axes.text(at, 0, "no plan", rotation=90, ha="center", va="bottom")
    axes.set_xticks(range(len(outcomes)), [outcome.policy for outcome in outcomes])
    axes.set_ylabel("runs per second (bar: promised, dot: reached)")
    axes.set_title("What each policy makes of the same apps")
    axes.legend()
    figure.savefig(file)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run-dir", help="the mesh's run folder")
    parser.add_argument("--policies", default=POLICIES, help=f"one after the other (default: {POLICIES})")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each serves (default: 5)")
    parser.add_argument("-o", "--output", required=True, help="the picture: .svg, .png or .pdf")
    options = parser.parse_args()
    try:
        with Mesh(options.run_dir) as mesh:
            apps = sorted(status.request.app for status in mesh.apps() if status.phase == AppPhase.RUNNING)
            if not apps:
                raise SystemExit("no app runs; submit some: synergy submit deploy/apps/w1")
            try:
                outcomes = [measure(mesh, policy, options.seconds) for policy in options.policies.split(",")]
            finally:
                mesh.replan()
    except MeshError as error:
        raise SystemExit(f"{error.code}: {error}") from None
    print(table(outcomes, apps))
    draw(outcomes, apps, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
