"""A mesh under load for long, with the memory of every process watched.

    python3 soak.py --seconds 1800 --apps ../../deploy/apps/w2 --time-scale 2

Prints each process's resident memory after the warm-up (a third of the time) and at the end. Fails when one grew by
more than a tenth and 2 MiB, when a process was started again or is gone, when a run failed, or when an app's results
stopped coming.
"""

import argparse
import os
import pathlib
import subprocess
import sys

from mesh import ROOT, Mesh


def resident_kib(pid):
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def memory(mesh):
    """Of each process, its number and KiB."""
    return {s["process"]: (s["pid"], resident_kib(s["pid"])) for s in mesh.json("services")["services"]
            if not s["process"].startswith("cli")}


def completed(mesh):
    return {app["request"]["app"]: app["completed"] for app in mesh.json("apps")["apps"]}


def wait(seconds):
    subprocess.run(["sleep", str(seconds)], check=True)


def what_is_wrong(warm, end, done, last, failed):
    for process in sorted(warm):
        pid, kib = end.get(process, (0, 0))
        if pid != warm[process][0] or kib == 0:
            yield f"{process} was started again, or is gone"
        elif kib - warm[process][1] > max(2048, warm[process][1] / 10):
            yield f"{process} grew from {warm[process][1]} to {kib} KiB"
    for app, count in done.items():
        if last[app] <= count:
            yield f"{app} gives no results any more"
    if failed:
        yield f"{failed} runs failed"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--apps", default=str(ROOT / "deploy/apps/w2"))
    parser.add_argument("--time-scale", default="1")
    arguments = parser.parse_args()
    mesh = Mesh()
    try:
        mesh.script("up", "--time-scale", arguments.time_scale)
        mesh.cli("submit", arguments.apps)
        wait(arguments.seconds / 3)
        warm, warm_runs = memory(mesh), completed(mesh)
        wait(arguments.seconds * 0.6)
        runs = completed(mesh)
        wait(arguments.seconds * (1 - 1 / 3 - 0.6))
        end, last = memory(mesh), completed(mesh)
        failed = sum(app["failed"] for app in mesh.json("apps")["apps"])
        print(f"{'PROCESS':24} {'WARM KIB':>9} {'END KIB':>9} {'GROWTH %':>9}")
        for process, (_, kib) in sorted(end.items()):
            before = warm.get(process, (0, 0))[1]
            print(f"{process:24} {before:9} {kib:9} {100 * (kib / before - 1) if before else 0:9.1f}")
        print(f"{sum(last.values()) - sum(warm_runs.values())} runs after the warm-up, {failed} failed; "
              f"store {os.path.getsize(mesh.store) // 1024} KiB")
        wrong = list(what_is_wrong(warm, end, runs, last, failed))
    finally:
        mesh.__exit__()
    for line in wrong:
        print("WRONG:", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
