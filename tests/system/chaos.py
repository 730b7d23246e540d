"""Kills, stops and restarts random processes and lets devices come and go under load; then audits what is kept.

    python3 chaos.py --seconds 600 --seed 7        # prints each action with its recovery time, then the audit

What is promised: no acknowledged app, stop or result is lost, no run is counted twice, and the mesh returns to
service by itself. Which process is hit when is drawn from the seed; what that meets is up to the machine.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from mesh import BIN, Mesh, digits_app

SERVICES = ["broker", "store", "monitor", "planner", "dispatcher"]
DEVICES = ["glasses", "earbud", "watch", "ring"]
MAY_LEAVE = ["earbud", "watch", "ring"]  # the glasses have the only camera
PROCESSES = SERVICES + [f"{kind}/{device}" for kind in ("executor", "accelerator") for device in DEVICES]
RECOVERY_S = 60  # a watchdog: who is not back by then is not


class Results:
    """Every result that a subscriber saw, by (app, run); repetitions must say the same."""

    def __init__(self, mesh):
        self.mesh, self.seen, self.count = mesh, {}, collections.Counter()
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
            self.count[key[0]] += 1
            if self.seen.setdefault(key, value) != value:
                self.contradictions.append(key)

    def counts(self):
        with self.lock:
            return dict(self.count)

    def close(self):
        self.ended = True
        if self.process:
            self.process.terminate()
        self.thread.join()


class Chaos:
    def __init__(self, mesh, seed, folder, log=print):
        self.mesh, self.random, self.folder, self.log = mesh, random.Random(seed), folder, log
        self.results = Results(mesh)
        self.running, self.stopped, self.finite = set(), set(), {}
        self.away = set()
        self.recoveries = []
        self.number = 0

    # What is asked of the mesh; only what it acknowledged is remembered.

    def submit(self, runs=0):
        self.number += 1
        name = f"app-{self.number}"
        file = digits_app(self.folder, app=name, runs=runs, at_least=self.random.choice([1, 1, 2]),
                          sensing="{needs: camera}", interaction="{needs: display}")
        if self.mesh.cli("submit", file, check=False).returncode == 0:
            (self.finite.__setitem__(name, runs) if runs else self.running.add(name))
            return f"submitted {name}"
        return f"submission of {name} was not acknowledged"

    def stop_app(self):
        name = self.random.choice(sorted(self.running))
        if self.mesh.cli("stop", name, check=False).returncode == 0:
            self.running.discard(name)
            self.stopped.add(name)
            return f"stopped {name}"
        return f"stop of {name} was not acknowledged"

    # What happens to it.

    def signal(self, process, number):
        try:
            pid = self.pid(process)
            if pid:
                os.kill(pid, number)
                return True
        except (ProcessLookupError, AssertionError):
            pass
        return False

    def pid(self, process):
        """As supervisord knows it: the mesh itself may be what is down."""
        done = subprocess.run(["supervisorctl", "-c", self.mesh.run_dir / "supervisord.conf", "pid",
                               process.replace("/", "-")], text=True, capture_output=True)
        return int(done.stdout) if done.stdout.strip().isdigit() and int(done.stdout) > 0 else None

    def kill(self):
        process = self.random.choice(PROCESSES)
        self.signal(process, signal.SIGKILL)
        return f"killed {process}"

    def kill_two(self):
        two = self.random.sample(PROCESSES, 2)
        for process in two:
            self.signal(process, signal.SIGKILL)
        return "killed " + " and ".join(two)

    def freeze(self):
        process, seconds = self.random.choice(PROCESSES), self.random.choice([0.3, 1, 3])
        pid = self.pid(process)
        if pid:
            os.kill(pid, signal.SIGSTOP)
            end = time.monotonic() + seconds
            self.mesh.wait_for(lambda: time.monotonic() >= end, "the time that it is stopped for")
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass
        return f"stopped {process} for {seconds} s"

    def leave(self):
        device = self.random.choice([d for d in MAY_LEAVE if d not in self.away])
        self.away.add(device)
        self.mesh.script("leave", device, check=False)
        return f"{device} left"

    def join(self):
        device = self.random.choice(sorted(self.away))
        self.away.discard(device)
        self.mesh.script("join", device, check=False)
        return f"{device} came"

    def act(self):
        actions = [self.kill] * 5 + [self.kill_two] * 2 + [self.freeze] * 2
        if len(self.away) < 2:
            actions += [self.leave] * 2
        if self.away:
            actions += [self.join] * 2
        if len(self.running) < 4:
            actions += [self.submit, lambda: self.submit(runs=self.random.randrange(1, 200))]
        if len(self.running) > 2:
            actions.append(self.stop_app)
        return self.random.choice(actions)()

    def served(self):
        """Apps that should be delivering."""
        return sorted(self.running)

    def wait_for_results(self, more=3):
        """Until every running app has delivered so many more; the seconds that took."""
        begin, before = time.monotonic(), self.results.counts()
        while time.monotonic() - begin < RECOVERY_S:
            now = self.results.counts()
            if all(now.get(app, 0) - before.get(app, 0) >= more for app in self.served()):
                return time.monotonic() - begin
            time.sleep(0.02)
        raise AssertionError(f"not back in service after {RECOVERY_S} s: "
                             f"{[a for a in self.served() if now.get(a, 0) - before.get(a, 0) < more]}\n{self.mesh.logs()}")

    def run(self, seconds):
        for _ in range(2):
            self.mesh.wait_for(lambda: self.submit().startswith("submitted"), "the first apps to be accepted")
        self.wait_for_results()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            what = self.act()
            took = self.wait_for_results()
            self.recoveries.append(took)
            self.log(f"  {what}: back after {took:.2f} s")
        for device in sorted(self.away):
            self.mesh.script("join", device, check=False)
        self.away.clear()
        self.wait_for_results()

    def audit(self):
        """Stops all, then compares what was acknowledged and seen with what the file holds; what is wrong."""
        for name in sorted(self.running):
            self.mesh.wait_for(lambda: self.mesh.cli("stop", name, check=False).returncode == 0, f"{name} to stop")
            self.stopped.add(name)
        for name in sorted(self.finite):
            self.mesh.wait_for(lambda: self.phase(name) == "finished", f"{name} to finish")
        self.results.close()
        wrong = list(self.results.contradictions)
        apps = {row["app"]: row for row in self.mesh.query("SELECT * FROM apps")}
        kept = collections.defaultdict(dict)
        for row in self.mesh.query("SELECT app, run, outcome, label, score FROM runs"):
            if row["run"] in kept[row["app"]]:
                wrong.append(f"{row['app']} run {row['run']} is kept twice")
            kept[row["app"]][row["run"]] = row
        for name in self.stopped | set(self.finite):
            if name not in apps:
                wrong.append(f"app {name} was acknowledged and is lost")
                continue
            app = apps[name]
            if name in self.stopped and app["phase"] != "stopped":
                wrong.append(f"{name} was stopped and is {app['phase']}")
            if name in self.finite and app["completed"] + app["failed"] != self.finite[name]:
                wrong.append(f"{name}: {app['completed']} + {app['failed']} runs of {self.finite[name]}")
            if app["completed"] + app["failed"] != len(kept[name]):
                wrong.append(f"{name}: {app['completed']} + {app['failed']} counted, {len(kept[name])} kept")
        lost = 0
        for (name, run), (label, score) in self.results.seen.items():
            row = kept[name].get(run)
            if row is None and not self.may_be_unkept(apps.get(name), run):
                lost += 1
                wrong.append(f"{name} run {run} had a result and is not kept")
            elif row is not None and row["outcome"] == "completed" and (row["label"], row["score"]) != (label, score):
                wrong.append(f"{name} run {run} is kept with another result")
        failed = sum(1 for runs in kept.values() for row in runs.values() if row["outcome"] == "failed")
        total = sum(len(runs) for runs in kept.values())
        self.log(f"{total} runs kept, {failed} of them reported failed; {len(self.results.seen)} results seen; "
                 f"{len(self.stopped) + len(self.finite)} apps; {lost} results lost")
        if self.recoveries:
            times = sorted(self.recoveries)
            self.log(f"{len(times)} actions; back in service after: median {statistics.median(times):.2f} s, "
                     f"90 % {times[int(0.9 * (len(times) - 1))]:.2f} s, worst {times[-1]:.2f} s")
        return wrong

    def may_be_unkept(self, app, run):
        """A result that came after its app was stopped is nobody's any more."""
        return app is not None and app["phase"] == "stopped" and run >= app["next_run"] - 8

    def phase(self, name):
        app = self.mesh.app(name)
        return app and app["phase"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, Mesh() as mesh:
        chaos = Chaos(mesh, arguments.seed, pathlib.Path(folder), log=lambda text: print(text, flush=True))
        try:
            chaos.run(arguments.seconds)
            wrong = chaos.audit()
        finally:
            chaos.results.close()
    for line in wrong:
        print("WRONG:", line)
    print("audit:", "nothing lost, nothing twice" if not wrong else f"{len(wrong)} things wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
