"""A mesh under load for long, with the memory of every process watched.

    python3 soak.py --seconds 1800 --apps ../../deploy/apps/w2 --time-scale 2

Prints each process's resident memory after the warm-up (a third of the time) and at the end. Fails when one grew by
more than a tenth and 2 MiB, when attempts failed, or when results stopped coming.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import time

from mesh import BIN, ROOT, Mesh


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def memory(mesh):
    return {s["process"]: resident_kib(s["pid"]) for s in mesh.json("services")["services"]
            if not s["process"].startswith("cli")}


def wait(seconds):
    subprocess.run(["sleep", str(seconds)], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--apps", default=str(ROOT / "deploy/apps/w2"))
    parser.add_argument("--time-scale", default="1")
    arguments = parser.parse_args()
    mesh = Mesh()
    wrong = []
    try:
        mesh.script("up", "--time-scale", arguments.time_scale)
        mesh.cli("submit", arguments.apps)
        wait(arguments.seconds / 3)
        warm = memory(mesh)
        done = sum(app["completed"] for app in mesh.json("apps")["apps"])
        wait(arguments.seconds * 2 / 3)
        end = memory(mesh)
        apps = mesh.json("apps")["apps"]
        print(f"{'PROCESS':24} {'WARM KIB':>9} {'END KIB':>9} {'GROWTH %':>9}")
        for process, kib in sorted(end.items()):
            growth = 100 * (kib / warm[process] - 1) if warm.get(process) else 0
            print(f"{process:24} {warm.get(process, 0):9} {kib:9} {growth:9.1f}")
            if growth > 10 and kib - warm[process] > 2048:
                wrong.append(f"{process} grew by {growth:.0f} %")
        more = sum(app["completed"] for app in apps) - done
        failed = sum(app["failed"] for app in apps)
        print(f"{more} runs after the warm-up, {failed} failed; store {os.path.getsize(mesh.store) // 1024} KiB")
        if more == 0 or failed > 0:
            wrong.append(f"{more} runs, {failed} failed")
    finally:
        mesh.__exit__()
    for line in wrong:
        print("WRONG:", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
