"""By hand: what a mesh looks like while planning takes long. Limits of time are judged, so it is no test of CTest.

    python3 slow_planning.py                # 32 devices x 32 apps (W6), time scale 50
    python3 slow_planning.py --shipped      # body mixed-16 with the apps of w4 and w5

Submits every app, lets one device leave, and waits for the quick plan and for what the full search makes of it. Prints
the longest pause between heartbeats of each process, who was ever called silent, how long the plans took, and what the
command line said meanwhile. Ends with 1 where a pause was 2 s or longer, somebody was called silent, or no plan came
within 5 s of the order to leave.
"""

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import msgpack
import zmq

from mesh import BIN, ROOT, Mesh

LONGEST_PAUSE_S, QUICK_S, FULL_S = 2, 5, 60


class Watcher(threading.Thread):
    """Hears heartbeats, the list of services, the plans in force and apps, with the time of each."""

    def __init__(self, run_dir):
        super().__init__(daemon=True)
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.connect(f"ipc://{run_dir}/bus.subscribe")
        for topic in (b"health/", b"state/services", b"state/plan"):
            self.socket.subscribe(topic)
        self.heard, self.pauses, self.silent, self.plans = {}, collections.defaultdict(float), collections.Counter(), []
        self.going_on = True

    def run(self):
        while self.going_on:
            if not self.socket.poll(200):
                continue
            topic, payload = self.socket.recv_multipart()
            now, body = time.monotonic(), msgpack.unpackb(payload)["body"]
            if topic.startswith(b"health/"):
                # A heartbeat of a process that ends or starts is no pause of one that works.
                process = (body["process"], body["instance"])
                if body["state"] == "ready":
                    self.pauses[body["process"]] = max(self.pauses[body["process"]], now - self.heard.get(process, now))
                self.heard[process] = now
            elif topic == b"state/services":
                self.silent.update(s["process"] for s in body["services"] if s["state"] == "silent")
            elif not self.plans or self.plans[-1][1]["id"] != body["id"]:
                self.plans.append((now, body))


def show(at, plan):
    print(f"  after {at:5.2f} s plan {plan['id']}: {plan.get('effort', '-')}, {plan['status']}, {len(plan['pipelines'])} apps, "
          f"{plan['rounds_per_second']:.3f} rounds/s, searched for {plan['planning_us'] / 1e6:.2f} s, "
          f"{plan.get('nodes_spent', 0)} nodes", flush=True)


def submit_all(mesh, apps):
    said = []
    begin = time.monotonic()
    for app in apps:
        done = mesh.cli("submit", app, check=False)
        if done.returncode != 0:
            print(f"  {app.name}: exit {done.returncode}: {done.stderr.strip()[:200]}")
        said += [line for line in done.stderr.splitlines() if done.returncode == 0]
    print(f"{len(apps)} apps submitted in {time.monotonic() - begin:.1f} s; submit said {len(said)} times what it waited for"
          + (f", the last: {said[-1]}" if said else ""))


def after_leaving(mesh, watcher, device):
    """Seconds from the order to leave to the first plan without the device."""
    known = len(watcher.plans)
    last_event = mesh.query("SELECT coalesce(max(id), 0) AS last FROM events")[0]["last"]
    left = time.monotonic()
    mesh.script("leave", device)
    print(f"{device} was told to leave; its processes had ended after {time.monotonic() - left:.1f} s")
    while len(watcher.plans) == known and time.monotonic() < left + 60:
        time.sleep(0.02)
    if len(watcher.plans) == known:
        print("  no plan within 60 s")
        return float("inf")
    quick = watcher.plans[known][0] - left
    show(quick, watcher.plans[known][1])
    # The full search comes by itself: either a better plan, or the word that the quick one stays.
    end = time.monotonic() + FULL_S
    full = f"SELECT * FROM events WHERE subject || text LIKE '%full search%' AND id > {last_event}"
    while time.monotonic() < end and not mesh.query(full):
        time.sleep(0.2)
    for at, plan in watcher.plans[known + 1:]:
        show(at - left, plan)
    for event in mesh.query(full):
        print(f"  full search: {event['subject']}: {event['text'][:200]}")
    return quick


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shipped", action="store_true", help="mixed-16 with w4 and w5 instead of 32 x 32")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.shipped:
            body, scale, leaver = ROOT / "deploy/bodies/mixed-16.yaml", "1", "belt"
            apps = sorted((ROOT / "deploy/apps/w4").glob("*.yaml")) + sorted((ROOT / "deploy/apps/w5").glob("*.yaml"))
        else:
            subprocess.run([BIN / "synergy", "workload", "--pipelines", "32", "--devices", "32", "-o", folder],
                           check=True, stdout=subprocess.DEVNULL)
            body, scale = pathlib.Path(folder) / "bodies/w6-32x32.yaml", "50"
            apps = sorted((pathlib.Path(folder) / "apps/w6-32x32").glob("*.yaml"))
            leaver = None
        mesh = Mesh(body=body)
        mesh.up = lambda: mesh.script("up", "--body", str(body), "--time-scale", scale)
        with mesh:
            watcher = Watcher(mesh.run_dir)
            watcher.start()
            submit_all(mesh, apps)
            used = mesh.json("plan")
            leaver = leaver or used["pipelines"][0]["executions"][0]["chunks"][-1]["device"]
            quick = after_leaving(mesh, watcher, leaver)
            watcher.going_on = False
            watcher.join()
        worst = sorted(watcher.pauses.items(), key=lambda item: -item[1])[:5]
        print("longest pauses between heartbeats:", ", ".join(f"{name} {pause:.2f} s" for name, pause in worst))
        left = {f"executor/{leaver}", f"accelerator/{leaver}"}
        silent = {name: count for name, count in watcher.silent.items() if name not in left}
        print("called silent:", silent or "nobody")
        good = quick <= QUICK_S and not silent and all(pause < LONGEST_PAUSE_S for pause in watcher.pauses.values())
        print("within the limits" if good else "NOT within the limits")
        return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
