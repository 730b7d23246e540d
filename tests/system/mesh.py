"""A mesh of real processes for one test: started and stopped by deploy/mesh in a run folder of its own."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SYNERGY_BIN", ROOT / "build/release/bin"))
# What a mesh of the caller's is chosen by; a test chooses for itself.
CHOSEN = {"SYNERGY_BODY", "SYNERGY_DEPLOY", "SYNERGY_KEEP", "SYNERGY_OBJECTIVE", "SYNERGY_POLICY", "SYNERGY_RESIDENCY", "SYNERGY_RUN_DIR",
          "SYNERGY_STORE"}
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in CHOSEN}
PATIENCE_S = 120  # a watchdog, not an expectation: builds with sanitizers on a busy machine are slow


class Mesh:
    """Use as a context manager; `down` always happens."""

    def __init__(self, body=None, deploy=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mesh-"))
        self.run_dir = self.folder / "run"
        self.store = self.run_dir / "mesh.db"
        self.body = body
        self.environment = {
            **ENVIRONMENT,
            "SYNERGY_RUN_DIR": str(self.run_dir),
            "SYNERGY_STORE": str(self.store),
            "SYNERGY_BIN": str(BIN),
        }
        if deploy:
            self.environment["SYNERGY_DEPLOY"] = str(deploy)

    def __enter__(self):
        self.up()
        return self

    def __exit__(self, *_):
        self.script("down", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def script(self, *arguments, check=True):
        """Runs deploy/mesh; returns the finished process with its text output."""
        done = subprocess.run(
            [ROOT / "deploy/mesh", *arguments], env=self.environment, text=True, timeout=PATIENCE_S,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if check and done.returncode != 0:
            raise AssertionError(f"deploy/mesh {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}")
        return done

    def up(self):
        self.script("up", *(["--body", str(self.body)] if self.body else []))

    def cli(self, *arguments, check=True):
        done = subprocess.run([BIN / "synergy", *arguments], env=self.environment, text=True, timeout=PATIENCE_S,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if check and done.returncode != 0:
            raise AssertionError(f"synergy {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}{self.logs()}")
        return done

    def json(self, *arguments):
        return json.loads(self.cli(*arguments, "--json").stdout)

    def query(self, sql):
        """Rows as the plain file holds them, as dictionaries."""
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql)]

    def pid(self, process):
        for service in self.json("services")["services"]:
            if service["process"] == process and service["state"] == "ready":
                return service["pid"]
        return None

    def kill(self, process, number=signal.SIGKILL):
        """Signals the process as soon as one is there: the monitor may still show one killed a moment ago."""
        def killed():
            pid = self.pid(process)
            try:
                return pid and (os.kill(pid, number) or pid)
            except ProcessLookupError:
                return None
        return self.wait_for(killed, f"{process} to be ready")

    def app(self, name):
        return next((a for a in self.json("apps")["apps"] if a["request"]["app"] == name), None)

    def wait_for(self, condition, what):
        """The condition's first true value; fails when the watchdog's time is over."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                value = condition()
            except AssertionError:  # a command that found no answer while a process starts again
                value = None
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"waited in vain for {what}\n{self.logs()}")

    def logs(self):
        lines = []
        for log in sorted((self.run_dir / "logs").glob("*.log")):
            lines += [f"{log.stem}: {line}" for line in log.read_text(errors="replace").splitlines()[-15:]]
        return "\n".join(lines)


class MeshTest(unittest.TestCase):
    """A test that starts its mesh itself."""

    def setUp(self):
        self.mesh = Mesh()
        self.addCleanup(self.mesh.__exit__)

    def running(self, mesh=None):
        return {p["process"]: p["pid"] for p in (mesh or self.mesh).json("running")["running"]}

    def refused(self, *arguments, says):
        done = self.mesh.script(*arguments, check=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        for text in says:
            self.assertIn(text, done.stdout)
        return done.stdout

    def kill_supervisor(self):
        os.kill(self.running()["supervisord"], signal.SIGKILL)
        self.mesh.wait_for(lambda: "supervisord" not in self.running(), "the end of supervisord")


def write(folder, name, text):
    path = pathlib.Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def digits_app(folder, app="digits", runs=20, at_least=2, model="digits", sensing="{needs: camera, on: glasses}",
               interaction="{needs: display, on: watch}"):
    return write(folder, f"{app}.yaml", f"app: {app}\nmodel: {model}\nsensing: {sensing}\ninteraction: {interaction}\n"
                                        f"at_least_devices: {at_least}\nruns: {runs}\n")
