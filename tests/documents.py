"""The documents' code blocks: finds them, runs their ``symcat`` commands, writes their output.

A ``console`` block holds commands after ``$ `` and what each printed. ``python -m tests.documents`` puts the real
output in place; test_docs.py checks that it still is what the commands print.
"""

from __future__ import annotations

import os
import re
import shlex
import warnings
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from symcat.cli import app

ROOT = Path(__file__).parents[1]
WIDTH = "110"
FENCE = re.compile(r"^```(?P<language>\w+)[^\n]*\n(?P<body>.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text and the line it starts on."""

    language: str
    body: str
    line: int


def documents() -> list[Path]:
    """README.md and every page under docs/."""
    return [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if path.is_file()]


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    return [
        Block(match["language"], match["body"], text.count("\n", 0, match.start()) + 1)
        for match in FENCE.finditer(text)
    ]


def console(body: str) -> str:
    """The block's ``symcat`` commands with what they print now; other commands keep the text they have."""
    written = []
    for part in re.split(r"^(?=\$ )", body, flags=re.MULTILINE):
        command = part.partition("\n")[0].removeprefix("$ ")
        if command.startswith("symcat "):
            written.append(f"$ {command}\n{_output(command)}")
        else:
            written.append(part)
    return "".join(written)


def _output(command: str) -> str:
    # The marked command of the README runs from the repository's root, and so does this.
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)  # a reader sees them, the tests take them for errors
            result = CliRunner().invoke(app, shlex.split(command)[1:], env={"COLUMNS": WIDTH, "TERM": "dumb"})
    finally:
        os.chdir(before)
    lines = (line.rstrip() for line in result.output.rstrip().splitlines())
    return "".join(f"{line}\n" for line in lines)


def _rewrite(match: re.Match[str]) -> str:
    if match["language"] != "console":
        return match[0]
    return match[0].replace(match["body"], console(match["body"]), 1)


if __name__ == "__main__":
    for page in documents():
        page.write_text(FENCE.sub(_rewrite, page.read_text(encoding="utf-8")), encoding="utf-8")
