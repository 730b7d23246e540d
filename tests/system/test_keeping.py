"""What people see while nothing can be kept, that a stop works all the same, and that all is kept once it can be again."""

import os
import signal
import subprocess
import time
import unittest

from mesh import BIN, MeshTest, digits_app


class Keeping(MeshTest):
    def service(self, name):
        return next(s for s in self.mesh.json("services")["services"] if s["process"] == name)

    def in_trouble(self, name):
        service = self.service(name)
        return service["counters"].get("trouble") == 1 and service["note"]

    def wait_for_health(self):
        self.mesh.wait_for(lambda: self.mesh.cli("health", "store", "dispatcher", "monitor", check=False).returncode == 0,
                           "good health")

    def stored_app(self, name):
        return self.mesh.query(f"SELECT phase, reason, completed FROM apps WHERE app = '{name}'")[0]

    def expect_all_runs_of(self, name):
        rows = self.mesh.query(f"SELECT run, outcome FROM runs WHERE app = '{name}' ORDER BY run")
        self.assertEqual([row["run"] for row in rows], list(range(len(rows))))
        self.assertEqual({row["outcome"] for row in rows}, {"completed"})
        self.assertEqual(self.stored_app(name)["completed"], len(rows))

    def start_apps(self):
        for app in ("digits", "other"):
            self.mesh.cli("submit", str(digits_app(self.mesh.folder, app=app, runs=0)))
        self.mesh.wait_for(lambda: self.mesh.app("other")["completed"] > 10, "runs")

    def expect_told(self, *processes, says):
        """By these processes, wherever a person may look."""
        for process in processes:
            self.assertIn(says, self.mesh.wait_for(lambda name=process: self.in_trouble(name), f"trouble of {process}"))
        print(f"told after {time.monotonic() - self.since:.1f} s")
        for command in (("services",), ("top", "--once"), ("apps",)):
            shown = self.mesh.cli(*command).stdout
            self.assertIn("TROUBLE: ", shown, command)
            self.assertIn(says, shown, command)
        ill = self.mesh.cli("health", processes[0], check=False)
        self.assertEqual(ill.returncode, 1)
        self.assertIn("TROUBLE: ", ill.stderr)
        self.assertIn(says, ill.stderr)

    def expect_stop_works(self):
        stopped = self.mesh.cli("stop", "digits").stdout
        self.assertIn("app digits stopped: stopped on request; not kept yet", stopped)
        app = self.mesh.app("digits")
        self.assertEqual(app["phase"], "stopped")
        self.assertIn("not kept yet", app["reason"])
        refused = self.mesh.cli("submit", str(digits_app(self.mesh.folder, app="third")), check=False)
        self.assertEqual(refused.returncode, 4, refused.stdout)

    def expect_all_kept(self):
        self.wait_for_health()
        self.mesh.wait_for(lambda: self.stored_app("digits")["phase"] == "stopped", "the stop to be kept")
        self.assertEqual(self.mesh.app("digits")["reason"], "stopped on request")
        self.mesh.cli("submit", str(digits_app(self.mesh.folder, app="third", runs=5)))
        self.mesh.wait_for(lambda: self.mesh.app("third")["phase"] == "finished", "its end")
        self.mesh.cli("stop", "other")
        for app in ("digits", "other", "third"):
            self.expect_all_runs_of(app)
        self.assertNotIn("TROUBLE", self.mesh.cli("apps").stdout)


class KeepsNothing(Keeping):
    def test_a_file_that_was_moved_away_is_told_a_stop_works_and_nothing_is_lost_when_it_is_back(self):
        self.mesh.up()
        self.start_apps()
        away = self.mesh.store.with_suffix(".away")
        self.since = time.monotonic()
        os.rename(self.mesh.store, away)
        self.expect_told("store", "dispatcher", says=f"{self.mesh.store}: the file in use was deleted or moved away")
        self.expect_stop_works()
        os.rename(away, self.mesh.store)
        self.expect_all_kept()

    def test_a_recording_that_finds_no_room_says_so_and_leaves_what_it_has(self):
        self.mesh.up()
        file = self.mesh.folder / "short.rec"
        limited = subprocess.run(["bash", "-c", 'trap "" XFSZ; ulimit -f 64; exec "$@"', "-", str(BIN / "synergy"), "record",
                                  "-o", str(file), "--duration", "60"], env=self.mesh.environment, text=True,
                                 capture_output=True, timeout=120, check=False)
        self.assertEqual(limited.returncode, 4, limited.stderr)
        self.assertIn(f"{file}: can not be written: File too large", limited.stderr)
        self.assertIn("make room", limited.stderr)
        self.assertIn("cut off", self.mesh.cli("replay", str(file), "--info").stdout)


@unittest.skipUnless(os.geteuid() == 0, "only root can mount a small file system")
class FullDisk(Keeping):
    """The disk of 12 MiB lies at `small`; it is filled to the last byte in the middle of a run."""

    def mount(self, small):
        small.mkdir(mode=0o700)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=700", "none", str(small)], check=False)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(small)], check=False)
        self.small = small

    def fill(self):
        with open(self.small / "zeros", "wb", buffering=0) as zeros:
            try:
                while True:
                    zeros.write(bytes(65536))
            except OSError:
                self.since = time.monotonic()

    def make_room(self):
        (self.small / "zeros").unlink()

    def mesh_with_store_on_it(self):
        self.mount(self.mesh.folder / "small")
        self.mesh.store = self.small / "mesh.db"
        self.mesh.environment["SYNERGY_STORE"] = str(self.mesh.store)
        self.mesh.up()

    def test_of_the_store_is_told_a_stop_works_and_all_is_kept_when_there_is_room(self):
        self.mesh_with_store_on_it()
        self.start_apps()
        self.fill()
        self.expect_told("store", "dispatcher", says="full")
        self.assertIn("free some space", self.service("store")["note"])
        self.expect_stop_works()
        self.assertEqual(self.stored_app("digits")["phase"], "running")
        self.mesh.kill("monitor", signal.SIGKILL)
        log = self.mesh.run_dir / "logs/monitor.log"
        self.mesh.wait_for(lambda: "body_not_stored" in log.read_text(), "the body to be refused")
        self.make_room()
        self.expect_all_kept()
        self.mesh.wait_for(lambda: "body_stored" in log.read_text().split("body_not_stored")[-1], "the body to be kept")

    def test_of_a_mesh_that_has_nothing_to_keep_is_told_too(self):
        self.mesh_with_store_on_it()
        self.fill()
        self.expect_told("store", says=f"the disk of {self.small} is full")
        self.make_room()
        self.wait_for_health()

    def test_does_not_end_a_store_that_is_started_again(self):
        self.mesh_with_store_on_it()
        self.start_apps()
        self.fill()
        self.mesh.wait_for(lambda: self.in_trouble("dispatcher"), "trouble of the dispatcher")
        killed = self.mesh.kill("store", signal.SIGKILL)
        self.mesh.wait_for(lambda: self.mesh.pid("store") not in (None, killed), "the next store")
        self.expect_told("store", "dispatcher", says="full")
        self.expect_stop_works()
        self.make_room()
        self.expect_all_kept()

    def test_of_the_run_folder_ends_nobody_and_is_told_by_the_monitor(self):
        self.mount(self.mesh.run_dir)
        self.mesh.store = self.mesh.folder / "store" / "mesh.db"
        self.mesh.store.parent.mkdir()
        self.mesh.environment["SYNERGY_STORE"] = str(self.mesh.store)
        self.mesh.up()
        self.start_apps()
        before = self.running()
        self.fill()
        self.expect_told("monitor", says=f"logs are lost: the disk of {self.mesh.run_dir} is full")
        self.mesh.cli("stop", "digits")
        killed = self.mesh.kill("executor/watch", signal.SIGKILL)
        self.mesh.wait_for(lambda: self.mesh.pid("executor/watch") not in (None, killed), "the next executor")
        runs = self.mesh.app("other")["completed"]
        self.mesh.wait_for(lambda: self.mesh.app("other")["completed"] > runs + 10, "runs")
        self.make_room()
        self.wait_for_health()
        after = self.running()
        self.assertEqual([name for name in before if before[name] != after.get(name)], ["executor/watch"])
        self.mesh.cli("stop", "other")
        log = self.mesh.run_dir / "logs/dispatcher.log"
        self.mesh.wait_for(lambda: "stop_app app=other" in log.read_text(), "lines in the log again")
        self.expect_all_runs_of("other")


if __name__ == "__main__":
    unittest.main()
