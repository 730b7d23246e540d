#!/usr/bin/env python3
"""How long a mesh with a million runs takes to answer: every view of its store, every listing of the command line, its start, a copy.

    tests/system/million_runs.py [--runs N]

Prints milliseconds. Listings are whole commands: a process begins, joins the bus, asks, prints.
"""

import argparse
import sqlite3
import subprocess
import time

import mesh as m

LISTINGS = (("apps",), ("history",), ("history", "--since", "1h", "--app", "digits"), ("results", "digits", "--last", "100"),
            ("results", "digits", "--since", "2026-02-28"), ("services",), ("devices",), ("plan",))


def timed(work):
    begin = time.monotonic()
    work()
    return (time.monotonic() - begin) * 1000


def views(file):
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")]
        questions = [f"SELECT * FROM {name} LIMIT 100" for name in names]
        questions.append("SELECT * FROM run_history WHERE app = 'digits' LIMIT 100")
        questions.append("SELECT * FROM runs WHERE app = 'digits' AND run >= 300000 ORDER BY run LIMIT 100")
        for question in questions:
            print(f"{timed(lambda asked=question: store.execute(asked).fetchall()):10.1f}  {question}")


def measure(mesh, runs):
    mesh.run_dir.mkdir(parents=True, exist_ok=True)
    subprocess.run([m.BIN / "fill_store", mesh.store, str(runs)], check=True)
    print(f"{runs} runs, {mesh.store.stat().st_size / 1e6:.0f} MB; milliseconds\n\nviews")
    views(mesh.store)
    print("\nmesh")
    print(f"{timed(mesh.up):10.0f}  deploy/mesh up")
    for listing in LISTINGS:
        print(f"{timed(lambda asked=listing: mesh.cli(*asked, check=False)):10.0f}  synergy {' '.join(listing)}")
    print(f"{timed(lambda: mesh.cli('backup', str(mesh.folder / 'copy.db'))):10.0f}  synergy backup")
    print(f"{timed(lambda: mesh.cli('export', 'runs', '--csv', '-o', str(mesh.folder / 'runs.csv'))):10.0f}  synergy export runs --csv")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1_000_000)
    arguments = parser.parse_args()
    mesh = m.Mesh()
    try:
        measure(mesh, arguments.runs)
    finally:
        mesh.__exit__()


if __name__ == "__main__":
    main()
