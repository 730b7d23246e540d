"""What subscribers and users of a mesh saw, compared with what its file keeps: was anything lost, or done twice?"""

import collections
import json
import subprocess
import threading

from mesh import BIN

# Runs of an app under way at most, and so lost at most where its stop did not wait for them.
MOST_UNDER_WAY = 8


class Results:
    """Every result that a subscriber saw, by (app, run); repetitions must say the same."""

    def __init__(self, mesh):
        self.mesh, self.seen = mesh, {}
        self.runs = collections.Counter()  # by app, repetitions not counted
        self.contradictions = []
        self.lock, self.ended = threading.Lock(), False
        self.process = None
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        while not self.ended:
            self.process = subprocess.Popen([BIN / "synergy", "topic", "echo", "event/result/"], text=True,
                                            env=self.mesh.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for line in self.process.stdout:
                try:
                    self.take(json.loads(line)["body"])
                except (ValueError, KeyError):
                    pass
            self.process.wait()

    def take(self, body):
        key = (body["run"]["key"]["app"], body["run"]["key"]["run"])
        value = (body["label"], body["score"])
        with self.lock:
            if key not in self.seen:
                self.seen[key] = value
                self.runs[key[0]] += 1
            elif self.seen[key] != value:
                self.contradictions.append(key)

    def counts(self):
        with self.lock:
            return dict(self.runs)

    def close(self):
        self.ended = True
        if self.process:
            self.process.terminate()
        self.thread.join()


class Promises:
    """What the mesh acknowledged."""

    def __init__(self):
        self.finite = {}      # apps, and the runs they asked for
        self.stopped = set()  # apps
        self.hurried = set()  # of these, whose stop may not have waited for the runs under way
        self.plans = set()    # numbers

    def apps(self):
        return self.stopped | set(self.finite)


class Audit:
    def __init__(self, mesh, promises, results):
        self.promises, self.results = promises, results
        self.wrong = [f"{app} run {run} had two different results" for app, run in results.contradictions]
        self.apps = {row["app"]: row for row in mesh.query("SELECT * FROM apps")}
        self.kept = collections.defaultdict(dict)
        for row in mesh.query("SELECT app, run, outcome, label, score, reason FROM runs"):
            self.kept[row["app"]][row["run"]] = row
        plans = {row["id"] for row in mesh.query("SELECT id FROM collaboration_plans")}
        self.wrong += [f"plan {plan} was told of and is not kept" for plan in sorted(promises.plans - plans)]
        for app in sorted(promises.apps()):
            self.check_app(app)
        self.lost = 0
        for (app, run), result in results.seen.items():
            self.check_result(app, run, result)
        rows = [row for runs in self.kept.values() for row in runs.values()]
        self.total, self.failed = len(rows), sum(row["outcome"] == "failed" for row in rows)
        if self.failed == self.total:
            self.wrong.append("no run came through")
        self.wrong += [f"{row['app']} run {row['run']} failed for no reason" for row in rows
                       if row["outcome"] == "failed" and not row["reason"]]

    def check_app(self, name):
        if name not in self.apps:
            self.wrong.append(f"app {name} was acknowledged and is lost")
            return
        app, runs = self.apps[name], self.kept[name]
        phase = "stopped" if name in self.promises.stopped else "finished"
        if app["phase"] != phase:
            self.wrong.append(f"{name} is to be {phase} and is {app['phase']}")
        ended = app["completed"] + app["failed"]
        if ended != self.promises.finite.get(name, ended):
            self.wrong.append(f"{name}: {ended} runs of {self.promises.finite[name]}")
        if ended != len(runs):
            self.wrong.append(f"{name}: {ended} runs counted, {len(runs)} kept")
        holes = [run for run in range(max(runs, default=-1)) if run not in runs and not self.may_be_missing(name, run)]
        if holes:
            self.wrong.append(f"{name}: of its runs, {holes[:5]} are not kept and later ones are")

    def check_result(self, app, run, result):
        row = self.kept[app].get(run)
        if row is None:
            if not self.may_be_missing(app, run):
                self.lost += 1
                self.wrong.append(f"{app} run {run} had a result and is not kept")
        elif row["outcome"] != "completed":
            self.wrong.append(f"{app} run {run} had a result and is kept as failed: {row['reason']}")
        elif (row["label"], row["score"]) != result:
            self.wrong.append(f"{app} run {run} is kept with another result")

    def may_be_missing(self, app, run):
        return app in self.promises.hurried and run >= self.apps[app]["next_run"] - MOST_UNDER_WAY

    def summary(self):
        return (f"{self.total} runs kept, {self.failed} of them reported failed; {len(self.results.seen)} results seen, "
                f"{self.lost} of them lost; {len(self.promises.apps())} apps, {len(self.promises.plans)} plans told of")
