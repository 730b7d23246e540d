"""Feeds frames to two apps while processes are killed, then audits: each acknowledged (app, frame) has one outcome.

    python3 feed_audit.py --frames 10000 --seed 3     # prints what was killed, then the audit

The frames are the held-out digits, over and over, so that each answer can be told right from wrong. A feed that is not
acknowledged is repeated under its id until it is. Which process is hit when is drawn from the seed.
"""

import argparse
import ast
import collections
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import bus
from mesh import PATIENCE_S, ROOT, Mesh, write

APPS = ["each-near", "each-far"]
VICTIMS = ["executor/glasses", "executor/watch", "accelerator/glasses", "accelerator/watch", "dispatcher", "gateway", "broker"]
HELDOUT = ROOT / "deploy/models/digits/heldout"


def read_npy(path):
    """Shape and bytes of an array of bytes."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[8:10], "little")
    header = ast.literal_eval(raw[10:10 + size].decode())
    return header["shape"], raw[10 + size:]


class Feeder:
    """Feeds frame after frame, each until it is acknowledged; what was acknowledged is in `fed`: id -> apps."""

    def __init__(self, mesh, count, rate):
        self.mesh, self.count, self.rate = mesh, count, rate
        (_, rows, columns), self.pixels = read_npy(HELDOUT / "images.npy")
        self.shape, self.size = [rows, columns], rows * columns
        self.fed, self.again, self.refused, self.error = {}, 0, collections.Counter(), None
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            participant = bus.Participant(self.mesh.run_dir, f"feeder-{os.getpid()}")
            begin = time.monotonic()
            for number in range(self.count):
                time.sleep(max(0, begin + number / self.rate - time.monotonic()))
                self.feed(participant, number)
        except Exception as error:  # shown by the audit: a feeder that ends early is a fault
            self.error = repr(error)

    def feed(self, participant, number):
        at = number % 100 * self.size
        body = {"sensor": "camera", "id": f"f{number}", "shape": self.shape, "data": self.pixels[at:at + self.size]}
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            answer = participant.command("cmd/executor/glasses", "frame.feed", body, seconds=5)
            if answer is not None and answer["schema"] == "frame.fed":
                self.fed[body["id"]] = answer["body"]["apps"]
                self.again += answer["body"].get("again", False)
                return
            self.refused[answer["body"]["code"] if answer else "no answer"] += 1
            time.sleep(0.02)
        raise AssertionError(f"{body['id']} was not acknowledged in {PATIENCE_S} s: {answer}")


class Killer:
    def __init__(self, mesh, seed, pause):
        self.mesh, self.random, self.pause = mesh, random.Random(seed), pause
        self.killed, self.ended = collections.Counter(), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ended.wait(self.random.uniform(*self.pause)):
            victim = self.random.choice(VICTIMS)
            done = subprocess.run(["supervisorctl", "-c", self.mesh.run_dir / "supervisord.conf", "pid",
                                   victim.replace("/", "-")], text=True, capture_output=True)
            if done.stdout.strip().isdigit() and int(done.stdout) > 0:
                os.kill(int(done.stdout), signal.SIGKILL)
                self.killed[victim] += 1


def outcomes(mesh):
    """(app, id) -> the rows that are its outcomes."""
    rows = collections.defaultdict(list)
    for row in mesh.query("SELECT a.app, f.id, f.run, r.outcome, r.label, r.reason FROM run_frames f "
                          "JOIN app_numbers a ON a.number = f.app LEFT JOIN runs r ON r.app = a.app AND r.run = f.run"):
        rows[row["app"], row["id"]].append(row)
    return rows


def audit(feeder, rows):
    """What is wrong, in words, and a summary."""
    wrong = [feeder.error] if feeder.error else []
    _, labels = read_npy(HELDOUT / "labels.npy")
    width = len(labels) // 100
    owed = {(app, frame) for frame, apps in feeder.fed.items() for app in apps}
    if not owed:
        wrong.append("no frame was owed to any app")
    wrong += [f"{app}: frame {frame} was acknowledged and has no outcome" for app, frame in sorted(owed - set(rows))]
    wrong += [f"{app}: frame {frame} has {len(found)} outcomes" for (app, frame), found in rows.items() if len(found) != 1]
    wrong += [f"{app}: frame {frame} has an outcome, and nobody owes it" for app, frame in sorted(set(rows) - owed)]
    ends, right, answers = collections.Counter(), 0, collections.defaultdict(set)
    for (app, frame), found in rows.items():
        row = found[0]
        ends[row["outcome"] if row["outcome"] != "failed" else row["reason"].split(":")[0]] += 1
        if row["outcome"] is None or (row["outcome"] == "failed" and not row["reason"]):
            wrong.append(f"{app}: frame {frame} ended for no reason")
        if row["outcome"] == "completed":
            picture = int(frame[1:]) % 100
            answers[picture].add(row["label"])
            right += labels[picture * width] == row["label"]
    wrong += [f"picture {picture} was called {sorted(found)}" for picture, found in answers.items() if len(found) > 1]
    if ends["completed"] and right < 0.9 * ends["completed"]:
        wrong.append(f"only {right} of {ends['completed']} answers are right")
    return wrong, (f"{len(feeder.fed)} frames acknowledged ({feeder.again} of them known from before), {len(owed)} outcomes owed, "
                   f"{sum(map(len, rows.values()))} kept: {dict(ends)}; {right} answers right")


def run(frames, rate, seed, pause, log=print):
    with Mesh() as mesh:
        for app, devices in zip(APPS, (1, 2)):
            file = write(mesh.folder, f"{app}.yaml", f"app: {app}\nmodel: digits\nsensing: {{needs: camera, on: glasses}}\n"
                         f"interaction: {{needs: display, on: watch}}\nat_least_devices: {devices}\ntrigger: frame\nrate: 500\n")
            mesh.cli("submit", file)
        feeder, killer = Feeder(mesh, frames, rate), Killer(mesh, seed, pause)
        begin = time.monotonic()
        feeder.thread.start()
        killer.thread.start()
        feeder.thread.join()
        killer.ended.set()
        killer.thread.join()
        log(f"fed in {time.monotonic() - begin:.0f} s; killed: {dict(killer.killed)}; refused and repeated: {dict(feeder.refused)}")
        wait_for_outcomes(mesh, feeder)
        wrong, summary = audit(feeder, outcomes(mesh))
        log(summary)
        if not killer.killed:
            wrong.append("nobody was killed")
        return wrong


def wait_for_outcomes(mesh, feeder):
    """Until the store has as many as are owed, or no more come."""
    owed = sum(len(apps) for apps in feeder.fed.values())
    last, since = -1, time.monotonic()
    while last < owed and time.monotonic() - since < PATIENCE_S:
        try:
            now = mesh.query("SELECT count(*) AS n FROM run_frames")[0]["n"]
        except sqlite3.OperationalError:
            continue
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=500)
    parser.add_argument("--rate", type=float, default=30, help="frames per second, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, nargs=2, default=(1.0, 4.0), help="seconds between kills, from and to")
    arguments = parser.parse_args()
    wrong = run(arguments.frames, arguments.rate, arguments.seed, arguments.pause, lambda text: print(text, flush=True))
    for line in wrong[:50]:
        print("WRONG:", line)
    print("audit:", "each acknowledged frame has one outcome" if not wrong else f"{len(wrong)} things wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
