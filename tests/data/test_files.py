"""A path is that path; patterns, folders, lists, packed and foreign text files are read, or refused in one sentence."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
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


def table(path: Path, *lines: str, rows: int = 40) -> Path:
    """Lines above ``rows`` of two columns of numbers, no two alike."""
    body = [f"{k * 0.37 % 5 - 1:.4f},{k * 0.73 % 3:.4f}" for k in range(rows)]
    path.write_text("\n".join([*lines, *body]) + "\n")
    return path


def spoilt(path: Path, line: int, text: str, rows: int = 40) -> Path:
    """The same under the names a and b, with another text in a line, counted from 1."""
    lines = table(path, "a,b", rows=rows).read_text().splitlines()
    lines[line - 1] = text
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("text", ["a,b\n", "a,b", "a\n", "a;b\n", "a,b\n\n\n", "# made today\na,b\n"], ids=repr)
def test_names_without_rows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    assert "has column names (a" in complaint(path)
    assert "but no rows" in complaint(path)


@pytest.mark.parametrize("rows", [40, 9000, 30_000], ids=["in the head", "while sniffing", "late"])
@pytest.mark.parametrize(("text", "cells"), [("1.5", "1 cell "), ("1.5,2,3", "3 cells ")])
def test_a_line_of_another_length_is_named(tmp_path: Path, text: str, cells: str, rows: int) -> None:
    path = spoilt(tmp_path / "x.csv", rows - 5, text, rows)
    assert f"Line {rows - 5} of {path} has {cells}where" in complaint(path)


@pytest.mark.parametrize(
    ("lines", "cure"),
    [
        (["Report of today", "a,b"], "take out what stands above the column names"),
        (["Report of today", "", "a,b"], "take out what stands above the column names"),
        (["a,b,c"], "correct one of them"),
        (["a,b", "# a note in between"], "comments may stand above the names only"),
        (["a,b", "1,2", '"1.0,2.0'], "a quote in it is perhaps never closed"),
    ],
)
def test_why_lines_have_other_lengths(tmp_path: Path, lines: list[str], cure: str) -> None:
    assert cure in complaint(table(tmp_path / "x.csv", *lines))


def test_rows_with_names_that_have_no_column(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "".join(f"r{k},{k}.5,2\n" for k in range(9)))
    assert "give each column a name in line 1" in complaint(path)


@pytest.mark.parametrize("mark", ["NA", "N/A", "n/a", "<NA>", "#N/A", "NaN", "nan", "null", "NULL", "None", " NA", " "])
def test_usual_marks_are_missing_and_said(tmp_path: Path, mark: str) -> None:
    path = spoilt(tmp_path / "x.csv", 7, f"{mark},1.5")
    with pytest.warns(UserWarning, match=r"taken as missing for their marks.*: 1 in 'a'"):
        answer = symcat.solve(path, columns=["a", "b"])
    assert (answer.n_rows, answer.n_missing) == (39, 1)


@pytest.mark.parametrize("mark", ["?", "-", ".", "--", "*", "missing", "none", "x"])
def test_other_marks_are_named(tmp_path: Path, mark: str) -> None:
    path = spoilt(tmp_path / "x.csv", 7, f"{mark},1.5")
    words = complaint(path)
    assert f"beside {mark!r} in 1 row): if {mark!r} marks a missing value, pass duckdb.read_csv(" in words
    call = words.split("pass ")[1].split(", or choose")[0]
    answer = symcat.solve(eval(call, {"duckdb": duckdb}))  # what is said works
    assert (answer.n_rows, answer.n_missing) == (39, 1)


def test_a_late_mark_is_named_with_its_line(tmp_path: Path) -> None:
    path = spoilt(tmp_path / "x.csv", 29_000, "?,1.5", 30_000)
    assert f"Line 29000 of {path} holds '?' in column 'a'" in complaint(path)


@pytest.mark.parametrize(
    ("line", "names"),
    [("2019,2020", ("2019", "2020")), ('"7","1"', ("7", "1")), ("0,1", ("0", "1")), ("1.5,2.25", None), ("3,3", None)],
)
def test_a_first_line_of_numbers(tmp_path: Path, line: str, names: tuple[str, str] | None) -> None:
    path = table(tmp_path / "x.csv", line)
    if names is None:
        assert open_table(path).columns == ("column0", "column1")
        assert first(path)[2] == 41
        return
    with pytest.warns(UserWarning, match=f"is taken for names of columns .{names[0]}, {names[1]}."):
        found = open_table(path)
    assert found.columns == names
    assert sum(len(rows) for rows in found.batches()) == 40


def test_a_first_line_like_the_others_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for rows in (["0,1", "1,0", "1,1"] * 9, [f"{k},{k + 1}" for k in range(30)], ["5", "5.1", "4.7", *["5.3"] * 9]):
        path.write_text("\n".join(rows) + "\n")
        assert first(path)[2] == len(rows)
    path.write_text("0,1,2,3,4,5\n" + "0,1,1,0,1,1\n1,1,0,0,0,1\n" * 20)  # as pandas names columns that have no names
    with pytest.warns(UserWarning, match="taken for names"):
        assert open_table(path).columns == ("0", "1", "2", "3", "4", "5")


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["# made today", "a,b"], ("a", "b")),
        (["# made, today", "a,b"], ("a", "b")),
        (["#1", "#2", "", "a,b"], ("a", "b")),
        (["", "a,b"], ("a", "b")),
        (["# a,b"], ("# a", "b")),  # numpy writes names so
    ],
)
def test_comments_above_the_names(tmp_path: Path, lines: list[str], names: tuple[str, str]) -> None:
    path = table(tmp_path / "x.csv", *lines)
    assert open_table(path).columns == names
    assert first(path)[2] == 40


def test_names_that_differ_in_case_only(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", "a,A")
    assert open_table(path).columns == ("a", "A")
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    np.testing.assert_allclose(
        symcat.solve(path, columns=["A"], classes="gaussian.full").parameters["mean"], rows[:, 1].mean()
    )
    packed = tmp_path / "x.parquet"
    pl.DataFrame(rows, schema=["a", "A"]).write_parquet(packed)
    np.testing.assert_allclose(
        symcat.solve(packed, columns=["A"], classes="gaussian.full").parameters["mean"], rows[:, 1].mean()
    )


@pytest.mark.parametrize("name", ["~x.csv", "~d/x.csv", "~/x.csv"])
def test_a_path_with_a_tilde_is_that_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    table(tmp_path / name, "a,b")
    assert first(name)[2] == 40


def test_a_tilde_is_the_home_where_there_is_no_such_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    table(tmp_path / "x.csv", "a,b")
    assert first("~/x.csv")[2] == 40
    assert first("~/x*.csv")[2] == 40


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_commas_between_thousands(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(delimiter.join("ab") + "\n" + "".join(f'"{981.25 * k:,.2f}"{delimiter}2\n' for k in range(1, 30)))
    assert first(path) == (981.25, 981.25 * 29, 29)


def test_columns_between_spaces(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a b\n" + "".join(f"{k}.5 {k}\n" for k in range(30)))
    assert open_table(path).columns == ("a", "b")
    path.write_text("a  b\n" + "".join(f"{k}.5   {k}\n" for k in range(30)))
    assert "separated by runs of spaces" in complaint(path)


def test_files_of_other_columns_are_not_pooled(tmp_path: Path) -> None:
    """By name, whatever their order."""
    one, turned, other = tmp_path / "1.csv", tmp_path / "2.csv", tmp_path / "3.csv"
    one.write_text("a,b\n" + "1,10\n" * 9)
    turned.write_text("b,a\n" + "20,2\n" * 9)
    other.write_text("a,c\n" + "1,10\n" * 9)
    assert first([one, turned]) == (1.0, 2.0, 18)
    assert "3.csv has the columns a, c, but" in complaint([one, other])


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("{:.2f} mm", "numbers with the unit 'mm'"),
        ("${:.2f}", "numbers with the unit '$'"),
        ("{:.1f}%", "its numbers are shares in per cent"),
        ("\u2212{:.2f}", "a sign of minus that is no hyphen"),
        ("{:.2f}D+00", "have exponents as of Fortran"),
    ],
)
def test_numbers_with_something_beside_them_are_no_names(tmp_path: Path, shape: str, words: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "".join(f"{shape.format(0.1 * k + 0.5)},{k % 7}\n" for k in range(30)))
    said = complaint(path, set_aside="all")
    assert words in said
    assert symcat.solve(eval(said.split("pass ")[1].split(", or choose")[0], {"duckdb": duckdb})).n_rows == 30


def test_dates_and_codes_are_no_numbers(tmp_path: Path) -> None:
    for text in ("1.{}.2020", "1.{}.0", "A/5 {}"):
        data = {"a": [text.format(k) for k in range(30)], "b": [k % 7 for k in range(30)]}
        assert open_table(data, set_aside="all").columns == ("b",)


def test_the_call_for_marks_works_for_each_library() -> None:
    texts, rest = ["?", *[f"{k}.25" for k in range(30)]], [k * 0.7 % 3 for k in range(31)]
    for build in (pd.DataFrame, pl.DataFrame, dict):
        data = build({"a": texts, "b": rest})
        said = complaint(data)
        call = said.split("pass ")[1].split(", or choose")[0]
        numbers = eval(call, {"data": data, "pandas": pd})
        answer = symcat.solve({"a": numbers, "b": rest})
        assert (answer.n_rows, answer.n_missing) == (30, 1)


def test_names_are_told_apart_without_the_spaces_around_them(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x,X , y\n" + "".join(f"{k}.5,{k % 7}.25,{k % 5}.75\n" for k in range(30)))
    assert open_table(path).columns == ("x", "X", "y")


def test_a_column_that_counts_must_hold_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("n,x\n" + "".join(f"{'many' if k == 5 else 2},{k % 7}.5\n" for k in range(30)))
    with pytest.raises(InvalidData, match=r"'n' is not numeric .*beside 'many' in 1 row"):
        symcat.solve(path, counts="n")


def test_predictors_that_must_be_numbers() -> None:
    data = {"x": [k * 0.7 % 3 for k in range(30)], "y": [k * 0.3 % 2 for k in range(30)]}
    answer = symcat.solve(data, target="y")
    with pytest.raises(InvalidData, match=r"numbers written as text, such as '1.5'.: its numbers are text"):
        answer.predict(pd.DataFrame({"x": ["1.5"]}))
