"""An ordinary user, and folders where one lives with a mesh: for tests of what is installed, and of checkouts of others."""

import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest

import mesh as m


def skip_loudly(reason):
    print(f"SKIPPED: {reason}", file=sys.stderr)
    raise unittest.SkipTest(reason)


class Person:
    """An ordinary user, with a mesh in a folder of their own. Whoever runs the tests, unless that is root."""

    def __init__(self, home):
        self.home = pathlib.Path(home)
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.home.mkdir(parents=True, exist_ok=True)
        if self.user:
            os.chown(self.home, self.user.pw_uid, self.user.pw_gid)
        self.environment = {**m.ENVIRONMENT, "HOME": str(self.home), "SYNERGY_RUN_DIR": str(self.home / "läuft hier"),
                            "npm_config_offline": "true"}
        self.environment.pop("SYNERGY_BIN", None)

    def run(self, *words, check=True, **more):
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        done = subprocess.run([str(w) for w in words], env={**self.environment, **more}, text=True, timeout=m.PATIENCE_S, cwd="/",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **who)
        if check and done.returncode != 0:
            raise AssertionError(f"{words} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def can_reach(self, path):
        return "no" not in self.run("sh", "-c", f'[ -x "{path}" ] || echo no')


class Folders(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="package-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)
        self.person = Person(self.folder / "home")

    def read_only(self, folder):
        """For an ordinary user; root owns it, or nobody may write."""
        for path in [folder, *folder.rglob("*")]:
            path.chmod(path.stat().st_mode & ~0o222)

    def lives(self, script, synergy, **more):
        """A mesh from start to end: everything that a person would do first."""
        run = lambda *words: self.person.run(*words, **more)  # noqa: E731
        self.addCleanup(lambda: self.person.run(script, "down", check=False, **more))
        self.assertIn("processes are ready", run(script, "up", "--listen", "127.0.0.1"))
        run(synergy, "submit", m.digits_app(self.folder, runs=10))
        self.assertIn("10 results, 0 failed", run(synergy, "results", "digits", "--wait"))
        self.assertIn("ready", run(script, "ps"))
        run(script, "leave", "ring")
        run(script, "join", "ring")
        self.assertIn("stopped", run(script, "down"))
