#!/usr/bin/env python3
"""Asks a store file every question of store/README.md ("Ten questions"). Each must be answered with rows.

    tests/store_questions.py build/release/bin/fill_store
"""

import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "store/README.md"


def questions():
    """Number, words and SQL of each."""
    section = README.read_text().split("## Ten questions")[1].split("\n## ")[0]
    found = re.findall(r"^(\d+)\. (.*?)\n\s*```sql\n(.*?)```", section, re.MULTILINE | re.DOTALL)
    return [(int(number), words, sql) for number, words, sql in found]


def main():
    asked = questions()
    if [number for number, _, _ in asked] != list(range(1, 11)):
        sys.exit(f"{README}: ten numbered questions with SQL were expected, found {[n for n, _, _ in asked]}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mesh.db"
        subprocess.run([sys.argv[1], file, "30000"], check=True)
        store = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        for number, words, sql in asked:
            rows = store.execute(sql).fetchall()
            print(f"{number}. {words}\n   {len(rows)} rows, the first: {rows[0] if rows else None}")
            if not rows or all(value is None for value in rows[0]):
                sys.exit(f"question {number} has no answer")


if __name__ == "__main__":
    main()
