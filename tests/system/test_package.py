"""What `cmake --install` lays out: programs that find their data, the script without sources, units that systemd takes."""

import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import mesh as m
from person import Folders, skip_loudly

BUILD = m.BIN.parent
ODD = "Körper & Geräte, 1 Ü"  # spaces, umlauts, and what means something to a shell


def install(prefix):
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL, timeout=m.PATIENCE_S)


class Installed(Folders):
    def setUp(self):
        super().setUp()
        self.prefix = self.folder / ODD
        install(self.prefix)

    def test_a_mesh_lives_without_the_sources_in_a_read_only_prefix(self):
        self.read_only(self.prefix)
        self.lives(self.prefix / "bin/synergy-mesh", self.prefix / "bin/synergy")

    def test_programs_and_script_find_the_data_beside_them_through_links_too(self):
        (self.folder / "link").symlink_to(self.prefix / "bin/synergy-mesh")
        for script in (self.prefix / "bin/synergy-mesh", self.folder / "link"):
            told = self.person.run(script, "--help")
            self.assertIn(f"{self.prefix}/share/synergy-mesh/bodies/four-78000.yaml", told)
            for word in ("deploy/mesh", "build/release", " fuzz", " build "):
                self.assertNotIn(word, told)
        shown = self.person.run(self.prefix / "bin/synergy", "model", "show", "digits")
        self.assertIn("max78000", shown.lower())

    def test_what_needs_the_sources_says_so(self):
        for command in ("build", "test", "package"):
            told = self.person.run(self.prefix / "bin/synergy-mesh", command, check=False)
            self.assertIn("needs the sources", told)
        told = self.person.run(self.prefix / "bin/synergy", "apps", check=False)
        self.assertIn("start one with synergy-mesh up", told)

    def test_texts_name_what_is_installed(self):
        synergy, data = self.prefix / "bin/synergy", self.prefix / "share/synergy-mesh"
        for command in ("submit", "solve", "feed", "check", "model show", "body link"):
            told = self.person.run(synergy, *command.split(), "--help")
            self.assertNotIn("deploy/", told, command)
        self.assertIn(f"synergy submit {data}/apps/digits.yaml", self.person.run(synergy, "submit", "--help"))
        self.assertIn("synergy\\-mesh up", self.person.run(synergy, "man", "mesh"))
        pages = sorted((self.prefix / "share/man/man1").glob("synergy*.1.gz"))
        self.assertGreater(len(pages), 40)
        for page in pages:
            self.assertNotIn("deploy/", gzip.decompress(page.read_bytes()).decode(), page.name)

    def test_an_example_runs(self):
        told = self.person.run(self.prefix / "share/synergy-mesh/examples/digits-on-glasses/run.sh")
        self.assertIn("glasses", told)

    def test_every_file_is_readable_and_only_programs_can_be_run(self):
        for path in self.prefix.rglob("*"):
            mode = path.stat().st_mode & 0o777
            runs = path.is_dir() or path.parent.name in ("bin", "system-generators") or path.name == "run.sh"
            self.assertEqual(mode, 0o755 if runs else 0o644, path)
        self.assertFalse(list(self.prefix.rglob("__pycache__")))

    def test_every_program_has_a_manual_page_and_completion_is_there(self):
        pages = {page.name.split(".")[0] for page in self.prefix.glob("share/man/man[18]/*.gz")}
        self.assertIn("synergy-submit", pages)
        if shutil.which("help2man"):
            self.assertLessEqual({program.name for program in (self.prefix / "bin").iterdir()}, pages)
        else:
            print("SKIPPED: the services' manual pages, which need help2man", file=sys.stderr)
        for place in ("bash-completion/completions/synergy", "bash-completion/completions/synergy-mesh", "zsh/vendor-completions/_synergy",
                      "fish/vendor_completions.d/synergy.fish", "fish/vendor_completions.d/synergy-mesh.fish"):
            self.assertIn("synergy", (self.prefix / "share" / place).read_text())

    def test_python_finds_the_module(self):
        told = self.person.run("/usr/bin/python3", "-c", "import synergy_mesh; print(synergy_mesh.__file__)",
                               PYTHONPATH=str(self.prefix / "lib/python3/dist-packages"), PYTHONDONTWRITEBYTECODE="1")
        self.assertIn(str(self.prefix), told)

    def test_the_generator_wants_the_services_of_the_bodys_devices(self):
        generator = self.prefix / "lib/systemd/system-generators/synergy-mesh-generator"
        etc, out = self.folder / "etc", self.folder / "out"
        etc.mkdir()

        def made():
            shutil.rmtree(out, ignore_errors=True)
            done = subprocess.run([generator, out, out, out], env={"PATH": os.environ["PATH"], "SYNERGY_ETC": str(etc)},
                                  text=True, capture_output=True, timeout=m.PATIENCE_S)
            return done, sorted(p.name for p in out.rglob("*@*"))

        self.assertEqual((made()[0].returncode, made()[1]), (0, []))  # no body: nothing is wanted
        for body in ("four-78000", "mixed-16"):
            shutil.copy(m.ROOT / f"deploy/bodies/{body}.yaml", etc / "body.yaml")
            done, names = made()
            self.assertEqual(done.returncode, 0, done.stderr)
            told = subprocess.run([m.BIN / "synergy", "compose", "--body", etc / "body.yaml"], text=True, capture_output=True,
                                  env={**m.ENVIRONMENT, "SYNERGY_DEPLOY": str(m.ROOT / "deploy")}, check=True).stdout
            devices = sorted({line.split("--device, ")[1].strip("] ") for line in told.splitlines() if "--device, " in line})
            want = sorted(f"synergy-{kind}@{d}.service" for d in devices for kind in ("executor", "accel-emulator"))
            self.assertEqual(names, want)
            for link in out.rglob("*@*"):
                self.assertTrue(link.resolve().is_file(), link)
        (etc / "body.yaml").write_text("name: [")
        done, names = made()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("body.yaml", done.stderr)
        self.assertEqual(names, [])


class Checkout(Folders):
    def test_a_mesh_lives_from_a_read_only_checkout_whose_path_has_spaces_and_umlauts(self):
        checkout = self.folder / ODD / "mesh"
        shutil.copytree(m.ROOT / "deploy", checkout / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
        self.read_only(checkout)
        if not self.person.can_reach(m.BIN / "synergy"):
            skip_loudly(f"an ordinary user may not run {m.BIN}/synergy")
        self.lives(checkout / "deploy/mesh", m.BIN / "synergy", SYNERGY_BIN=str(m.BIN))

    def test_programs_of_a_build_in_such_a_path_find_their_checkout(self):
        checkout = self.folder / ODD / "mesh"
        bin_ = checkout / "build/release/bin"
        bin_.mkdir(parents=True)
        shutil.copy(m.BIN / "synergy", bin_)
        shutil.copytree(m.ROOT / "deploy", checkout / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
        self.assertIn("max78000", self.person.run(bin_ / "synergy", "model", "show", "digits").lower())


class Units(unittest.TestCase):
    """As systemd itself judges them. Debian: package systemd."""

    EXPOSURE = 20  # of 100, as systemd-analyze counts; the gateway has a network

    def setUp(self):
        if not shutil.which("systemd-analyze"):
            skip_loudly("systemd-analyze is not there; to have it: apt-get install systemd")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="units-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        bin_ = self.folder / "bin"  # a unit names no path with odd characters; the build's may have them
        bin_.symlink_to(m.BIN)
        subprocess.run([m.BIN / "synergy", "systemd", "-o", self.folder / "units", "--programs", bin_, "--data", "/usr/share/x"],
                       check=True, timeout=m.PATIENCE_S)
        self.units = self.folder / "units"
        for template in list(self.units.glob("*@.service")):
            shutil.copy(template, str(template).replace("@.", "@ring."))
            template.unlink()

    def analyze(self, *words):
        return subprocess.run(["systemd-analyze", *map(str, words)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=m.PATIENCE_S, env={**m.ENVIRONMENT, "SYSTEMD_UNIT_PATH": f"{self.units}:"})

    def test_systemd_finds_nothing_wrong(self):
        done = self.analyze("verify", "--man=no", *sorted(self.units.iterdir()))
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_systemd_finds_what_is_wrong(self):  # so that the test above says something
        broken = self.units / "synergy-broker.service"
        broken.write_text(broken.read_text().replace("PrivateTmp=yes", "PrivateTmpp=yes"))
        self.assertIn("PrivateTmpp", self.analyze("verify", "--man=no", broken).stdout)

    def test_each_service_is_fenced(self):
        services = sorted(self.units.glob("*.service"))
        self.assertEqual(len(services), 8)
        for service in services:
            done = self.analyze("security", "--offline=true", f"--threshold={self.EXPOSURE}", "--no-pager", service)
            self.assertEqual(done.returncode, 0, done.stdout)
