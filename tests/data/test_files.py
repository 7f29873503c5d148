"""A path is that path; patterns, folders, lists, packed and foreign text files are read, or refused in one sentence."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import symcat
from symcat.data.ingest import open_table
from symcat.errors import InvalidData


def write(path: Path, value: float, rows: int = 30) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame({"a": [value] * rows, "b": np.arange(rows) + 0.5})
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
    return path


def first(data: object) -> tuple[float, float, int]:
    """The smallest and largest value of the first column, and the number of rows."""
    rows = np.concatenate(list(open_table(data, kind="real").batches()))
    return float(rows[:, 0].min()), float(rows[:, 0].max()), len(rows)


def complaint(data: object, **options: object) -> str:
    with pytest.raises(InvalidData) as raised:
        for _ in open_table(data, **options).batches():  # type: ignore[arg-type]
            pass
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize(("name", "other"), [("data[1]", "data1"), ("b*", "bz"), ("q?", "qa"), ("run[1]/x", "run1/x")])
def test_an_existing_path_is_that_path(tmp_path: Path, name: str, other: str, ending: str) -> None:
    path = write(tmp_path / f"{name}{ending}", 1.0)
    write(tmp_path / f"{other}{ending}", 2.0)
    assert first(path) == (1.0, 1.0, 30)
    assert first(str(path)) == (1.0, 1.0, 30)


def test_a_pattern_is_taken_where_no_such_file_exists(tmp_path: Path) -> None:
    write(tmp_path / "day1.csv", 1.0)
    write(tmp_path / "day[2].csv", 2.0)
    write(tmp_path / "deep" / "day3.csv", 3.0)
    assert first(tmp_path / "day*.csv") == (1.0, 2.0, 60)
    assert first(str(tmp_path / "**" / "*.csv")) == (1.0, 3.0, 90)
    assert "no file matches" in complaint(tmp_path / "night*.csv")


def test_several_files_and_folders(tmp_path: Path) -> None:
    paths = [write(tmp_path / "in" / f"{k}.csv", float(k)) for k in range(3)]
    assert first(paths) == (0.0, 2.0, 90)
    assert first([str(path) for path in paths[:2]]) == (0.0, 1.0, 60)
    assert first(tmp_path / "in") == (0.0, 2.0, 90)
    write(tmp_path / "in" / "x.parquet", 4.0)
    assert "together" in complaint(tmp_path / "in")
    assert "does not exist" in complaint([paths[0], tmp_path / "no.csv"])


def test_hive_folders(tmp_path: Path) -> None:
    for year in (2020, 2021):
        write(tmp_path / f"year={year}" / "x.parquet", float(year))
    source = open_table(tmp_path, kind="real")
    assert source.columns == ("a", "b", "year")
    rows = np.concatenate(list(source.batches()))
    np.testing.assert_array_equal(rows[:, 0], rows[:, 2])


def test_packed_text(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write("a,b\n1,2\n3,4\n")
    assert first(path) == (1.0, 3.0, 2)
    path.write_bytes(b"no gzip")
    assert "x.csv.gz cannot be read" in complaint(path)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "größe,b\n1,2\n3,4\n"),
        ("latin-1", "größe,b\n1,2\n3,4\n"),
        ("utf-16", "größe,b\n1,2\n3,4\n"),
        ("utf-8", "größe;b\n1,0;2,5\n3,0;4,25\n"),
        ("utf-8", "größe\tb\n1,0\t2,5\n3,0\t4,25\n"),
        ("latin-1", "größe;b\n1,0;2,5\n3,0;4,25\n"),
        ("utf-8", "größe;b\n1.0;2.5\n3.0;4.25\n"),
    ],
    ids=["bom", "latin-1", "utf-16", "semicolon", "tab", "semicolon latin-1", "points"],
)
def test_foreign_text(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    source = open_table(path, kind="real")
    assert source.columns == ("größe", "b")
    assert first(path) == (1.0, 3.0, 2)


def test_one_column_with_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n" + "".join(f"{k},5\n" for k in range(20)))
    assert open_table(path).columns == ("a",)
    assert first(path) == (0.5, 19.5, 20)


def test_marks_of_thousands_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "".join(f'"{k},234",{k}\n' for k in range(1, 30)))
    assert "numbers written as text, such as '1,234'" in complaint(path)


@pytest.mark.parametrize("content", ["", "\n\n", "  \n"], ids=repr)
def test_an_empty_file_is_called_empty(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    assert "x.csv is empty" in complaint(path)


def test_repeated_names(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b,a\n1,2,3\n4,5,6\n")
    assert "x.csv is called 'a'" in complaint(path)
    path.write_text("1,2,1\n4,5,6\n")  # numbers, which are no names
    assert len(open_table(path).columns) == 3


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    os.mkfifo(path)
    assert "is a pipe" in complaint(path)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("a" * 5000 + ".csv", "is no path .File name too long"),
        ("", "is no path"),
        ("a,b\n1,2\n", "is no path"),
        ("table.xlsx", "does not exist"),
    ],
    ids=["long", "empty", "text", "missing"],
)
def test_what_is_no_path(path: str, words: str) -> None:
    with pytest.raises(InvalidData, match=words):
        open_table(path)


def test_an_address_goes_to_duckdb_and_its_failure_is_a_sentence() -> None:
    """Nothing listens there; without its extension DuckDB does not even ask."""
    assert "https://localhost:9/a.csv cannot be read" in complaint("https://localhost:9/a.csv")
    assert "extension ''" in complaint("https://localhost:9/table")


@pytest.mark.parametrize("text", [",x,y\n", '"","x","y"\n', "x,,y\n", "x,y,\n"])
def test_a_column_without_a_name_does_not_make_the_names_a_row(tmp_path: Path, text: str) -> None:
    """As data frames are written with the names of their rows, or with separators at the ends of lines."""
    rows = np.random.default_rng(0).normal(size=(50, 3)).round(6)
    path = tmp_path / "table.csv"
    path.write_text(text + "\n".join(",".join(map(str, row)) for row in rows.tolist()) + "\n")
    found = symcat.solve(path, columns=["x", "y"], classes=["gaussian.full"])
    assert (found.n_rows, found.columns) == (50, ("x", "y"))
