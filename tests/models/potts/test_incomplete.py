"""Rows of columns with levels with gaps: the maximum of the likelihood of the seen cells, and its errors."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime, minimize

import symcat
from symcat import catalogue
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.errors import InvalidData, NoEntry
from symcat.models import registry
from symcat.models.base import Options
from symcat.models.incomplete import Gaps, IncompleteModel, allows, maximum
from symcat.models.potts.couplings import Couplings
from symcat.models.potts.layout import Layout

SIZES = (3, 2, 4)
SCHEMA = Schema(("a", "b", "c"), ((0, 1, 2), (0, 1), (0, 1, 2, 3)))
DIGITS = np.array(list(product(*map(range, SIZES))))
ROWS = np.where(np.array(SIZES) == 2, 2 * DIGITS - 1, DIGITS).astype(float)  # encoded
PAIRS: dict[str, list[tuple[int, ...]]] = {
    "potts.independent": [],
    "potts.tree": [(0, 1), (0, 2)],
    "potts.pairwise": [(0, 1), (0, 2), (1, 2)],
}


def model_of(label: str) -> IncompleteModel:
    (found,) = registry.models((label,), SCHEMA, Options(), catalogue.default())
    assert allows(found, "em")
    return found


def gappy(n: int = 600, share: float = 0.2) -> Gaps:
    rng = np.random.default_rng(3)
    a = rng.integers(3, size=n)
    b = np.where(rng.random(n) < 0.6, a > 0, rng.integers(2, size=n))
    c = np.where(rng.random(n) < 0.5, a, rng.integers(4, size=n))
    rows = np.column_stack([a, 2 * b - 1, c]).astype(float)
    rows[rng.random(rows.shape) < share] = np.nan
    rows = rows[~np.isnan(rows).all(axis=1)]
    return Gaps(SCHEMA.columns, rows, np.ones(len(rows)))


def likelihood(gaps: Gaps, label: str) -> tuple[Couplings, Callable[[Floats], float]]:
    """Of the seen cells, of the numbers of all products of contrasts, by the states that each row may be."""
    layout = Layout(SIZES)
    couplings = Couplings(layout, [(0,), (1,), (2,), *PAIRS[label]])
    sums = np.concatenate(
        [
            layout.products_of(s)[np.ravel_multi_index(DIGITS[:, list(s)].T, [SIZES[j] for j in s])]
            for s in couplings.sets
        ],
        axis=1,
    )
    fits = (np.isnan(gaps.rows)[:, None, :] | (gaps.rows[:, None, :] == ROWS)).all(axis=2)

    def value(theta: Floats) -> float:
        weight = np.exp(sums @ theta)
        return float(np.log(fits @ (weight / weight.sum())).sum())

    return couplings, value


@pytest.mark.parametrize("label", PAIRS)
def test_the_answer_is_the_maximum_of_the_seen_cells_and_its_errors_their_curvature(label: str) -> None:
    gaps = gappy()
    found = maximum(model_of(label), gaps)
    couplings, value = likelihood(gaps, label)
    parameters = {"J": np.zeros((1, 9, 9))} | found.fit.parameters
    theta = couplings.flatten(parameters)[0]
    best = minimize(lambda t: -value(t), theta, method="BFGS", options={"gtol": 1e-6})
    assert found.fit.log_likelihood[0] == pytest.approx(-best.fun, abs=1e-7)
    assert found.fit.log_likelihood[0] == pytest.approx(value(theta), abs=1e-9)
    assert best.x == pytest.approx(theta, abs=1e-4)

    def slope(t: Floats) -> Floats:
        return np.asarray(approx_fprime(t, value, 1e-5))

    curvature = np.stack([(slope(theta + e) - slope(theta - e)) / 2e-3 for e in 1e-3 * np.eye(len(theta))])
    errors = couplings.errors(np.linalg.inv(-0.5 * (curvature + curvature.T))[None])
    for name, error in found.fit.standard_errors.items():
        told = np.isfinite(error) & (error > 0.0)
        assert error[told] == pytest.approx(errors[name][told], rel=2e-3)
        assert found.robust[name][0][told[0]] == pytest.approx(error[told], rel=0.2)
    assert all(b >= a - 1e-9 for a, b in zip(found.path, found.path[1:], strict=False))


def frame(gaps: Gaps) -> pd.DataFrame:
    names = (np.array(["u", "v", "w"]), np.array(["no", "yes"]), np.array(["k", "l", "m", "n"]))
    missing = np.isnan(gaps.rows)
    digits = np.where(missing, 0, gaps.rows).astype(int)
    digits[:, 1] = gaps.rows[:, 1] > 0.0
    return pd.DataFrame(
        {
            column: np.where(missing[:, j], None, names[j][digits[:, j]].astype(object))
            for j, column in enumerate(gaps.columns)
        }
    )


def test_a_table_with_gaps_is_solved_from_every_cell() -> None:
    gaps = gappy()
    answer = symcat.solve(frame(gaps), missing="em")
    assert answer.label == "potts.tree"
    assert answer.n_rows == len(gaps.rows)
    assert answer.verdict == "fits"
    assert "not weighed, as they need complete rows: potts.curie_weiss" not in answer.trail[0].reason
    alike = pd.DataFrame({"a": ["u", "v", "w", None] * 9, "b": [*"wuv", None, *"uvv", None, "w"] * 4})
    with pytest.raises(InvalidData, match="columns with two levels or more"):
        symcat.solve(alike, missing="em", classes=["potts.curie_weiss"])


def test_pairs_are_averaged_over_the_rows_that_have_both() -> None:
    gaps = gappy()
    data = frame(gaps)
    answer = symcat.solve(data, missing="pairwise", classes=["potts.pairwise"])
    both = data.dropna(subset=["a", "b"])
    one = ((both["a"] == "u") & (both["b"] == "no")).mean()
    # Of products about the shares of all seen cells of each column.
    (a, b), (of_a, of_b) = (
        [(values == level).mean() for values, level in zip(columns, ("u", "no"), strict=True)]
        for columns in ((data["a"].dropna(), data["b"].dropna()), (both["a"], both["b"]))
    )
    expected = one - a * of_b - of_a * b + 2.0 * a * b
    assert answer.moments()["m"][:3] == pytest.approx([(data["a"].dropna() == level).mean() for level in "uvw"])
    assert answer.moments()["q"][0, 3] == pytest.approx(expected)


def test_averages_of_no_rows_are_told() -> None:
    rows = [["x", "p", None]] * 20 + [["y", "q", None]] * 20 + [["z", "q", None]] * 9
    rows += [["x", None, "s"]] * 20 + [["y", None, "t"]] * 20 + [["z", None, "t"]] * 9
    rows += [[None, "p", "t"]] * 20 + [[None, "q", "s"]] * 20 + [[None, "p", "s"]] * 5
    with pytest.raises((NoEntry, InvalidData), match="no rows have"):
        symcat.solve(pd.DataFrame(rows, columns=["a", "b", "c"]), missing="pairwise", classes=["potts.pairwise"])
