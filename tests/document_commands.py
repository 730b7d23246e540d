#!/usr/bin/python3
"""Runs the commands of a document, as a reader would: each block marked `sh`, one after the other, in one shell.

    tests/document_commands.py BIN DOCUMENT
    tests/document_commands.py --listed DOCUMENT...   # fails where the repository has a document with commands beside these

BIN is the folder of the built programs. The shell begins in a folder of its own, which looks like the checkout: deploy/,
tests/ and build/release/bin/ are there, and the mesh's run folder is its own. So a command stands in a document as it is
typed, and leaves nothing behind. A command that fails ends the test.

- A block whose line before is `<!-- not run: REASON -->` is passed over, and the reason is told.
- A block marked `text` behind one of `sh` is what that one prints: its lines must come in this order, and may have others
  between them. `...` stands for any text.
"""
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE_S = 500
LEFT_OUT = re.compile(r"<!-- not run: (.+) -->")


@dataclasses.dataclass
class Block:
    line: int  # of its first command
    text: str
    left_out: str = ""  # why it is not run
    prints: list[str] = dataclasses.field(default_factory=list)


def blocks_of(document):
    blocks, inside, before, last_kind = [], None, "", None
    for number, line in enumerate(document.read_text().splitlines(), 1):
        fence = re.match(r"\s*```(\w*)\s*$", line)
        if fence and inside is None:
            inside, start, lines = fence[1], number + 1, []
        elif fence:
            if inside == "sh":
                reason = LEFT_OUT.fullmatch(before.strip())
                blocks.append(Block(start, "\n".join(lines), reason[1] if reason else ""))
            elif inside == "text" and last_kind == "sh":
                blocks[-1].prints = [shown.rstrip() for shown in lines if shown.strip()]
            last_kind, inside, before = inside, None, ""
        elif inside is not None:
            lines.append(line)
        elif line.strip():
            before = line
            last_kind = None if LEFT_OUT.fullmatch(line.strip()) else last_kind
    return blocks


def prepare(folder, programs):
    """What the checkout has, by links; and an environment in which nothing of the caller's mesh is known."""
    for path in ROOT.iterdir():
        if path.name not in ("build", "run") and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    (folder / "build/release").mkdir(parents=True)
    (folder / "build/release/bin").symlink_to(programs)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SYNERGY_")}
    return environment | {"SYNERGY_BIN": str(programs), "SYNERGY_RUN_DIR": str(folder / "run"), "NO_COLOR": "1"}


def script_of(blocks):
    """A mark before each block parts their output."""
    parts = ["set -eu"]
    for block in blocks:
        parts += [f"echo '@@ {block.line}'", block.text]
    return "\n".join(parts) + "\necho '@@ end'\n"


def outputs_of(text):
    parts = re.split(r"^@@ (\d+|end)$", text, flags=re.M)
    return {mark: said for mark, said in zip(parts[1::2], parts[2::2])}


def missing_line(prints, said):
    """The first line that the block does not print, after those before it."""
    lines, at = said.splitlines(), 0
    for wanted in prints:
        pattern = re.compile(r"\s*" + ".*".join(re.escape(part.strip()) for part in wanted.split("...")) + r"\s*")
        while at < len(lines) and not pattern.fullmatch(lines[at]):
            at += 1
        if at == len(lines):
            return wanted
        at += 1
    return None


def check_listed(listed):
    """Whether these are all documents with commands."""
    files = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    has_commands = {name for name in files.splitlines() if (ROOT / name).is_file() and any(not block.left_out for block in blocks_of(ROOT / name))}
    if forgotten := has_commands - set(listed):
        sys.exit(f"documents whose commands no test runs (tests/CMakeLists.txt): {', '.join(sorted(forgotten))}")


def main():
    if sys.argv[1] == "--listed":
        return check_listed(sys.argv[2:])
    programs, document = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    name = document.relative_to(ROOT)
    blocks = blocks_of(document)
    for block in blocks:
        if block.left_out:
            print(f"{name}:{block.line}: not run: {block.left_out}")
    run = [block for block in blocks if not block.left_out]
    if not run:
        sys.exit(f"{name}: no commands to run")
    with tempfile.TemporaryDirectory(prefix="doc-") as scratch:
        folder = pathlib.Path(scratch)
        environment = prepare(folder, programs)
        try:
            done = subprocess.run(["bash", "-c", script_of(run)], cwd=folder, env=environment, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=PATIENCE_S)
        finally:
            if (folder / "run").exists():
                subprocess.run([folder / "deploy/mesh", "down"], cwd=folder, env=environment, capture_output=True)
    said = outputs_of(done.stdout)
    if "end" not in said:
        sys.exit(f"{done.stdout}\n{name}:{list(said)[-1]}: a command of this block "
                 f"failed, exit code {done.returncode}")
    for block in run:
        lacks = missing_line(block.prints, said[str(block.line)])
        if lacks is not None:
            sys.exit(f"{said[str(block.line)]}\n{name}:{block.line}: does not print this line: {lacks}")
    print(f"{name}: {len(run)} blocks of commands run")


if __name__ == "__main__":
    main()
