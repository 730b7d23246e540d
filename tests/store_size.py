#!/usr/bin/env python3
"""What a store file spends on runs and on plans: bytes each, and a day's worth. Reads only.

    tests/store_size.py run/mesh.db --runs-per-second 121

Pages count whole, as the file has them; a file with few runs or plans has pages that are still filling up.
"""

import argparse
import sqlite3

PARTS = {
    "run": ("compact_runs", ("compact_runs", "run_ways", "run_ways_of_plan", "app_numbers",
                             "sqlite_autoindex_app_numbers_2")),
    "run before schema 5": ("runs_before_5", ("runs_before_5", "runs")),
    "plan": ("collaboration_plans", ("collaboration_plans", "execution_plans", "chunks", "plan_switches", "plan_pipelines",
                                     "plan_devices")),
    "event": ("events", ("events",)),
}


def parts_of(store):
    """Of each part: its name, its rows, its bytes."""
    tables = {name for (name,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    pages = dict(store.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    for part, (counted, names) in PARTS.items():
        table = counted if counted in tables else next((name for name in names if name in tables), None)
        if table:
            (rows,) = store.execute(f"SELECT count(*) FROM {table}").fetchone()
            yield part, rows, sum(pages.get(name, 0) for name in names)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--runs-per-second", type=float, default=121, help="of all apps together (default: W2's 121)")
    arguments = parser.parse_args()
    store = sqlite3.connect(f"file:{arguments.file}?mode=ro", uri=True)
    for part, rows, size in parts_of(store):
        if rows == 0:
            continue
        each = size / rows
        day = f", {each * arguments.runs_per_second * 86400 / 1e9:.2f} GB a day" if part.startswith("run") else ""
        print(f"{part}: {rows} rows, {size} bytes, {each:.1f} each{day}")


if __name__ == "__main__":
    main()
