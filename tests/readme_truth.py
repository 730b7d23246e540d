#!/usr/bin/python3
"""What the READMEs name exists: commands and flags in the programs' --help, code words in the repository.

    tests/readme_truth.py BIN

BIN is the folder of the built programs. Every Markdown file of the repository is read but CHANGELOG.md, which also tells
of what is gone. Checked are code blocks of shell, and words in backticks:

- a command (`synergy X Y --flag`, `deploy/mesh X --flag`, `synergy-planner --flag`): the command is there and its --help
  has the flag. A flag alone must be one of some program, script or test;
- a path: a file or folder below the README's folder, one above it, or an include folder; `NAME` in capitals stands for
  anything;
- a word: it stands in the code (sources, SQL, scripts, YAML, messages), outside of tests for a README outside of tests.

Prints FILE:LINE of whatever is not there, and ends with 1 where there is something.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Nothing that the mesh itself has stands here.
EXCEPTIONS = {
    "build/dev", "build/release/bin/test_schemas", "run/mesh.db",  # made by building and running
    "build/release", "./build/package/*.deb", "../share/synergy-mesh",  # made by building, packing, installing
    "bench-planner.csv", "bench-planner-OBJECTIVE.svg",  # made by a command from a name and an end
    "synergy-mesh",  # a folder's name, beside programs that are called so
    "SO_PEERCRED", "tcp", "runuser", "journalctl", "analyze",  # of the system
    "@NAME/", "YourMessage", "describe<YourMessage>",  # an example
    "model-layers.csv",  # not of this repository
    "migrations/NNNN_name.sql",  # a rule for names
}

HELP_FLAG = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
CAPITALS = re.compile(r"\b[A-Z][A-Z0-9_]*\b")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def run(*command):
    made = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30, cwd=ROOT)
    return made.stdout + made.stderr


def pattern(topic):
    return re.compile(re.sub(r"\\?[A-Z][A-Z0-9_]+|\\\*", "[^ ]+", re.escape(topic)))


def expanded(words):
    """`{a,b}.hpp` as two words."""
    for word in words:
        inside = re.search(r"\{([\w,]+,[\w,]+)\}", word)
        if not inside:
            yield word
            continue
        for one in inside[1].split(","):
            yield word[:inside.start()] + one + word[inside.end():]


class Help:
    """What the programs and the script say of themselves, asked once each."""

    def __init__(self, folder):
        self.folder, self.known = folder, {}

    def of(self, *command):
        if command not in self.known:
            program = "deploy/mesh" if command[0] == "deploy/mesh" else self.folder / command[0]
            text = run(program, *command[1:], "--help")
            self.known[command] = text
        return self.known[command]

    def subcommands(self, *command):
        text = self.of(*command)
        if command[0] == "deploy/mesh":
            return set(re.findall(r"^  (\w[\w-]*) ", text, re.M)) if len(command) == 1 else set()
        # Commands stand in groups with titles of their own; options begin with a dash, arguments are in capitals. Examples,
        # which come last, are whole lines.
        return set(re.findall(r"^  ([a-z][\w-]*) ", text.split("\nExamples:")[0], re.M))

    def flags(self, *command):
        return set(HELP_FLAG.findall(self.of(*command))) | {"--help", "-h"}

    def everything(self):
        """All flags of all programs."""
        flags, todo = set(), [("synergy",), ("deploy/mesh",)]
        todo += [(path.name,) for path in self.folder.glob("synergy-*")]
        while todo:
            command = todo.pop()
            flags |= self.flags(*command)
            todo += [(*command, name) for name in self.subcommands(*command)]
        return flags


class Repository:
    """The files that Git knows, or would add, and the words in them."""

    def __init__(self):
        names = run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
        self.files = [name for name in names if (ROOT / name).is_file()]
        self.folders = {str(parent) for name in self.files for parent in pathlib.Path(name).parents}
        self.paths = set(self.files) | self.folders
        self.product, self.all = self.text_of(lambda name: not name.startswith("tests/")), self.text_of(lambda _: True)
        # Nearly all that is looked up are whole words: these are found without searching the text.
        self.words_of_product, self.words_of_all = (set(re.findall(r"\w+", text, re.A)) for text in (self.product, self.all))

    def text_of(self, wanted):
        parts = []
        for name in self.files:
            path = ROOT / name
            if not wanted(name) or path.suffix == ".md" or name == "tests/readme_truth.py" or path.stat().st_size > 2 << 20:
                continue
            parts.append(name + "\n" + path.read_bytes().decode("utf-8", "replace"))
        return "\n".join(parts)

    def has_path(self, path, beside):
        """Whether a file or folder has this name, seen from the README, from above it, or from any folder."""
        pattern = re.escape(path.rstrip("/"))
        pattern = re.sub(r"[A-Z][A-Z0-9]+(?=$|/|\\.|-|_)|\\\*", "[^/]*", pattern)
        whole = re.compile(r"(.*/)?" + pattern + r"(\.[a-z]+)?")
        return any(whole.fullmatch(name) for name in self.paths) or (beside / path).exists()

    def has_word(self, word, in_tests):
        """One that begins or ends with `_` is the end or the beginning of a word."""
        if re.fullmatch(r"[A-Za-z0-9]\w*(?<!_)", word, re.A):
            return word in (self.words_of_all if in_tests else self.words_of_product)
        before = "" if word.startswith("_") else r"(?<![A-Za-z0-9_])"
        after = "" if word.endswith("_") else r"(?![A-Za-z0-9_])"
        return re.search(before + re.escape(word) + after, self.all if in_tests else self.product)

    def has_dotted(self, word, in_tests):
        """A message, counter or event; of a counter the code may put two parts together."""
        head, _, tail = word.partition(".")
        return self.has_word(word, in_tests) or (f'"{head}."' in self.all and self.has_word(tail, in_tests))


class Reader:
    """Checks one Markdown file."""

    def __init__(self, path, repository, help_, flags, topics):
        self.path, self.repository, self.help, self.all_flags = path, repository, help_, flags
        self.topics = topics
        self.in_tests = str(path).startswith("tests/")
        self.problems, self.checked, self.line = [], 0, 0

    def say(self, what):
        self.problems.append(f"{self.path}:{self.line}: {what}")

    def read(self):
        language, prose = None, []
        for self.line, line in enumerate((ROOT / self.path).read_text().splitlines(), 1):
            prose.append("")
            if line.lstrip().startswith("```"):
                language = None if language is not None else line.lstrip()[3:]
            elif language == "sh":
                self.command_line(line.split(" #")[0])
            elif language is None:
                prose[-1] = line
        text = "\n".join(prose)  # what stands in backticks may go over the end of a line
        for found in re.finditer(r"`([^`]+)`", text):
            self.line = text.count("\n", 0, found.start()) + 1
            self.code(" ".join(found[1].split()))
        return self

    def command_line(self, line):
        for part in re.split(r"&&|\|\||;|\|", line):
            words = part.split()
            while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
                words.pop(0)
            if words:
                self.command(words)

    def command(self, words):
        """True where the words are a command of the mesh; then it is checked."""
        program = words[0].removeprefix("./").removeprefix("build/release/bin/")
        if program not in ("deploy/mesh", "synergy") and not re.fullmatch(r"synergy-[a-z-]+", program):
            return False
        if program.startswith("synergy-") and not (self.help.folder / program).exists():
            if program not in EXCEPTIONS:
                self.say(f"there is no program '{program}'")
            return True
        self.checked += 1
        command, rest = [program], words[1:]
        while rest and self.help.subcommands(*command):
            word = rest[0]
            if word.startswith("-") or CAPITALS.fullmatch(word) or word in ("...", "X"):
                break
            if word not in self.help.subcommands(*command):
                self.say(f"'{' '.join(command)}' has no command '{word}'")
                return True
            command.append(rest.pop(0))
        usage = re.search(r"^Usage: .*$", self.help.of(*command), re.M)
        takes_words = program == "deploy/mesh" or not usage or not usage[0].endswith("[OPTIONS]")
        if rest and not rest[0].startswith(("-", "[", ">")) and not takes_words:
            self.say(f"'{' '.join(command)}' takes no word '{rest[0]}'")
        known = self.help.flags(*command) | self.help.flags(program)
        for flag in rest:
            name = re.match(r"--?[a-zA-Z][\w-]*", flag)
            takes_others = command == ["deploy/mesh", "test"]  # whatever CTest has
            if name and name[0] not in known and not takes_others:
                self.say(f"'{' '.join(command)}' has no flag '{name[0]}'")
        return True

    def code(self, code):
        words = code.split()
        if code in EXCEPTIONS or self.command(words):
            return
        if len(words) > 1 and words[1].startswith("-") and self.short_command(words):
            return
        for word in expanded(words):
            self.word(word.strip("()[]{},;:'\"=").rstrip("."))

    def short_command(self, words):
        """`submit --follow`: of synergy or of deploy/mesh."""
        programs = [one for one in ("synergy", "deploy/mesh") if words[0] in self.help.subcommands(one)]
        if not programs:
            return False
        before, said = len(self.problems), []
        for program in programs:
            self.command([program, *words])
            said.append(self.problems[before:])
            del self.problems[before:]
        self.problems += min(said, key=len)
        return True

    def word(self, word):
        if not word or word in EXCEPTIONS:
            return
        if re.fullmatch(r"--?[a-zA-Z][\w-]*(=.*)?", word):
            self.flag(word.split("=")[0])
        elif re.match(r"https?:|ipc:|[\d/.]+$|0[box]", word) or word.startswith(("/", "$", "<", "\\", "~/")):
            return
        elif self.is_topic(word):
            self.checked += 1
        elif self.is_path(word):
            self.checked += 1
            made = "/" not in word and self.repository.has_word(word, self.in_tests)  # when the mesh runs
            if not made and not self.repository.has_path(word, ROOT / self.path.parent):
                self.say(f"there is no file, folder or topic '{word}'")
        else:
            for name in WORD.findall(word):
                self.name(name, word)

    def flag(self, flag):
        self.checked += 1
        if flag not in self.all_flags and not self.repository.has_word(flag, True):
            self.say(f"no program has the flag '{flag}'")

    def is_path(self, word):
        return "/" in word.strip("/") or word.endswith("/") or re.fullmatch(
            r"[\w.*-]+\.(cpp|hpp|md|py|sh|yaml|yml|sql|npy|json|txt|csv|svg|conf|db|cmake|rec)", word)

    def is_topic(self, word):
        """One of the catalogue's, or the beginning of some; a word in capitals stands for anything."""
        if "/" not in word:
            return False
        if word.endswith("/"):
            return any(topic.startswith(word) for topic in self.topics)
        return any(pattern(word).fullmatch(topic) or pattern(topic).fullmatch(word) for topic in self.topics)

    def name(self, name, whole):
        if len(name) < 2 or name in EXCEPTIONS or CAPITALS.fullmatch(name) and "_" not in name:
            return
        self.checked += 1
        in_tests = self.in_tests or name.startswith(("SYNERGY_", "test_"))
        made_by = {"test_": "synergy_test(" + name.removeprefix("test_"),
                   "system": "synergy_system_test(" + whole.removeprefix("system.")}
        if any(name.startswith(head) and made in self.repository.all for head, made in made_by.items()):
            return
        if not self.repository.has_word(name, in_tests):
            self.say(f"'{name}' stands nowhere in the code")
        elif re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", whole) and name == whole.split(".")[0]:
            if not self.repository.has_dotted(whole, in_tests):
                self.say(f"'{whole}' stands nowhere in the code")


def main():
    help_, repository = Help(pathlib.Path(sys.argv[1]).resolve()), Repository()
    flags = help_.everything()
    documents = [pathlib.Path(name) for name in repository.files if name.endswith(".md") and name != "CHANGELOG.md"]
    catalogue = json.loads(run(help_.folder / "synergy", "schema", "--json"))
    topics = ["@PARTICIPANT/reply", *{message["topic"] for message in catalogue["messages"] if message["topic"]}]
    readers = [Reader(path, repository, help_, flags, topics).read() for path in documents]
    problems = [problem for reader in readers for problem in reader.problems]
    checked = sum(reader.checked for reader in readers)
    print(f"{len(readers)} files, {checked} commands, flags, paths and names looked up, {len(problems)} not found")
    for problem in problems:
        print(problem)
    return 1 if problems or checked < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
