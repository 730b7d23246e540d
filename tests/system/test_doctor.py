"""`mesh doctor`: each fault is made for real, is told with a remedy, and following the remedy ends it."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import unittest

import mesh as m


class DoctorTest(m.MeshTest):
    def doctor(self, *prefix, environment=None):
        """The report, which is printed as JSON whatever is wrong; its exit code tells of problems."""
        done = subprocess.run([*prefix, m.ROOT / "deploy/mesh", "doctor", "--json"], text=True, timeout=m.PATIENCE_S,
                              env={**self.mesh.environment, **(environment or {})}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 1 if report["problems"] else 0, done.stdout)
        for verdict, count in (("problem", report["problems"]), ("warning", report["warnings"])):
            self.assertEqual(sum(f["verdict"] == verdict for f in report["findings"]), count)
        for finding in report["findings"]:
            self.assertEqual(finding["remedy"] == "", finding["verdict"] == "ok", finding)
        return report["findings"]

    def of(self, findings, check):
        found = [f for f in findings if f["check"] == check]
        self.assertTrue(found, f"no check of {check}")
        return found

    def finds(self, check, verdict, says, *prefix, environment=None):
        """The finding of this check and verdict that says so."""
        findings = self.doctor(*prefix, environment=environment)
        for finding in self.of(findings, check):
            if finding["verdict"] == verdict and says in finding["says"]:
                return finding
        self.fail(f"no {verdict} of {check} that says {says!r}: {self.of(findings, check)}")

    def is_well(self, *checks):
        findings = self.doctor()
        for check in checks:
            for finding in self.of(findings, check):
                self.assertEqual(finding["verdict"], "ok", finding)

    def make_run_folder(self):
        self.mesh.run_dir.mkdir(mode=0o700)

    def needs_root(self, what):
        if os.geteuid() != 0:
            print(f"\nSKIPPED LOUDLY: {self.id()}: {what} needs root", file=sys.stderr)
            self.skipTest(f"{what} needs root")


class Machine(DoctorTest):
    def test_a_machine_where_nothing_runs_is_judged_without_changing_it(self):
        self.is_well("packages", "run folder", "disk", "store", "processes", "leftovers", "restarts", "clock")
        self.assertFalse(self.mesh.run_dir.exists())
        text = self.mesh.script("doctor", check=False).stdout
        self.assertRegex(text, r"(?m)^ok       processes   no mesh runs here$")
        self.assertRegex(text, r"(?m)^0 problems, \d+ warnings?$")

    def test_missing_packages_and_a_missing_build_need_no_program_to_be_told(self):
        shim = self.mesh.folder / "shim"
        m.write(shim, "dpkg-query", '#!/bin/sh\n[ "$4" = libzmq3-dev ] || echo "install ok installed"\n').chmod(0o755)
        path = {"PATH": f"{shim}:{os.environ['PATH']}"}
        missing = self.finds("packages", "warning", "libzmq3-dev", environment=path)
        self.assertIn("apt-get install libzmq3-dev", missing["remedy"])
        path["SYNERGY_BIN"] = str(self.mesh.folder / "nothing \"here\"")
        self.finds("packages", "problem", "libzmq3-dev", environment=path)
        self.assertEqual(self.finds("build", "problem", "nothing is built", environment=path)["remedy"], "deploy/mesh build")

    def test_programs_that_are_missing_broken_or_older_than_their_sources_are_told(self):
        root = self.mesh.folder / "checkout"
        shutil.copytree(m.ROOT / "deploy", root / "deploy", symlinks=True)
        programs = root / "build/release/bin"
        programs.mkdir(parents=True)
        for program in m.BIN.glob("synergy*"):
            os.link(program, programs / program.name) if program.stat().st_dev == programs.stat().st_dev else shutil.copy2(program, programs)
        self.mesh.environment["SYNERGY_BIN"] = str(programs)

        def verdict():
            done = subprocess.run([root / "deploy/mesh", "doctor", "--json"], text=True, timeout=m.PATIENCE_S, check=False,
                                  env=self.mesh.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            return next(f for f in json.loads(done.stdout)["findings"] if f["check"] == "build")

        self.assertEqual(verdict()["verdict"], "ok")
        source = m.write(root, "bus/src/new.cpp", "")
        self.assertEqual((verdict()["verdict"], verdict()["says"]), ("warning", "bus/src/new.cpp was changed since the programs were built"))
        os.utime(source, (0, 0))
        self.assertEqual(verdict()["verdict"], "ok")
        (programs / "synergy-planner").unlink()
        self.assertEqual((verdict()["verdict"], verdict()["remedy"]), ("problem", "deploy/mesh build"))
        self.assertIn("synergy-planner", verdict()["says"])
        (programs / "synergy").unlink()
        m.write(programs, "synergy", "#!/bin/sh\necho 'libzmq.so.5: cannot open' >&2\nexit 127\n").chmod(0o755)
        self.assertEqual(verdict()["verdict"], "problem")
        self.assertIn("libzmq.so.5", verdict()["says"])

    def test_a_port_that_another_program_has_is_told(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            address = f"127.0.0.1:{other.getsockname()[1]}"
            taken = self.finds("port", "problem", "another program has it", environment={"SYNERGY_LISTEN": address})
            self.assertIn("--listen", taken["remedy"])
        self.finds("port", "ok", "is free", environment={"SYNERGY_LISTEN": address})

    def test_a_folder_that_can_not_be_written_is_told(self):
        self.make_run_folder()
        self.mesh.folder.chmod(0o755)
        prefix = []
        if os.geteuid() == 0:  # whom no rights hold
            os.chown(self.mesh.run_dir, 65534, 65534)
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        self.finds("run folder", "ok", "is yours", *prefix)
        self.mesh.run_dir.chmod(0o500)
        self.finds("run folder", "problem", "no file can be made", *prefix)
        if os.geteuid() == 0:
            self.mesh.run_dir.chmod(0o700)
            self.finds("run folder", "problem", "belongs to another user")

    def test_a_folder_whose_path_is_too_long_for_sockets_is_told(self):
        self.finds("run folder", "problem", "too long for sockets", environment={"SYNERGY_RUN_DIR": str(self.mesh.folder / ("x" * 90))})

    def test_a_full_disk_and_a_full_table_of_files_are_told(self):
        self.needs_root("mounting a small disk")
        self.make_run_folder()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m,nr_inodes=200,mode=0700", "none", self.mesh.run_dir],
                                 check=False, capture_output=True, text=True)
        if mounted.returncode != 0:
            print(f"\nSKIPPED LOUDLY: {self.id()}: {mounted.stderr.strip()}", file=sys.stderr)
            self.skipTest("no small disk can be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.mesh.run_dir], check=True)
        self.is_well("disk")
        filler = self.mesh.run_dir / "filler"
        filler.write_bytes(bytes(200 << 20))
        self.finds("disk", "warning", "MiB are left")
        filler.write_bytes(bytes(298 << 20))
        full = self.finds("disk", "problem", "needs 4 MiB to start")
        self.assertIn("make room", full["remedy"])
        filler.unlink()
        for n in range(100):
            (self.mesh.run_dir / str(n)).touch()
        self.finds("disk", "problem", "more files only")

    def test_a_low_limit_of_open_files_is_told(self):
        low = self.finds("open files", "problem", "64 files", "bash", "-c", 'ulimit -n 64; exec "$@"', "bash")
        self.assertIn("ulimit -n", low["remedy"])
        self.finds("open files", "warning", "500 files", "bash", "-c", 'ulimit -n 500; exec "$@"', "bash")


class Store(DoctorTest):
    def setUp(self):
        super().setUp()
        self.mesh.up()
        self.mesh.script("down")

    def test_a_damaged_store_is_told(self):
        self.is_well("store")
        with open(self.mesh.store, "r+b") as file:
            file.write(b"no database" * 100)
        damaged = self.finds("store", "problem", "mesh.db")
        self.assertIn("SYNERGY_STORE", damaged["remedy"])

    def test_a_row_that_was_changed_is_told(self):
        with contextlib.closing(sqlite3.connect(self.mesh.store)) as connection, connection:
            connection.execute("UPDATE schema_version SET name = 'x' WHERE version = 2")
        self.finds("store", "problem", "damaged")

    def test_a_store_of_a_newer_program_is_told(self):
        with contextlib.closing(sqlite3.connect(self.mesh.store)) as connection, connection:
            columns = [row[1] for row in connection.execute("PRAGMA table_info(schema_version)")]
            values = {"version": 999, "name": "future"}
            connection.execute(f"INSERT INTO schema_version ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
                               [values.get(column, 0) for column in columns])
        self.finds("store", "problem", "schema version 999")

    def test_a_store_that_another_mesh_has_open_is_told(self):
        other = m.Mesh()
        self.addCleanup(other.__exit__)
        other.environment["SYNERGY_STORE"] = str(self.mesh.store)
        other.up()
        self.finds("store", "problem", "another run folder")


class RunningMesh(DoctorTest):
    def setUp(self):
        super().setUp()
        self.mesh.up()

    def problems_are_over(self, what):
        self.mesh.wait_for(lambda: not [f for f in self.doctor() if f["verdict"] == "problem"], what)

    def test_a_mesh_that_is_well_has_no_problem_and_a_device_that_left_is_none(self):
        self.is_well("processes", "leftovers", "ready", "store", "restarts", "clock", "port", "run folder")
        self.mesh.script("leave", "ring")
        self.assertIn("2 left on purpose", self.finds("processes", "ok", "run, each once")["says"])
        os.unlink(self.mesh.run_dir / "bus.publish")  # the broker makes it again
        self.problems_are_over("the socket")

    def test_a_stopped_process_is_told_until_it_goes_on(self):
        pid = self.mesh.kill("executor/watch", signal.SIGSTOP)
        self.addCleanup(lambda: os.kill(pid, signal.SIGCONT))
        stopped = self.finds("processes", "problem", f"executor/watch ({pid}) is stopped")
        self.assertIn(f"kill -CONT {pid}", stopped["remedy"])
        os.kill(pid, signal.SIGCONT)
        self.problems_are_over("the executor to go on")

    def test_a_broker_that_is_stopped_is_nobody_on_the_bus(self):
        pid = self.running()["broker"]
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(lambda: os.kill(pid, signal.SIGCONT))
        self.finds("ready", "problem", "nobody answers on the bus")

    def test_a_process_that_ends_again_and_again_is_told_with_what_ended_it(self):
        for _ in range(5):
            pid = self.mesh.kill("planner")
            self.mesh.wait_for(lambda: self.running().get("planner", pid) != pid, "the planner's next life")
        again = self.finds("restarts", "problem", "planner ended 5 times")
        self.assertIn("SIGKILL", again["says"])
        self.assertIn("mesh logs", again["remedy"])

    def test_a_mesh_without_its_supervisor_and_what_it_leaves_are_told(self):
        self.kill_supervisor()
        self.finds("processes", "problem", "without their supervisor")
        running = self.running()
        os.kill(running["gateway"], signal.SIGKILL)
        self.mesh.wait_for(lambda: "gateway" not in self.running(), "the gateway's end")
        self.finds("processes", "problem", "gateway does not run")
        self.finds("leftovers", "warning", "gateway.url")
        for pid in running.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.mesh.wait_for(lambda: not self.running(), "the end of all")
        self.finds("leftovers", "warning", "bus.publish")
        self.finds("processes", "ok", "no mesh runs here")
        self.mesh.up()
        self.is_well("leftovers", "processes")

    def test_two_meshes_in_one_folder_are_told(self):
        (self.mesh.run_dir / "planner.lock").unlink()
        second = subprocess.Popen([m.BIN / "synergy-planner", "--deploy", m.ROOT / "deploy"], env=self.mesh.environment, stderr=subprocess.DEVNULL)
        self.addCleanup(second.wait)
        self.addCleanup(second.kill)
        self.mesh.wait_for(lambda: "there are two of planner" in json.dumps(self.doctor()), "the second planner")
        self.finds("processes", "problem", "two meshes run in this folder")

    def test_a_disk_full_of_trouble_is_told_by_who_has_it(self):
        os.rename(self.mesh.store, f"{self.mesh.store}.away")
        self.mesh.wait_for(lambda: "keeps nothing" in json.dumps(self.doctor()), "the store's trouble")
        self.finds("ready", "problem", "store is in trouble")
        self.finds("store", "problem", "is not there, and the store runs")
        os.rename(f"{self.mesh.store}.away", self.mesh.store)
        self.problems_are_over("the store to be well")


class Locks(DoctorTest):
    def test_a_lock_that_a_stranger_holds_is_told(self):
        self.make_run_folder()
        lock = m.write(self.mesh.run_dir, "executor.ring.lock", "")
        holder = subprocess.Popen(["flock", lock, "sleep", "1000"])
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        self.mesh.wait_for(lambda: "executor/ring" in self.running(), "the lock")
        found = self.finds("processes", "problem", "which is no program of the mesh")
        self.assertIn("kill ", found["remedy"])
        self.mesh.script("down")  # which ends who holds it
        self.is_well("processes")

    def test_a_lock_file_that_nobody_holds_is_nothing(self):
        self.make_run_folder()
        m.write(self.mesh.run_dir, "executor.ring.lock", "12345\n")
        self.is_well("processes", "leftovers")

    def test_a_clock_that_was_set_back_is_told(self):
        log = m.write(self.mesh.run_dir, "logs/store.log", "")
        ahead = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600))
        log.write_text(f"{ahead} info  store ready\n")
        self.finds("clock", "warning", "ahead of the clock")


if __name__ == "__main__":
    unittest.main()
