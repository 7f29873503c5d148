"""Runs the program and reads what it prints."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner, Result

from symcat.cli import app


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "110", "TERM": "dumb"})


def answer(*arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(*arguments: object, table: bool = False) -> str:
    """The sentence on stderr, and a table where classes were asked; nothing else is printed, and the status is 1."""
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("symcat: ")
    sentence, *rows = result.stderr.splitlines()
    assert bool(rows) == table
    assert all(row.startswith("  ") for row in rows)
    assert -(-len(sentence) // 110) + len(rows) <= 12
    return result.stderr
