"""The commands that read the catalogue."""

from __future__ import annotations

import json

import pytest

import symcat
from tests.cli.running import answer, refusal, run


def test_classes_and_show() -> None:
    labels = [row["label"] for row in answer("classes")]
    assert labels == symcat.catalogue.default().labels()
    assert "z2.quartic" in run("classes").stdout
    assert answer("show", "z2.quartic")["label"] == "z2.quartic"
    shown = run("show", "z2.quartic").stdout
    assert "kurtosis" in shown
    assert "references" in shown


def test_the_terms_of_a_series_are_shown_with_pictures() -> None:
    shown = run("show", "polynomial.quartic", "--diagrams").stdout
    assert "K, order 2\n  -1/2  iab,jab->ij\n    (3)═══(3)\n     │     │\n" in shown
    assert "-1/48  d^2" in run("show", "z2.quartic", "--diagrams").stdout
    assert run("show", "gaussian.full", "--diagrams").stdout == "no rows\n"
    terms = answer("show", "polynomial.quartic", "--diagrams")
    assert {"target": "u", "order": 2, "weight": "3"}.items() <= next(
        t for t in terms if t["diagram"] == "ee1|ee|"
    ).items()


def test_charts_are_listed_and_shown() -> None:
    listed = run("classes").stdout
    assert "log(LABEL)" in listed
    assert "asinh(LABEL)" in listed
    shown = run("show", " log( z2.quartic)").stdout
    assert "y = log x, for a positive column" in shown
    assert "kurtosis" in shown
    found = answer("show", "asinh(z2.quartic)")
    assert found["label"] == "z2.quartic"
    assert found["around"]["label"] == "asinh(z2.quartic)"
    assert "around" not in answer("show", "z2.quartic")
    assert "label" in answer("show", "on.quartic")
    assert "chart of a chart" in refusal("show", "log(log(z2.quartic))")


def test_sql() -> None:
    query = "select label, 1.5e0 as x, 'nan'::double as nothing from classes where label = 'z2.quartic'"
    assert answer("sql", query) == [{"label": "z2.quartic", "x": 1.5, "nothing": None}]
    assert "z2.quartic" in run("sql", query).stdout
    assert run("sql", "select label from classes where false").stdout == "no rows\n"


def test_lookup() -> None:
    found = answer("lookup", "z2.quartic", "m2=1", "m4=2.5")
    assert found["parameters"]["u"] == pytest.approx(1.0374020875)
    assert answer("lookup", "gaussian.full", "covariance=[[1,0.5],[0.5,1]]", "--n", "100")["n_rows"] == 100
    assert "kurtosis" in refusal("lookup", "z2.quartic", "m2=1", "m4=3.5")
    assert run("lookup", "z2.quartic", "m2").exit_code == 2


def test_lookup_takes_the_number_of_rows_among_the_averages() -> None:
    one, other = (
        run("lookup", "z2.quartic", "m2=1", "m4=2.5", *rows, "--json").stdout for rows in (["n=100"], ["--n", "100"])
    )
    assert json.loads(one) == json.loads(other)
    assert json.loads(one)["n_rows"] == 100
