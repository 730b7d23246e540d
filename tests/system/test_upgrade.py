"""A store file of an earlier program, with plans of message version 1, is taken over: apps go on, and nothing is lost.

The file is made here, as the programs of schema version 7 left it: by their migrations, with their checksums.
"""

import contextlib
import pathlib
import sqlite3
import struct
import unittest
import zlib

import mesh as m

MIGRATIONS = sorted((m.ROOT / "store/migrations").glob("000[1-7]_*.sql"))
RECORDED = 30  # runs of the app that the earlier programs kept; the one before the last of those started is open


def checksum(values):
    """As store/src/row_crc.hpp says."""
    data = b""
    for value in values:
        if isinstance(value, int):
            data += b"i" + struct.pack("<q", value)
        elif isinstance(value, float):
            data += b"r" + struct.pack("<d", value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            data += (b"t" if isinstance(value, str) else b"b") + struct.pack("<Q", len(raw)) + raw
    crc = zlib.crc32(data)
    return crc - (1 << 32) if crc >= 1 << 31 else crc


def insert(db, table, crc_of=None, **row):
    row["crc"] = checksum(crc_of if crc_of else row.values())
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def make_store(path):
    path.parent.mkdir(parents=True, mode=0o700)
    content = bytes.fromhex((m.ROOT / "tests/data/plan-version-1.hex").read_text())
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA application_id = {0x53594E4D}")
        for file in MIGRATIONS:
            db.executescript(file.read_text())
            version, name = file.stem.split("_", 1)
            db.execute("INSERT INTO schema_version VALUES (?, ?, '2026-01-01 00:00:00')", (int(version), name))
        insert(db, "apps", app="digits", model="digits", sensing_needs="camera", sensing_on="", interaction_needs="display",
               interaction_on="", runs=0, at_least_devices=1, priority=0, rate=20.0, min_rate=0.0, deadline_us=0.0,
               phase="running", reason="", plan_id=3, first_run=0, next_run=RECORDED + 2, completed=RECORDED, failed=0)
        insert(db, "collaboration_plans", id=3, made_unix_ns=1_700_000_000_000_000_000, body="four-78000", policy="optimal",
               objective="throughput", status="optimal", stopped_by="proof", nodes_spent=55, cause="app 'digits' submitted",
               reason="why", bottleneck="glasses cpu", rounds_per_second=20.0, latency_ns=9_000_000, energy_uj=41400.0,
               planning_us=1000, content=content)
        insert(db, "execution_plans", plan_id=3, app="digits", ordinal=0, pipeline=0, model="digits", share=1.0,
               source="glasses", target="glasses", latency_ns=9_000_000, energy_uj=54.0)
        insert(db, "chunks", plan_id=3, app="digits", execution=0, position=0, device="glasses", first_layer=0, last_layer=4)
        insert(db, "plan_switches", plan_id=3, drain_ns=1_000_000, load_ns=2_000_000)
        insert(db, "app_numbers", app="digits", number=1)
        recorded_after = 1_700_000_000_000_000_000
        insert(db, "run_ways", way=1, plan_id=3, outcome="completed", attempts=1, energy_uj=54.0, devices="glasses", reason="",
               began_ns=0, recorded_after_ns=recorded_after)
        for run in [*range(RECORDED - 1), RECORDED]:  # run RECORDED - 1 was granted and never ended
            began, ended = run * 50_000_000, run * 50_000_000 + 9_000_000
            insert(db, "compact_runs", app=1, run=run, way=1, label=run % 10, score=100, began_after_ns=began,
                   took_ns=ended - began, lag_ns=0,
                   crc_of=["digits", run, 1, 3, "completed", run % 10, 100, began, ended, 54.0, "glasses", "",
                           ended + recorded_after])
        db.commit()


class Upgrade(unittest.TestCase):
    def setUp(self):
        self.mesh = m.Mesh()
        self.addCleanup(self.mesh.__exit__)
        make_store(self.mesh.store)

    def test_the_file_is_as_earlier_programs_left_it(self):
        report = self.mesh.json("store", "check", str(self.mesh.store))
        self.assertEqual((report["damages"], report["without_checksum"], report["schema_version"]), (0, 0, 7))

    def test_apps_go_on_run_numbers_continue_and_the_history_is_whole(self):
        before = self.mesh.query("SELECT * FROM runs ORDER BY run")
        self.mesh.up()
        self.mesh.wait_for(lambda: (self.mesh.app("digits") or {"completed": 0})["completed"] > RECORDED + 20, "more runs")
        history = self.mesh.query("SELECT * FROM plan_history")
        self.assertEqual([row["plan"] for row in history[-2:]], [4, 3])
        self.assertEqual(history[-2]["cause"], "the dispatcher started again; plan 3 is of an earlier program")
        self.assertEqual((history[-1]["placement"], history[-1]["objective"], history[-1]["lowest_runs_per_s"],
                          history[-1]["runs_per_s"], history[-1]["switch_ms"]),
                         ("digits: glasses[0-4]", "rounds", 20.0, "digits: 20.0", 3.0))
        self.assertEqual([p["id"] for p in self.mesh.json("history")["plans"]][-1], 3)
        app = self.mesh.app("digits")
        self.assertEqual((app["first_run"], app["request"]["weight"], app["request"]["repeat"]), (0, 1, False))
        self.mesh.cli("stop", "digits")
        runs = self.mesh.query("SELECT * FROM runs ORDER BY run")
        self.assertEqual([run["run"] for run in runs], list(range(len(runs))), "every run once, the open one included")
        self.assertEqual([run for run in runs if run["plan_id"] == 3], before, "what was kept stays as it was")
        self.assertEqual({run["outcome"] for run in runs}, {"completed"})
        self.assertEqual(self.mesh.json("store", "check")["damages"], 0)

    def test_who_needs_what_an_earlier_plan_held_is_told_that_it_can_not_be_read(self):
        self.mesh.up()
        self.mesh.wait_for(lambda: (self.mesh.app("digits") or {"completed": 0})["completed"] > RECORDED + 5, "more runs")
        explained = self.mesh.cli("explain", "3", check=False)
        self.assertEqual(explained.returncode, 3, explained.stderr)
        self.assertIn("plan 3 was made by an earlier program", explained.stderr)
        results = self.mesh.cli("results", "digits", "--plan", "3")
        self.assertIn("no prediction: plan 3 was made by an earlier program", results.stderr)
        self.assertIn("runs", results.stdout)


if __name__ == "__main__":
    unittest.main()
