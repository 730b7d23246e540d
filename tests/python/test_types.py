"""The package, its generator and its examples pass `mypy --strict`: what is typed for users is true."""

import shutil
import subprocess
import unittest

from bench import PACKAGE

MYPY = shutil.which("mypy", path="/usr/bin") or shutil.which("mypy")


@unittest.skipUnless(MYPY, "SKIPPED: the types are not checked, because mypy is not installed; apt-get install mypy")
class Types(unittest.TestCase):
    def mypy(self, *arguments):
        return subprocess.run([MYPY, "--strict", "--no-incremental", *arguments], cwd=PACKAGE, text=True, capture_output=True)

    def test_the_package_is_typed(self):
        scripts = ["make_messages.py", *map(str, sorted((PACKAGE / "examples").glob("*.py")))]
        done = self.mypy("synergy_mesh", *scripts)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_wrong_use_does_not_pass(self):
        wrong = ("import synergy_mesh as s\nmesh = s.Mesh()\n"
                 "rate: str = mesh.ask(s.messages.QueryHistory(limit=1)).plans\n"
                 "mesh.submit('digits')\n")
        done = self.mypy("-c", wrong)
        self.assertEqual(done.returncode, 1, done.stdout)
        for says in ('has type "List[PlanSummary]", variable has type "str"', 'incompatible type "str"; expected "AppRequest"'):
            self.assertIn(says, done.stdout.replace("list[", "List["))


if __name__ == "__main__":
    unittest.main()
