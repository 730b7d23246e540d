"""Shell completion in the shells themselves, and manual pages by the tools that read them."""

import contextlib
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import mesh as m

SYNERGY = m.BIN / "synergy"
NO_MESH_S = 2  # a bound that tells waiting for a bus from not waiting, on a busy machine, too


def environment(run_dir, **more):
    return {**m.ENVIRONMENT, "SYNERGY_RUN_DIR": str(run_dir), "SYNERGY_BIN": str(m.BIN),
            "PATH": f"{m.BIN}:{m.ROOT / 'deploy'}:{os.environ['PATH']}", **more}


def run(*command, run_dir="/nowhere", cwd=None, check=True, **more):
    done = subprocess.run([str(word) for word in command], text=True, cwd=cwd, timeout=m.PATIENCE_S,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment(run_dir, **more))
    if check and done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stderr}")
    return done


def complete(*words, **more):
    """The candidates that the program itself offers, without what they are."""
    lines = run(SYNERGY, "__complete", *words, **more).stdout.splitlines()
    return [line.split("\t")[0] for line in lines if not line.startswith(":")]


# Completes the words as bash does when TAB is pressed behind the last one: words parted as COMP_WORDBREAKS says.
BASH = r"""
source <(synergy completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
command=${1##*/}
[[ $(complete -p "$command") == *" -F "* ]] || exit 9
$(complete -p "$command" | sed 's/.* -F \([^ ]*\) .*/\1/') "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
"""


class Bash(unittest.TestCase):
    def completed(self, *words, **more):
        return run("bash", "--norc", "-c", BASH, "bash", *words, **more).stdout.splitlines()

    def test_commands_options_and_choices(self):
        self.assertEqual(self.completed("synergy", "topic", ""), ["list", "echo", "top", "hz", "bw", "pub"])
        self.assertIn("--window", self.completed("synergy", "topic", "top", "--w"))
        self.assertEqual(self.completed("synergy", "topic", "top", "--sort", "b"), ["bandwidth"])
        self.assertIn("apps", self.completed(str(SYNERGY), "a"))

    def test_a_value_behind_an_equals_sign_is_the_only_thing_replaced(self):
        self.assertEqual(self.completed("synergy", "topic", "top", "--sort", "=", "b"), ["bandwidth"])
        self.assertIn("rate", self.completed("synergy", "topic", "top", "--sort", "="))

    def test_files_and_folders_even_with_spaces(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "my app.yaml").write_text("")
            (pathlib.Path(folder) / "my folder").mkdir()
            self.assertEqual(sorted(self.completed("synergy", "submit", "my", cwd=folder)), ["my app.yaml", "my folder"])
            self.assertEqual(self.completed("synergy", "man", "--out", "my", cwd=folder), ["my folder"])

    def test_the_script_that_starts_a_mesh(self):
        script = "deploy/mesh"
        self.assertIn("leave", self.completed(script, "", cwd=m.ROOT))
        self.assertIn("--body", self.completed(script, "up", "--b", cwd=m.ROOT))
        self.assertIn("deploy/bodies/four-78000.yaml", self.completed(script, "up", "--body", "deploy/bodies/f", cwd=m.ROOT))
        self.assertIn("optimal", self.completed(script, "up", "--policy", "", cwd=m.ROOT))

    def test_every_command_of_the_help_is_offered_and_nothing_else(self):
        listed = set(re.findall(r"^  ([a-z][\w-]*) ", run(SYNERGY, "--help").stdout, re.M))
        self.assertEqual(set(self.completed("synergy", "")), listed | {"help"})
        listed = set(re.findall(r"^  ([a-z][\w-]*) ", run(m.ROOT / "deploy/mesh", "--help").stdout, re.M))
        self.assertEqual(set(self.completed("deploy/mesh", "", cwd=m.ROOT)), listed | {"help"})


def needs(program):
    if not shutil.which(program):
        print(f"SKIPPED: {program} is not installed (apt-get install {program})", flush=True)
        raise unittest.SkipTest(f"{program} is not installed")


class Fish(unittest.TestCase):
    def completed(self, line, **more):
        needs("fish")
        with tempfile.TemporaryDirectory() as home:
            command = f"synergy completion fish | source; complete -C '{line}'"
            return [one.split("\t")[0] for one in
                    run("fish", "--no-config", "-c", command, HOME=home, XDG_CONFIG_HOME=home, **more).stdout.splitlines()]

    def test_commands_options_choices_and_files(self):
        self.assertEqual(self.completed("synergy topic e"), ["echo"])
        self.assertEqual(self.completed("synergy topic top --sort b"), ["bandwidth"])
        self.assertEqual(self.completed("synergy topic top --sort=b"), ["--sort=bandwidth"])
        self.assertIn("--window", self.completed("synergy topic top --w"))
        self.assertIn("deploy/bodies/", self.completed("synergy submit deploy/bo", cwd=m.ROOT))
        self.assertEqual(self.completed("synergy apps x", cwd=m.ROOT), [])
        self.assertEqual(self.completed("mesh lea"), ["leave"])


class Zsh(unittest.TestCase):
    """zsh completes only where somebody types: on a terminal."""

    def typed(self, text, cwd="/"):
        needs("zsh")
        with tempfile.TemporaryDirectory() as home:
            pid, terminal = pty.fork()
            if pid == 0:
                os.chdir(cwd)
                os.execvpe("zsh", ["zsh", "-f", "-i"], environment("/nowhere", HOME=home, ZDOTDIR=home, TERM="dumb",
                                                                    PS1="$ ", COLUMNS="200"))
            try:
                self.send(terminal, "unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; "
                                    "source <(synergy completion zsh); LISTMAX=0; print READ''Y\n", "READY")
                # What the line then is: ^A, `print -r -- `, return.
                return self.send(terminal, f"{text}\t\x01print -r -- EN''D: \n", r"END: ([^\r\n]*)")[1].strip()
            finally:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                os.close(terminal)

    def send(self, terminal, text, until):
        os.write(terminal, text.encode())
        seen, end = "", time.monotonic() + m.PATIENCE_S
        while time.monotonic() < end:
            if found := re.search(until, seen):
                return found
            if select.select([terminal], [], [], 1)[0]:
                with contextlib.suppress(OSError):
                    seen += os.read(terminal, 65536).decode(errors="replace")
        raise AssertionError(f"zsh did not print {until}:\n{seen}")

    def test_commands_options_choices_and_files(self):
        self.assertEqual(self.typed("synergy topic ec"), "synergy topic echo")
        self.assertEqual(self.typed("synergy topic top --sort ba"), "synergy topic top --sort bandwidth")
        self.assertEqual(self.typed("synergy topic top --sort=ba"), "synergy topic top --sort=bandwidth")
        self.assertEqual(self.typed("synergy submit deploy/bodi", cwd=m.ROOT).rstrip("/"), "synergy submit deploy/bodies")
        self.assertEqual(self.typed("mesh lea"), "mesh leave")


class WithoutMesh(unittest.TestCase):
    """Who completes does not wait for a bus that is not there."""

    def timed(self, *words, **more):
        begin = time.monotonic()
        names = complete(*words, **more)
        took = time.monotonic() - begin
        print(f"synergy __complete {' '.join(words)}: {took * 1000:.0f} ms", flush=True)
        self.assertLess(took, NO_MESH_S)
        return names

    def test_no_folder(self):
        self.assertEqual(self.timed("stop", ""), [])
        self.assertIn("digits", self.timed("model", "show", "d"))
        self.assertIn("state/plan", self.timed("topic", "echo", "state/"))
        self.assertIn("apps", self.timed("a"))

    def test_a_folder_of_a_mesh_that_ended(self):
        import socket
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as left:
            left.bind(f"{folder}/bus.subscribe")  # its file stays; nobody listens
            self.assertEqual(self.timed("stop", "", run_dir=folder), [])

    def test_a_broker_that_does_not_answer(self):
        import socket
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as stuck, \
                socket.socket(socket.AF_UNIX) as other:
            os.chmod(folder, 0o700)
            for name, listening in (("bus.subscribe", stuck), ("bus.publish", other)):
                listening.bind(f"{folder}/{name}")
                listening.listen()
            self.assertEqual(self.timed("stop", "", run_dir=folder), [])


class WithMesh(unittest.TestCase):
    def test_names_of_the_running_mesh(self):
        with m.Mesh() as mesh:
            mesh.cli("submit", str(m.digits_app(mesh.folder, app="my-digits", runs=1000000)))

            # A mesh has 0.3 s to answer; a busy machine may take longer now and then.
            def offered(wanted, *words, run_dir=mesh.run_dir):
                mesh.wait_for(lambda: wanted == complete(*words, run_dir=run_dir), f"{words} to be completed by {wanted}")

            offered(["my-digits"], "stop", "")
            offered(["glasses"], "history", "--device", "g")
            offered(["event/result/my-digits"], "topic", "echo", "event/result/")
            offered(["executor/watch"], "health", "executor/w")
            offered(["my-digits"], "--run-dir", mesh.run_dir, "stop", "", run_dir="/nowhere")  # the line says which mesh
            asked = lambda: run(m.ROOT / "deploy/mesh", "__complete", "leave", "gl", run_dir=mesh.run_dir).stdout
            mesh.wait_for(lambda: asked() == "glasses\n:none\n", "the script to offer the device")


class ManualPages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="man-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        run(SYNERGY, "man", "--out", cls.folder / "here", SOURCE_DATE_EPOCH="1772323200")
        cls.pages = sorted((cls.folder / "here").iterdir())

    def test_one_for_the_program_each_command_and_the_script(self):
        names = {page.name for page in self.pages}
        self.assertLess({"synergy.1", "synergy-apps.1", "synergy-topic.1", "synergy-topic-echo.1", "synergy-mesh.1"}, names)
        for command in re.findall(r"^  ([a-z][\w-]*) ", run(SYNERGY, "--help").stdout, re.M):
            self.assertIn(f"synergy-{command}.1", names)

    def test_the_same_bytes_from_elsewhere_and_another_day(self):
        run(SYNERGY, "man", "--out", "there", cwd=self.folder, run_dir="/elsewhere", SOURCE_DATE_EPOCH="1772323200",
            HOME="/", TZ="Asia/Tokyo", COLUMNS="40")
        for page in self.pages:
            self.assertEqual(page.read_bytes(), (self.folder / "there" / page.name).read_bytes(), page.name)
        self.assertIn('"2026-03-01"', self.pages[0].read_text())
        self.assertNotIn(time.strftime("%Y-"), run(SYNERGY, "man").stdout.splitlines()[0])

    def test_one_page_is_printed(self):
        self.assertIn("synergy topic pub", run(SYNERGY, "man", "topic", "pub").stdout)
        self.assertIn("deploy/mesh up", run(SYNERGY, "man", "mesh").stdout)
        self.assertIn("did you mean 'echo'", run(SYNERGY, "man", "topic", "ecko", check=False).stderr)
        more = run(SYNERGY, "man", "mesh", "up", check=False)
        self.assertEqual((more.returncode, more.stdout), (3, ""))
        self.assertIn("'mesh' has one page for all its commands; leave 'up' out", more.stderr)

    def test_groff_has_nothing_to_say(self):
        needs("groff")
        for page in self.pages:
            done = run("groff", "-man", "-Tutf8", "-ww", "-z", page)
            self.assertEqual(done.stdout + done.stderr, "", page.name)

    def test_man_has_nothing_to_say(self):
        needs("man")
        for page in self.pages:
            done = run("man", "--warnings", "-E", "UTF-8", "-l", page, MANWIDTH="80", LC_ALL="C.UTF-8")
            self.assertEqual(done.stderr, "", page.name)
            self.assertIn("SYNOPSIS", done.stdout)

    def test_mandoc_has_nothing_to_say(self):
        needs("mandoc")
        done = run("mandoc", "-Tlint", "-Wwarning", *self.pages, check=False)
        self.assertEqual(done.stdout + done.stderr, "")


if __name__ == "__main__":
    unittest.main()
