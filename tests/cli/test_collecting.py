"""Statistics collected from files by the command line, merged, and solved without the rows."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcat
from tests.cli.running import answer, refusal, run

CHOSEN = ("--columns", "bill_length_mm,bill_depth_mm")


@pytest.fixture
def halves(tmp_path: Path, examples: Path) -> tuple[Path, Path]:
    head, *lines = (examples / "penguins.csv").read_text().splitlines(keepends=True)
    for name, some in (("a.csv", lines[:200]), ("b.csv", lines[200:])):
        (tmp_path / name).write_text("".join([head, *some]))
    return tmp_path / "a.csv", tmp_path / "b.csv"


def test_parts_of_files_merge_in_any_order_to_the_same_answer(tmp_path: Path, halves: tuple[Path, Path]) -> None:
    parts = [tmp_path / "a.npz", tmp_path / "b.npz"]
    for half, part in zip(halves, parts, strict=True):
        assert run("stats", half, "-o", part, *CHOSEN).exit_code == 0
    one, other = tmp_path / "one.npz", tmp_path / "other.npz"
    said = [run("merge", *order, "-o", out).stdout for order, out in ((parts, one), (parts[::-1], other))]
    assert said[0] == said[1]
    assert "342 rows (2 with missing values left out) of bill_length_mm, bill_depth_mm in 2 parts" in said[0]
    assert one.read_bytes() == other.read_bytes()
    named = ("--classes", "hidden.gaussian")
    found = answer("solve", "--statistics", one, *named)
    assert found == answer("solve", *(o for part in parts for o in ("--statistics", part)), *named)
    rows = symcat.solve(symcat.Parts.collect(halves, columns=CHOSEN[1].split(",")).whole(), classes=["hidden.gaussian"])
    assert found["log_likelihood"] == rows.log_likelihood


def test_a_file_that_exists_is_kept(tmp_path: Path, halves: tuple[Path, Path]) -> None:
    kept = tmp_path / "kept.npz"
    kept.write_bytes(b"mine")
    assert "kept.npz exists: name another file, or pass --force" in refusal("stats", halves[0], "-o", kept)
    assert kept.read_bytes() == b"mine"
    assert run("stats", halves[0], "-o", kept, "--force", *CHOSEN).exit_code == 0


@pytest.mark.parametrize("given", [(), ("a.csv", "--statistics", "a.npz")])
def test_rows_or_statistics_are_named(given: tuple[str, ...]) -> None:
    result = run("solve", *given)
    assert result.exit_code == 2
    assert "--statistics" in result.stderr
