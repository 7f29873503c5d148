"""Every option together with ``by=``: what each group gets is what its rows get alone, or one sentence refuses it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.data.schema import Schema
from symcat.models import registry

KINDS: dict[str, dict[str, Any]] = {
    "real": {"target": "y"},
    "two-valued": {"target": "s"},
    "implied": {"target": "s", "classes": ["mixed.conditional_gaussian"]},
    "table": {"columns": ["x", "y"]},
    "spins": {"columns": ["s", "t"]},
}
WEIGHTS: list[dict[str, str]] = [{}, {"counts": "n"}, {"weights": "w"}]


def groups(dice: np.random.Generator, perfect: bool = True) -> pd.DataFrame:
    """Groups of many rows and of few, with gaps, a perfect line, a separated target, a constant predictor."""
    parts = []
    for g, n in enumerate([60, 45, 80, 50, 40, 30, 3, 2]):
        x, t = dice.normal(3.0, 2.0, n), dice.integers(0, 2, n)
        y = 1.0 + 0.5 * x - t + dice.normal(size=n)
        s = (dice.random(n) < 1.0 / (1.0 + np.exp(3.0 - x))).astype(int)
        if g == 1:
            x[dice.random(n) < 0.1] = np.nan
        if g == 2 and perfect:
            y = 2.0 + 3.0 * x
        if g == 3:
            s = (x > 3.0).astype(int)
        if g == 4:
            s = ((x > 3.0) | (dice.random(n) < 0.3)).astype(int)  # quasi-separated by what follows
            t = s * dice.integers(0, 2, n)
        if g == 5:
            x = np.full(n, 1.5)
        weights = {"n": dice.integers(0, 4, n), "w": dice.gamma(2.0, size=n)}
        parts.append(pd.DataFrame({"g": g, "x": x, "t": t, "y": y, "s": s, **weights}))
    frame = pd.concat(parts, ignore_index=True)
    return frame.sample(frac=1.0, random_state=int(dice.integers(1000)), ignore_index=True)


def _weighed(rows: pd.DataFrame) -> list[str]:
    """Classes of averages of such columns."""
    return [label for label in registry.candidates(Schema.real(list(rows))) if label.startswith(("gaussian.", "o2."))]


def compare(frame: pd.DataFrame, by: pd.DataFrame, asked: dict[str, Any]) -> None:
    """Each row of ``by`` against ``solve`` of the rows of its group."""
    used = {asked.get("counts"), asked.get("weights")}
    for _, row in by.iterrows():
        part = frame[frame.g == row["g"]]
        chosen = asked.get("columns") or [c for c in ("x", "t", "y", "s") if c in frame]
        part = part[[*chosen, *(c for c in ("n", "w") if c in used)]]
        options = {**asked, "columns": chosen} | ({} if "target" in asked else {"fallback": None})
        if (
            chosen == ["x", "y"] and "target" not in asked and "classes" not in asked
        ):  # groups do without classes that are searched for
            options["classes"] = _weighed(part[chosen])
        try:
            alone = symcat.solve(part, **options)
        except symcat.SymcatError:
            assert isinstance(row["reason"], str), row["g"]
            continue
        assert not isinstance(row["reason"], str), (row["g"], row["reason"])
        assert row["n_rows"] == alone.n_rows
        for free in alone.to_frame().itertuples():
            name = free.parameter.rstrip("s") if free.parameter == "coefficients" else free.parameter
            column = f"{name}_{'_'.join(str(free.at).split(', '))}"
            column = column if column in row else name
            tolerance = 1e-9 * (abs(free.estimate) + abs(np.nan_to_num(free.standard_error)) + 1e-3)
            assert row[column] == pytest.approx(free.estimate, abs=tolerance), (row["g"], column)
            if f"{column}_se" in row:
                assert row[f"{column}_se"] == pytest.approx(free.standard_error, rel=1e-7, abs=1e-12, nan_ok=True)
        for name in ("log_likelihood", "bic"):
            value = getattr(alone, name)
            assert row[name] == pytest.approx(np.nan if value is None else value, rel=1e-9, nan_ok=True), row["g"]
        made = [] if pd.isna(row["checks"]) else row["checks"].split(", ")
        failed = [] if pd.isna(row["failed"]) else row["failed"].split(", ")
        if "target" in asked:
            said = {check.name: check.passed for check in alone.checks}
            assert set(made) == set(said) - ({"joint model", *OF_ROWS} - set(made)), row["g"]
            assert set(failed) == {name for name in made if not said[name]}


OF_ROWS = ("order of the rows", "linearity", "residual skewness", "residual kurtosis")
"""Checks that are made of rows, which most groups do not keep."""


@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: next(iter(weight), "rows"))
@pytest.mark.parametrize("kind", KINDS)
def test_a_group_gets_what_its_rows_get_alone(kind: str, weight: dict[str, str], rng: np.random.Generator) -> None:
    further: list[dict[str, Any]] = [{}]
    if kind in ("real", "two-valued"):
        further += [{"intercept": False}]
    if kind in ("two-valued", "spins"):
        further += [{"prior": 1.0}, {"prior": None}]
    if kind == "two-valued":
        further += [{"prior": 0.5, "intercept": False}, {"classes": ["logistic.linear"]}]
    if kind == "real":
        further += [{"classes": ["gaussian.full"]}]
    if kind == "table":
        further += [{"classes": ["gaussian.full"]}, {"center": "mean"}]
    frame = groups(rng).drop(columns="t" if kind == "implied" else [])
    for more in further:
        asked = KINDS[kind] | weight | more
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            by = symcat.solve(frame.drop(columns=[c for c in ("n", "w") if c not in weight.values()]), by="g", **asked)
            compare(frame, by, asked)
