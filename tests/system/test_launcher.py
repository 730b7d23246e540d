"""deploy/mesh goes by what runs: without its supervisor, in any folder, beside other meshes, on a full disk."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import mesh as m


class DeadSupervisor(m.MeshTest):
    def test_its_processes_are_shown_refused_ended_and_a_new_mesh_starts(self):
        self.mesh.up()
        self.kill_supervisor()
        left = self.running()
        self.assertEqual(len(left), 14)
        self.refused("ps", says=["the supervisor is gone", "executor/ring", str(left["broker"]), "deploy/mesh down"])
        self.refused("up", says=[f"broker ({left['broker']})", f"store ({left['store']})", "deploy/mesh down"])
        self.refused("leave", "ring", says=["without its supervisor", "deploy/mesh down"])
        self.assertEqual(self.running(), left, "nothing of that changed anything")
        self.assertIn("mesh: stopped", self.mesh.script("down").stdout)
        self.assertEqual(self.running(), {})
        self.assertIn("nothing is running", self.mesh.script("down").stdout)
        self.mesh.up()
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.mesh.json("submit", m.digits_app(folder, runs=5), "--follow")["completed"], 5)
        self.assertEqual(len(set(self.running().values()) & set(left.values())), 0)

    def test_a_pid_file_that_is_empty_or_gone_or_anothers_is_of_no_account(self):
        self.mesh.up()
        file = self.mesh.run_dir / "supervisord.pid"
        for text in ("", f"{os.getpid()}\n", None):
            file.unlink() if text is None else file.write_text(text)
            self.assertIn("RUNNING", self.mesh.script("ps").stdout)
            self.refused("up", says=["running", "deploy/mesh down"])
        self.mesh.script("down")
        self.assertEqual(self.running(), {})

    def test_down_leaves_another_folders_mesh_alone_whatever_the_pid_file_says(self):
        self.mesh.up()
        before = self.running()
        other = m.Mesh()
        self.addCleanup(other.__exit__)
        other.run_dir.mkdir()
        (other.run_dir / "supervisord.pid").write_text(f"{before['supervisord']}\n")
        for process, pid in before.items():
            (other.run_dir / f"{process.replace('/', '.')}.lock").write_text(f"{pid}\n")
        self.assertIn("nothing is running", other.script("down").stdout)
        self.assertNotEqual(other.script("ps", check=False).returncode, 0)
        other.up()
        self.assertEqual(len(self.running(other)), 15)
        other.script("down")
        self.assertEqual(self.running(), before)

    def test_down_ends_those_that_do_not_listen_and_says_so(self):
        self.mesh.up()
        self.kill_supervisor()
        stopped = self.running()["executor/ring"]
        os.kill(stopped, signal.SIGSTOP)
        self.assertIn(f"did not end in order: executor/ring ({stopped})", self.mesh.script("down").stdout)
        self.assertEqual(self.running(), {})

    def test_down_says_whom_it_could_not_end(self):
        beyond = int(pathlib.Path("/proc/sys/kernel/pid_max").read_text()) + 1  # no signal reaches it
        self.mesh.run_dir.mkdir()
        stuck = m.write(self.mesh.folder, "bin/synergy", "#!/bin/sh\ncase $1 in\n  run-folder) echo \"$SYNERGY_RUN_DIR\" ;;\n"
                        f"  running) echo PROCESS PID; echo store {beyond} ;;\nesac\n")
        stuck.chmod(0o755)
        self.mesh.environment["SYNERGY_BIN"] = str(stuck.parent)
        said = self.refused("down", says=[f"could not end: store ({beyond})"])
        self.assertNotIn("mesh: stopped", said)
        self.mesh.environment["SYNERGY_BIN"] = str(m.BIN)

    def test_a_deleted_run_folder_is_ended_too(self):
        self.mesh.up()
        subprocess.run(["rm", "-rf", str(self.mesh.run_dir)], check=False)  # what runs may make a log anew meanwhile
        self.assertIn("executor/ring", self.running())
        self.mesh.script("down")
        self.assertEqual(self.running(), {})


class Folders(m.MeshTest):
    def test_a_run_folder_of_any_name_holds_a_whole_mesh(self):
        self.mesh.run_dir = self.mesh.folder / "e%7s \"8'q ;x $HOME* äö,a=b"
        self.mesh.environment.update(SYNERGY_RUN_DIR=str(self.mesh.run_dir), SYNERGY_STORE=str(self.mesh.run_dir / "mesh.db"),
                                     CDPATH="/", IFS="/", POSIXLY_CORRECT="1", GREP_OPTIONS="-v", LC_ALL="tr_TR.UTF-8",
                                     PYTHONHOME="/nowhere")
        self.mesh.up()
        self.assertEqual(len(self.running()), 15)
        self.assertTrue((self.mesh.run_dir / "mesh.db").exists())
        self.assertIn("ready", self.mesh.script("ps").stdout)
        self.assertIn("executor/ring start", self.mesh.script("logs").stdout)
        self.mesh.script("leave", "ring")
        self.mesh.script("join", "ring")
        self.mesh.script("down")
        self.assertEqual(self.running(), {})
        self.assertEqual(list(self.mesh.folder.iterdir()), [self.mesh.run_dir])

    def test_a_run_folder_that_no_socket_or_terminal_can_bear_is_refused(self):
        for name, says in (("x" * 100, "too long"), ("two\nlines", "control characters"), ("esc\x1b[2J", "control characters")):
            self.mesh.environment["SYNERGY_RUN_DIR"] = str(self.mesh.folder / name)
            self.assertNotIn("\x1b", self.refused("up", says=[says, "SYNERGY_RUN_DIR"]))

    def test_a_relative_run_folder_and_store_are_below_the_callers_folder(self):
        self.mesh.environment.update(SYNERGY_RUN_DIR="there", SYNERGY_STORE="there/my.db")
        there = {"cwd": self.mesh.folder, "env": self.mesh.environment, "text": True, "timeout": m.PATIENCE_S,
                 "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        self.addCleanup(subprocess.run, [m.ROOT / "deploy/mesh", "down"], **there)
        for command in (["up"], ["ps"], ["down"]):
            done = subprocess.run([m.ROOT / "deploy/mesh", *command], **there)
            self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue((self.mesh.folder / "there/my.db").exists())

    def test_the_logs_of_three_lives_are_kept_and_shown_is_the_present_one(self):
        for life in range(4):
            self.mesh.up()
            with open(self.mesh.run_dir / "logs/planner.log", "a", encoding="ascii") as log:
                log.write(f"life{life}\n")
            self.mesh.script("down")
        for folder, life in (("logs", 3), ("logs.1", 2), ("logs.2", 1)):
            self.assertIn(f"life{life}", (self.mesh.run_dir / folder / "planner.log").read_text())
        self.assertFalse((self.mesh.run_dir / "logs.3").exists())
        self.assertNotIn("life2", self.mesh.script("logs", "planner").stdout)

    def test_a_refused_up_turns_no_logs(self):
        self.mesh.up()
        before = sorted(self.mesh.run_dir.glob("logs*"))
        self.refused("up", says=["running"])
        self.refused("up", "--body", "/nowhere", says=["no body file"])
        self.mesh.script("down")
        for flags in (("--policy", "nosuch"), ("--keep", "nosuch"), ("--keep", "59min"), ("--link", "nosuch"), ("--body", "/nowhere"), ("--time-scale", "0"), ("--what",)):
            self.refused("up", *flags, says=[flags[-1].replace("/nowhere", "no body file").replace("0", "time_scale")])
            self.assertEqual(self.running(), {})
        self.mesh.environment["SYNERGY_POLICY"] = "nosuch"
        self.refused("up", says=["unknown policy 'nosuch'", "optimal-mixed", "--policy"])
        self.assertEqual(sorted(self.mesh.run_dir.glob("logs*")), before)

    def test_two_at_once_start_one_mesh(self):
        both = [subprocess.Popen([m.ROOT / "deploy/mesh", "up"], env=self.mesh.environment, text=True, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
        said = [one.communicate(timeout=m.PATIENCE_S)[0] for one in both]
        self.assertEqual(sorted(one.returncode for one in both), [0, 1], said)
        self.assertEqual(len(self.running()), 15)

    @unittest.skipUnless(os.geteuid() == 0, "only root can mount a small file system")
    def test_a_run_folder_without_room_is_refused_at_once(self):
        self.mesh.run_dir.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "none", str(self.mesh.run_dir)], check=False)
        if mounted.returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.mesh.run_dir)], check=False)
        (self.mesh.run_dir / "full").write_bytes(bytes(3 * 1024 * 1024))
        begin = time.monotonic()
        self.refused("up", says=["No space left", str(self.mesh.run_dir), "SYNERGY_RUN_DIR"])
        self.assertEqual({p.name for p in self.mesh.run_dir.iterdir()}, {"full"})
        self.assertEqual(self.running(), {})
        print(f"refused after {time.monotonic() - begin:.1f} s")

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_who_may_not_write_the_checkout_has_a_run_folder_of_his_own(self):
        runtime = self.mesh.folder / "runtime"
        runtime.mkdir()
        self.mesh.folder.chmod(0o755)
        os.chown(runtime, 12345, 12345)
        environment = {**self.mesh.environment, "XDG_RUNTIME_DIR": str(runtime), "SYNERGY_RUN_DIR": "", "SYNERGY_STORE": ""}
        def run(*command):
            return subprocess.run(command, env=environment, user=12345, group=12345, extra_groups=[], cwd="/", text=True,
                                  timeout=m.PATIENCE_S, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        if (m.ROOT / "run").exists() and (m.ROOT / "run").stat().st_uid == 12345 or run("test", "-x", m.BIN / "synergy").returncode:
            self.skipTest("this checkout can not be read by another user, or is his")
        self.addCleanup(run, m.ROOT / "deploy/mesh", "down")
        up = run(m.ROOT / "deploy/mesh", "up")
        self.assertEqual(up.returncode, 0, up.stdout)
        self.assertIn(f"run folder {runtime}/synergy-mesh", up.stdout)
        self.assertEqual((runtime / "synergy-mesh").stat().st_mode & 0o7777, 0o700)
        self.assertIn("executor/ring", run(m.BIN / "synergy", "services").stdout)
        self.assertIn("stopped", run(m.ROOT / "deploy/mesh", "down").stdout)

    def test_sockets_that_are_deleted_come_back(self):
        self.mesh.up()
        before = self.running()
        for name in ("bus.publish", "bus.subscribe"):
            (self.mesh.run_dir / name).unlink()
        self.assertIn("executor/ring", self.mesh.cli("services").stdout)
        self.assertEqual(self.running(), before)

    def test_the_script_is_found_from_a_relative_path_whatever_cdpath_says(self):
        done = subprocess.run(["deploy/mesh", "--help"], cwd=m.ROOT, env={**m.ENVIRONMENT, "CDPATH": str(m.ROOT)}, text=True,
                              capture_output=True, timeout=m.PATIENCE_S)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_each_command_has_help(self):
        whole = self.mesh.script("--help").stdout
        commands = re.findall(r"^  ([a-z]+)", whole, re.M)
        self.assertEqual(len(commands), 13, commands)
        for command in commands:
            for arguments in (["--help"], ["-h"], ["something", "--help"]):
                done = self.mesh.script(command, *arguments)
                self.assertTrue(done.stdout.startswith(f"Usage: deploy/mesh {command}"), done.stdout)
                self.assertEqual(re.findall(r"^  ([a-z]+)", done.stdout, re.M), [])
        self.assertIn("--time-scale X", self.mesh.script("up", "--help").stdout)
        self.assertNotEqual(self.mesh.script("nosuch", "--help", check=False).returncode, 0)
        self.assertFalse(self.mesh.run_dir.exists())

    def test_an_interrupt_at_any_time_of_up_leaves_nothing_and_no_traceback(self):
        for after in (0.05, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0):
            # A session of its own, as a terminal's Ctrl-C reaches every process of the foreground.
            up = subprocess.Popen([m.ROOT / "deploy/mesh", "up"], env=self.mesh.environment, text=True, start_new_session=True,
                                  preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            time.sleep(after)
            os.killpg(up.pid, signal.SIGINT)
            said = up.communicate(timeout=m.PATIENCE_S)[0]
            self.assertNotIn("Traceback", said)
            if up.returncode == 0:  # it was faster
                self.mesh.script("down")
            self.assertEqual(self.running(), {}, f"interrupted after {after} s")

    def test_programs_that_are_older_than_the_script_are_told(self):
        old = m.write(self.mesh.folder, "bin/synergy", "#!/bin/sh\nexit 2\n")
        old.chmod(0o755)
        self.mesh.environment["SYNERGY_BIN"] = str(old.parent)
        for command in ("up", "down", "ps", "logs"):
            self.refused(command, says=["older than this script", "deploy/mesh build"])
        self.mesh.environment["SYNERGY_BIN"] = str(m.BIN)

    def test_a_program_that_is_missing_is_told_before_anything_starts(self):
        some = self.mesh.folder / "bin"
        some.mkdir()
        for program in m.BIN.glob("synergy*"):
            if program.name not in ("synergy-planner", "synergy-accel-emulator"):
                (some / program.name).symlink_to(program)
        self.mesh.environment["SYNERGY_BIN"] = str(some)
        self.refused("up", says=[f"missing in {some}: synergy-planner synergy-accel-emulator"])
        self.mesh.environment["SYNERGY_BIN"] = str(m.BIN)
        self.assertEqual(self.running(), {})

    def test_a_run_folder_that_can_not_be_made_is_refused(self):
        self.mesh.environment["SYNERGY_RUN_DIR"] = "/proc/nowhere"
        self.refused("up", says=["/proc/nowhere"])


class OwnFiles(m.MeshTest):
    """`mesh up` and `synergy solve` find a user's own files by one rule."""

    def setUp(self):
        super().setUp()
        self.deploy = self.mesh.folder / "my deploy"
        shutil.copytree(m.ROOT / "deploy", self.deploy, ignore=shutil.ignore_patterns("calibration"))
        (self.deploy / "devices/max78000.yaml").rename(self.deploy / "devices/mine.yaml")
        text = (self.deploy / "bodies/four-78000.yaml").read_text()
        text = text.replace("profile: max78000", "profile: mine")
        profile = self.deploy / "devices/mine.yaml"
        profile.write_text(profile.read_text().replace("name: max78000", "name: mine", 1))
        self.body = m.write(self.deploy, "bodies/own.yaml", text.replace("four-78000", "own", 1))
        link = (m.ROOT / "deploy/links/ble-2m.yaml").read_text()
        self.link = m.write(self.mesh.folder, "it's a link.yaml", link.replace("name: ble-2m", "name: lab-radio", 1))

    def solved_link(self, *options):
        apps = str(m.ROOT / "deploy/apps/digits.yaml")
        return self.mesh.json("solve", "--body", str(self.body), "--app", apps, *options)["link"]

    def test_a_body_is_served_from_the_deploy_folder_it_stands_in_and_a_link_may_be_a_file(self):
        self.mesh.script("up", "--body", str(self.body), "--link", str(self.link), "--time-scale", "2")
        view = self.mesh.json("devices")
        self.assertEqual((view["link"]["name"], view["name"], view["time_scale"]), ("lab-radio", "own", 2))
        self.assertEqual(set(view["device_profiles"]), {"mine"})
        self.assertEqual(self.solved_link("--link", str(self.link)), "lab-radio")
        self.mesh.cli("body", "link", "ble-2m")
        self.mesh.cli("body", "link", str(self.link))
        self.mesh.wait_for(lambda: self.mesh.json("devices")["link"]["name"] == "lab-radio", "the link file's link")
        refused = self.mesh.cli("body", "link", "no/such.yaml", check=False)
        self.assertIn("no/such.yaml", refused.stderr)

    def test_a_link_file_of_the_body_is_named_from_the_bodys_folder(self):
        (self.deploy / "bodies/near.yaml").write_text(self.link.read_text())
        self.body.write_text(self.body.read_text().replace("link: esp8266-uart-921600", "link: ./near.yaml"))
        self.assertEqual(self.solved_link(), "lab-radio")
        self.mesh.script("up", "--body", str(self.body), "--time-scale", "2")
        self.assertEqual(self.mesh.json("devices")["link"]["name"], "lab-radio")

    def test_a_deploy_folder_that_is_named_goes_before_the_bodys_own(self):
        stray = m.write(self.mesh.folder, "stray.yaml", self.body.read_text())
        refused = self.refused("up", "--body", str(stray), says=["mine"])
        self.assertIn("max78000", refused, "the profiles that there are")
        self.mesh.script("up", "--body", str(stray), "--deploy", str(self.deploy))
        self.assertEqual(self.mesh.json("devices")["name"], "own")
        self.refused("up", "--deploy", str(self.mesh.folder), says=["--deploy needs a folder with devices/"])


class Devices(m.MeshTest):
    def test_who_has_left_or_is_there_or_is_a_stranger_is_told_so(self):
        self.mesh.up()
        self.refused("join", "ring", says=["'ring' is there already"])
        self.mesh.script("leave", "ring")
        self.refused("leave", "ring", says=["'ring' has left already"])
        for action in ("leave", "join"):
            for stranger in ("nose", "*", "all", "rin", "ring accelerator-watch"):
                self.refused(action, stranger, says=[f"no device '{stranger}'", "earbud glasses ring watch"])
        self.mesh.script("join", "ring")
        self.mesh.wait_for(lambda: self.mesh.pid("executor/ring"), "the ring to be back")

    def test_half_a_device_leaves_and_joins(self):
        self.mesh.up()
        configuration = self.mesh.run_dir / "supervisord.conf"
        subprocess.run(["supervisorctl", "-c", configuration, "stop", "executor-ring"], check=True, stdout=subprocess.DEVNULL)
        self.mesh.script("leave", "ring")
        self.assertFalse({"executor/ring", "accelerator/ring"} & set(self.running()))
        subprocess.run(["supervisorctl", "-c", configuration, "start", "executor-ring"], check=True, stdout=subprocess.DEVNULL)
        self.mesh.script("join", "ring")
        self.mesh.wait_for(lambda: {"executor/ring", "accelerator/ring"} <= set(self.running()), "both to run")

    def test_a_supervisor_that_does_not_answer_is_told(self):
        self.mesh.up()
        pathlib.Path(self.mesh.run_dir / "supervisor.sock").unlink()
        self.refused("leave", "ring", says=["supervisord does not answer", "deploy/mesh down"])
        self.refused("ps", says=["does not answer", "executor/ring"])
        self.mesh.script("down")
        self.assertEqual(self.running(), {})


if __name__ == "__main__":
    unittest.main()
