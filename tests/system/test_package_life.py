"""The packages' life in a fresh Debian 12: installed, used, upgraded, removed, purged; and that a second build makes the same bytes.

A long test. It needs root, Debian's mmdebstrap and systemd-container, and the network, for Debian's packages. The packages are
those of SYNERGY_PACKAGES, a folder, or `deploy/mesh package` makes them.
"""

import filecmp
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import mesh as m
import test_upgrade
from person import skip_loudly

HOURS_S = 3 * 3600  # a watchdog for whole builds
HERE = pathlib.Path(__file__).parent


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **{"input": "", "timeout": HOURS_S, **more})
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout[-5000:]}")
    return done.stdout


def build(checkout):
    """The packages that a checkout makes, by name."""
    environment = {k: v for k, v in m.ENVIRONMENT.items() if k != "SYNERGY_BIN"}
    told = run(checkout / "deploy/mesh", "package", env={**environment, "CCACHE_DISABLE": "1"} if checkout != m.ROOT else environment)
    return {p.name: p for p in map(pathlib.Path, told.split()) if p.suffix == ".deb"}


def packages():
    given = os.environ.get("SYNERGY_PACKAGES")
    return {p.name: p for p in pathlib.Path(given).glob("*.deb")} if given else build(m.ROOT)


class Life(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="package-life-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def newer(self, package, into):
        """The same package with a higher version, as the next release would be."""
        tree = self.folder / "tree"
        run("dpkg-deb", "-R", package, tree)
        control = tree / "DEBIAN/control"
        lines = [f"{line}+newer" if line.startswith("Version: ") else line for line in control.read_text().splitlines()]
        control.write_text("\n".join(lines) + "\n")
        run("dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, into / package.name)
        shutil.rmtree(tree)

    def debian(self):
        """A fresh Debian 12 that systemd can boot."""
        root = self.folder / "debian"
        sources = "\n".join(f"deb http://deb.debian.org/{place} main" for place in
                            ("debian bookworm", "debian bookworm-updates", "debian-security bookworm-security"))
        archive = os.environ.get("SYNERGY_DEBIAN_ROOT")  # a tar file of one, to save the minutes that making one takes
        if archive:
            root.mkdir()
            run("tar", "-xf", archive, "-C", root)
        else:
            run("mmdebstrap", "--variant=minbase", "--include=systemd,systemd-sysv,dbus,libpam-systemd,ca-certificates", "bookworm", root,
                "-", input=sources)
        return root

    def test_install_run_upgrade_remove_purge(self):
        for tool, package in (("mmdebstrap", "mmdebstrap"), ("systemd-nspawn", "systemd-container")):
            if not shutil.which(tool):
                skip_loudly(f"{tool} is not there; to have it: apt-get install {package}")
        if os.geteuid() != 0:
            skip_loudly("only root can boot a Debian of its own")
        made = packages()
        self.assertEqual(len(made), 2, made)
        root = self.debian()
        (root / "packages/newer").mkdir(parents=True)
        for name, path in made.items():
            shutil.copy(path, root / "packages" / name)
            self.newer(path, root / "packages/newer")
        old = self.folder / "old/mesh.db"
        test_upgrade.make_store(old)
        shutil.copy(old, root / "packages/old.db")
        (root / "packages/old.db").chmod(0o644)
        shutil.copy(HERE / "life_in_debian.sh", root / "life.sh")
        (root / "etc/systemd/system/life.service").write_text(
            "[Unit]\nAfter=multi-user.target\nSuccessAction=poweroff-force\nFailureAction=poweroff-force\n"
            "[Service]\nType=oneshot\nExecStart=/bin/bash /life.sh\nStandardOutput=file:/life.log\nStandardError=inherit\n"
            "Environment=HOME=/root\n[Install]\nWantedBy=multi-user.target\n")
        wants = root / "etc/systemd/system/multi-user.target.wants"
        wants.mkdir(exist_ok=True)
        (wants / "life.service").symlink_to("/etc/systemd/system/life.service")
        subprocess.run(["systemd-nspawn", "-q", "-D", root, "--boot", "--register=no", "--keep-unit", "--resolv-conf=replace-host"],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=HOURS_S, check=False)
        told = (root / "life.log").read_text() if (root / "life.log").exists() else "it did not boot"
        print(told, file=sys.stderr)
        self.assertIn("== the life of the packages is complete", told)


class SameBytes(unittest.TestCase):
    def test_another_folder_makes_the_same_packages(self):
        first = packages()
        with tempfile.TemporaryDirectory(prefix="another place ") as folder:
            other = pathlib.Path(folder) / "mesh"
            run("git", "clone", "-q", m.ROOT, other)
            second = build(other)
            self.assertEqual(sorted(first), sorted(second))
            for name, path in first.items():
                self.assertTrue(filecmp.cmp(path, second[name], shallow=False), f"{name} differs; to see where: diffoscope")
