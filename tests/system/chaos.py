"""Kills, stops and restarts random processes and lets devices come and go under load; then audits what is kept.

    python3 chaos.py --seconds 600 --seed 7        # prints each action with its recovery time, then the audit

What is promised: no acknowledged app, stop, plan or result is lost, no run is counted twice, and the mesh returns to
service by itself. Which process is hit when is drawn from the seed; what that meets is up to the machine.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from chaos_audit import Audit, Promises, Results
from mesh import PATIENCE_S, Mesh, digits_app

SERVICES = ["broker", "store", "monitor", "planner", "dispatcher", "gateway"]
DEVICES = ["glasses", "earbud", "watch", "ring"]
MAY_LEAVE = ["earbud", "watch", "ring"]  # the glasses have the only camera
PROCESSES = SERVICES + [f"{kind}/{device}" for kind in ("executor", "accelerator") for device in DEVICES]
DRAIN_S = 3  # the dispatcher waits for runs under way for so long


class Chaos:
    def __init__(self, mesh, seed, folder, log=print):
        self.mesh, self.random, self.folder, self.log = mesh, random.Random(seed), folder, log
        self.results, self.promises = Results(mesh), Promises()
        self.running, self.doubtful = set(), {}  # doubtful: nobody answered; with the runs asked for
        self.away, self.to_return = set(), {}  # to_return: processes that were killed, with the pid that died
        self.number = self.signals = 0
        self.recoveries = []

    # What is asked of the mesh.

    def submit(self, runs=0, meanwhile=lambda: None):
        self.number += 1
        name = f"app-{self.number}"
        file = digits_app(self.folder, app=name, runs=runs, at_least=self.random.choice([1, 1, 2]),
                          sensing="{needs: camera}", interaction="{needs: display}")
        done = self.ask(meanwhile, "submit", file, "--json")
        if done.returncode != 0:
            self.doubtful[name] = runs
            return f"submitted {name}, which was not acknowledged"
        self.promises.plans.add(json.loads(done.stdout)["plan_id"])
        self.accept(name, runs)
        return f"submitted {name}"

    def accept(self, name, runs):
        (self.promises.finite.__setitem__(name, runs) if runs else self.running.add(name))

    def stop_app(self, name=None, meanwhile=None):
        name = name or self.random.choice(sorted(self.running))
        begin = time.monotonic()
        if self.ask(meanwhile or (lambda: None), "stop", name).returncode != 0:
            self.mesh.wait_for(lambda: self.mesh.cli("stop", name, check=False).returncode == 0, f"{name} to stop")
        if meanwhile or time.monotonic() - begin > DRAIN_S:
            self.promises.hurried.add(name)
        self.running.discard(name)
        self.promises.stopped.add(name)
        return f"stopped {name}"

    def ask(self, meanwhile, *arguments):
        """The command's outcome; what happens meanwhile happens a random moment after its start."""
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(self.mesh.cli, *arguments, check=False)
            time.sleep(self.random.uniform(0, 0.1))
            meanwhile()
            return asked.result()

    # What happens to it.

    def pid(self, process):
        """As supervisord knows it: the mesh itself may be what is down."""
        done = subprocess.run(["supervisorctl", "-c", self.mesh.run_dir / "supervisord.conf", "pid",
                               process.replace("/", "-")], text=True, capture_output=True)
        return int(done.stdout) if done.stdout.strip().isdigit() and int(done.stdout) > 0 else None

    def signal(self, pid, number):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        self.signals += 1
        return True

    def kill(self, *processes):
        """Kills those that are there; says whom, and remembers who is to come back."""
        killed = {process: pid for process in processes if (pid := self.pid(process)) and self.signal(pid, signal.SIGKILL)}
        self.to_return.update(killed)
        return "killed " + (" and ".join(killed) or "nobody: " + " and ".join(processes) + " were away")

    def freeze(self):
        process, seconds = self.random.choice(PROCESSES), self.random.choice([0.3, 1, 3])
        pid = self.pid(process)
        if not pid or not self.signal(pid, signal.SIGSTOP):
            return f"stopped nobody: {process} was away"
        time.sleep(seconds)
        self.signal(pid, signal.SIGCONT)
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

    def act_under_fire(self):
        """Something is asked for and, before the answer, one of those that make it is killed."""
        victim, said = self.random.choice(["broker", "store", "planner", "dispatcher"]), []

        def fire():
            said.append(self.kill(victim))

        if len(self.running) > 2:
            done = self.stop_app(meanwhile=fire)
        else:
            done = self.submit(runs=self.random.choice([0, 50]), meanwhile=fire)
        return f"{done}, and meanwhile {said[0]}"

    def act(self):
        actions = [lambda: self.kill(self.random.choice(PROCESSES))] * 5
        actions += [lambda: self.kill(*self.random.sample(PROCESSES, 2))] * 2
        actions += [self.freeze] * 2 + [self.act_under_fire] * 2
        if len(self.away) < 2:
            actions += [self.leave] * 2
        if self.away:
            actions += [self.join] * 2
        if len(self.running) < 4:
            actions += [self.submit, lambda: self.submit(runs=self.random.randrange(1, 200))]
        if len(self.running) > 2:
            actions.append(self.stop_app)
        return self.random.choice(actions)()

    # And back.

    def wait_for_service(self, more=3):
        """Until who was killed is ready again, and every running app has delivered so many new runs since."""
        for process, pid in self.to_return.items():
            self.mesh.wait_for(lambda: self.pid(process) not in (None, pid), f"{process} to be started again")
            self.mesh.wait_for(lambda: self.mesh.cli("health", process, "--wait", "5").returncode == 0, f"{process} to be ready")
        before = self.results.counts()
        late = sorted(self.running)
        end = time.monotonic() + PATIENCE_S
        while late and time.monotonic() < end:
            now = self.results.counts()
            late = [app for app in sorted(self.running) if now.get(app, 0) - before.get(app, 0) < more]
            time.sleep(0.02)
        if late:
            raise AssertionError(f"not back in service after {PATIENCE_S} s: {late}\n{self.mesh.logs()}")

    def run(self, seconds):
        for _ in range(2):
            self.mesh.wait_for(lambda: "not" not in self.submit(), "the first apps to be accepted")
        self.wait_for_service()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.to_return = {}
            what, begin = self.act(), time.monotonic()
            self.wait_for_service()
            self.recoveries.append(time.monotonic() - begin)
            self.log(f"  {what}: back after {self.recoveries[-1]:.2f} s")
        for device in sorted(self.away):
            self.mesh.script("join", device, check=False)
        self.away.clear()
        self.wait_for_service()

    def audit(self):
        """Stops all, then compares what was acknowledged and seen with what the file holds; what is wrong."""
        for name, runs in sorted(self.doubtful.items()):
            if self.phase(name) not in (None, "rejected"):
                self.accept(name, runs)
        for name in sorted(self.running):
            self.stop_app(name)
        for name in sorted(self.promises.finite):
            self.mesh.wait_for(lambda: self.phase(name) == "finished", f"{name} to finish")
        self.results.close()
        audit = Audit(self.mesh, self.promises, self.results)
        self.log(audit.summary())
        times = sorted(self.recoveries)
        self.log(f"{len(times)} actions, {self.signals} signals; back in service after: median "
                 f"{statistics.median(times):.2f} s, 90 % {times[int(0.9 * (len(times) - 1))]:.2f} s, worst {times[-1]:.2f} s")
        return audit.wrong + ([] if self.signals else ["nobody was there to be hit"])

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
