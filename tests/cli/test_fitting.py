"""Solve and classify from the command line: the same answers as the library."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import symcat
from symcat.answer import frames
from symcat.cli import app
from tests.cli.running import answer, refusal, run


def test_solve_prints_what_a_person_reads(bills: Path) -> None:
    result = run("solve", bills)
    assert result.exit_code == 0, result.output
    for word in ("z2.quartic", "bill_depth_mm", "342"):
        assert word in result.stdout, result.stdout
    assert result.stderr == ""


def test_solve_is_the_library(bills: Path) -> None:
    assert answer("solve", bills) == json.loads(symcat.solve(bills).model_dump_json())


def test_solve_takes_columns_classes_and_centre(examples: Path) -> None:
    options = ("--columns", "bill_length_mm", "--classes", "z2.quartic", "--center", "44")
    result = run("solve", examples / "penguins.csv", *options, "--json")
    assert result.exit_code == 3  # a check rejects the class that was asked for
    known = json.loads(result.stdout)
    assert known["label"] == "z2.quartic"
    assert known["parameters"]["mean"] == 44.0
    assert [candidate["label"] for candidate in known["evidence"]] == ["z2.quartic"]


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    """Two columns that lean together, and one that never says yes when the first does."""
    rng = np.random.default_rng(0)
    a, c = rng.random(500) < 0.5, rng.random(500) < 0.4
    table = {"a": a, "b": a ^ (rng.random(500) < 0.2), "c": c & ~a, "d": rng.random(500) < 0.5}
    path = tmp_path / "votes.csv"
    lines = (",".join(str(int(v)) for v in row) for row in zip(*table.values(), strict=True))
    path.write_text("\n".join([",".join(table), *lines]) + "\n")
    return path


def test_solve_two_valued_columns(votes: Path) -> None:
    found = answer("solve", votes, "--classes", "ising.pairwise", "--basis", "binary")
    assert found == json.loads(symcat.solve(votes, classes=["ising.pairwise"], basis="binary").model_dump_json())
    assert found["levels"]["a"] == [0, 1]
    assert "1 pair never both +1: (a, c)" in next(c["detail"] for c in found["checks"] if c["name"] == "finite maximum")
    assert "(a, c)" in refusal("solve", votes, "--classes", "ising.pairwise", "--prior", "none", table=True)
    assert "prior='much'" in refusal("solve", votes, "--prior", "much")
    triple = answer("solve", votes, "--interactions", "a*b*d", "--prior", "2")
    assert triple["interactions"] == [["a", "b", "d"]]


def test_solve_with_a_target(examples: Path) -> None:
    fit = answer("solve", examples / "longley.csv", "--target", "TOTEMP")
    assert fit["parameters"]["coefficients"][-1] == pytest.approx(1829.15146461355, rel=1e-7)


def test_solve_through_zero(examples: Path) -> None:
    fit = answer("solve", examples / "longley.csv", "--target", "TOTEMP", "--columns", "GNP", "--no-intercept")
    assert set(fit["parameters"]) == {"coefficients"}


def test_solve_by_group(examples: Path) -> None:
    rows = answer("solve", examples / "penguins.csv", "--by", "species", "--columns", "bill_length_mm")
    assert sorted(row["species"] for row in rows) == ["Adelie", "Chinstrap", "Gentoo"]
    table = run("solve", examples / "penguins.csv", "--by", "species", "--columns", "bill_length_mm")
    assert table.exit_code == 0
    assert "Chinstrap" in table.stdout


@pytest.fixture
def constant(tmp_path: Path) -> Path:
    """Two groups of a column that does not vary, and a row without a key."""
    path = tmp_path / "constant.csv"
    path.write_text("g,x\na,1\na,1\nb,2\nb,2\n,3\n")
    return path


@pytest.mark.filterwarnings("always")
@pytest.mark.parametrize("form", [[], ["--long"], ["--json"], ["--long", "--json"]], ids=str)
def test_groups_without_an_answer_are_status_1(constant: Path, form: list[str]) -> None:
    result = run("solve", constant, "--by", "g", *form)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "1 in every row" in result.stderr
    assert "2 in every row" in result.stderr
    assert all(line.startswith("symcat: ") for line in result.stderr.splitlines())


@pytest.mark.filterwarnings("always")
def test_a_warning_is_one_sentence(constant: Path) -> None:
    result = run("solve", constant, "--by", "g", "--long")
    assert result.stderr.startswith("symcat: warning: 1 row without a value of 'g'")
    assert result.stderr.count("\n") == 2
    assert ".py" not in result.stderr


def test_classify(bills: Path) -> None:
    labels = {candidate["label"] for candidate in answer("classify", bills)["evidence"]}
    assert {"gaussian.full", "z2.quartic"} <= labels
    assert "z2.quartic" in run("classify", bills).stdout


@pytest.mark.filterwarnings("default")
def test_what_describes_no_data_well_is_refused_where_that_is_asked_for(examples: Path) -> None:
    chosen = ("--columns=SUNACTIVITY", "--classes=gaussian.full,z2.quartic", "--fallback=none", "--order=none")
    assert run("solve", examples / "sunspots.csv", *chosen).exit_code == 3
    refusal("solve", examples / "sunspots.csv", *chosen, "--strict", table=True)


def test_an_answer_that_does_not_describe_the_data_is_status_3(tmp_path: Path) -> None:
    """It is printed all the same."""
    path = tmp_path / "skewed.csv"
    path.write_text("x\n" + "\n".join(map(str, np.random.default_rng(0).exponential(size=2000))) + "\n")
    result = run("solve", path, "--classes", "gaussian.full", "--json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert not all(check["passed"] for check in found["checks"])
    assert (found["verdict"], found["misfit_interval"][0] > 0.01) == ("misfit", True)


@pytest.mark.parametrize("ending", ["csv", "parquet", "csv.gz"])
def test_standard_input(bills: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"bills.{ending}"
    pl.read_csv(bills).write_parquet(path) if ending == "parquet" else path.write_bytes(bills.read_bytes())
    content = gzip.compress(bills.read_bytes()) if ending == "csv.gz" else path.read_bytes()
    result = CliRunner().invoke(app, ["solve", "-", "--json"], input=content)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == answer("solve", bills)


def test_several_files(bills: Path) -> None:
    assert answer("solve", bills, bills)["n_rows"] == 2 * answer("solve", bills)["n_rows"]


def test_a_comma_in_the_name_of_a_column(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = np.random.default_rng(0).normal(size=(200, 2))
    path.write_text('"a, b",c\n' + "\n".join(f"{x},{y}" for x, y in rows) + "\n")
    assert answer("solve", path, "--columns", '"a, b",c', "--fallback", "none")["columns"] == ["a, b", "c"]


@pytest.mark.filterwarnings("always")
def test_what_is_set_aside_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,x\n" + "\n".join(f"{k},{x}" for k, x in enumerate(np.random.default_rng(0).normal(size=99))))
    result = run("solve", path, "--json")
    assert result.stderr.startswith("symcat: warning: Columns left out: 'id' (a running number of the rows)")
    assert json.loads(result.stdout)["set_aside"] == {"id": "a running number of the rows"}


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", None])
def test_numbers_are_numbers_whatever_is_installed(
    examples: Path, library: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "_library", lambda _: library)
    (first, *_) = answer("solve", examples / "penguins.csv", "--by", "year", "--columns", "bill_length_mm")
    assert (first["year"], first["n_rows"]) == (2007, 109)
    assert isinstance(first["bic"], float)
    assert answer("sql", "select 1.50 as a, 2::hugeint as b, date '2020-01-01' as c") == [
        {"a": 1.5, "b": 2, "c": "2020-01-01"}
    ]


@pytest.mark.slow
def test_what_has_not_converged_is_status_3(tmp_path: Path) -> None:
    path = tmp_path / "five.csv"
    rows = np.random.default_rng(0).exponential(size=(2000, 5))
    np.savetxt(path, rows, delimiter=",", header="a,b,c,d,e", comments="")
    result = run("solve", path, "--classes", "polynomial.quartic", "--budget-s", 0.01)
    assert result.exit_code == 3, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("symcat: budget_s=0.01 was used up while ")


def test_robust_errors_by_cluster(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    file = tmp_path / "schools.csv"
    school = rng.integers(0, 10, 200)
    x = rng.standard_normal(200) + school
    rows = zip(x, 0.5 * x + rng.standard_normal(200), (f"s{k}" for k in school), strict=True)
    file.write_text("x,y,school\n" + "".join(f"{x},{y},{s}\n" for x, y, s in rows))
    found = run("solve", file, "--target", "y", "--errors", "cluster", "--cluster", "school")
    assert found.exit_code == 0, found.output
    assert "robust, cluster" in found.output
    assert "errors='huber'" in run("solve", file, "--target", "y", "--errors", "huber").output
